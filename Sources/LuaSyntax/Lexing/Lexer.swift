/// Cuts a text into tokens, as the compiler of Lua 5.4 does, and goes on where the compiler gives up.
///
/// One pass; no byte is looked at more than a small fixed number of times, save for the closing mark of a long string.
struct Lexer {
    let bytes: [UInt8]
    var position = 0

    static func tokens(of bytes: [UInt8]) -> [Token] {
        var lexer = Lexer(bytes: bytes)
        var tokens: [Token] = []
        tokens.reserveCapacity(bytes.count / 3)
        while lexer.position < bytes.count {
            let start = lexer.position
            let kind = lexer.scanToken()
            tokens.append(Token(kind, start..<lexer.position))
        }
        return tokens
    }

    /// The byte at a distance from the position; 0 beyond the end, which is in no token that goes on.
    func peek(_ distance: Int = 0) -> UInt8 {
        let index = position + distance
        return index < bytes.count ? bytes[index] : 0
    }

    mutating func skip(while belongs: (UInt8) -> Bool) {
        while position < bytes.count, belongs(bytes[position]) { position += 1 }
    }

    private mutating func scanToken() -> Token.Kind {
        let byte = bytes[position]
        if CharacterClass.isSpace(byte) {
            skip(while: CharacterClass.isSpace)
            return .whitespace
        }
        if CharacterClass.isNameStart(byte) { return scanWord() }
        if CharacterClass.isDigit(byte) { return scanNumber() }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return scanShortString(quote: byte)
        case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"): return scanComment()
        case UInt8(ascii: "."): return scanDots()
        case UInt8(ascii: "["): return scanOpenBracket()
        case UInt8(ascii: ":") where peek(1) == UInt8(ascii: ":"):
            position += 2
            return .labelMark
        default: return scanOperator(byte)
        }
    }

    private mutating func scanWord() -> Token.Kind {
        let start = position
        skip(while: CharacterClass.isNameByte)
        if let keyword = Keyword(bytes: bytes[start..<position]) { return .keyword(keyword) }
        return .name
    }

    private mutating func scanComment() -> Token.Kind {
        position += 2
        if peek() == UInt8(ascii: "["), let level = longBracketLevel() {
            return scanLongBracket(level: level) ? .comment : .unfinishedComment
        }
        skip { !CharacterClass.isLineEnd($0) }
        return .comment
    }

    private mutating func scanDots() -> Token.Kind {
        if CharacterClass.isDigit(peek(1)) { return scanNumber() }
        guard peek(1) == UInt8(ascii: ".") else { return take(.dot, 1) }
        return peek(2) == UInt8(ascii: ".") ? take(.varargs, 3) : take(.concatenate, 2)
    }

    private mutating func scanOpenBracket() -> Token.Kind {
        if let level = longBracketLevel() {
            return scanLongBracket(level: level) ? .longString : .unfinishedLongString
        }
        guard peek(1) == UInt8(ascii: "=") else { return take(.openBracket, 1) }
        position += 1
        skip { $0 == UInt8(ascii: "=") }
        return .invalid
    }

    private mutating func take(_ symbol: Operator, _ byteCount: Int) -> Token.Kind {
        position += byteCount
        return .operator(symbol)
    }

    private mutating func scanOperator(_ byte: UInt8) -> Token.Kind {
        let next = peek(1)
        let isBeforeAssign = next == UInt8(ascii: "=")
        switch byte {
        case UInt8(ascii: "="): return isBeforeAssign ? take(.equal, 2) : take(.assign, 1)
        case UInt8(ascii: "~"): return isBeforeAssign ? take(.notEqual, 2) : take(.bitXor, 1)
        case UInt8(ascii: "<") where next == byte: return take(.shiftLeft, 2)
        case UInt8(ascii: "<"): return isBeforeAssign ? take(.lessOrEqual, 2) : take(.less, 1)
        case UInt8(ascii: ">") where next == byte: return take(.shiftRight, 2)
        case UInt8(ascii: ">"): return isBeforeAssign ? take(.greaterOrEqual, 2) : take(.greater, 1)
        case UInt8(ascii: "/"): return next == byte ? take(.floorDivide, 2) : take(.divide, 1)
        default: return scanSingle(byte)
        }
    }

    private mutating func scanSingle(_ byte: UInt8) -> Token.Kind {
        switch byte {
        case UInt8(ascii: "+"): return take(.plus, 1)
        case UInt8(ascii: "-"): return take(.minus, 1)
        case UInt8(ascii: "*"): return take(.multiply, 1)
        case UInt8(ascii: "%"): return take(.modulo, 1)
        case UInt8(ascii: "^"): return take(.power, 1)
        case UInt8(ascii: "#"): return take(.length, 1)
        case UInt8(ascii: "&"): return take(.bitAnd, 1)
        case UInt8(ascii: "|"): return take(.bitOr, 1)
        case UInt8(ascii: "("): return take(.openParenthesis, 1)
        case UInt8(ascii: ")"): return take(.closeParenthesis, 1)
        case UInt8(ascii: "{"): return take(.openBrace, 1)
        case UInt8(ascii: "}"): return take(.closeBrace, 1)
        case UInt8(ascii: "]"): return take(.closeBracket, 1)
        case UInt8(ascii: ";"): return take(.semicolon, 1)
        case UInt8(ascii: ":"): return take(.colon, 1)
        case UInt8(ascii: ","): return take(.comma, 1)
        default: return scanInvalid(byte)
        }
    }

    /// Characters beyond ASCII stay together, so that no token's edge is inside of one.
    private mutating func scanInvalid(_ byte: UInt8) -> Token.Kind {
        position += 1
        if byte >= 0x80 { skip { $0 >= 0x80 } }
        return .invalid
    }
}
