/// One token of a Lua source.
struct LuaToken {
    enum Kind {
        case name, keyword, number, string, comment, symbol
    }

    var kind: Kind
    var text: String
    /// Counted from 1; a token of several lines ends here, as Lua's messages count.
    var line: Int
    /// How many bytes of its line stand before the token.
    var column: Int
    /// Where the token is in the source, in bytes.
    var range: Range<Int>
}

/// Splits a source into tokens, whether it is valid or not.
struct LuaTokens {
    /// No more of a source than this is looked at.
    static let maxBytes = 1 << 20

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var lineStart = 0

    /// The tokens of a source, comments included.
    static func tokens(of source: String) -> [LuaToken] {
        var reader = LuaTokens(bytes: Array(source.utf8.prefix(maxBytes)))
        var tokens: [LuaToken] = []
        while let token = reader.next() { tokens.append(token) }
        return tokens
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func next() -> LuaToken? {
        while let byte = peek(), byte <= 0x20 { advance() }
        guard let first = peek() else { return nil }
        let start = position
        let column = start - lineStart
        let kind = read(first)
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let isKeyword = kind == .name && LuaLiteral.keywords.contains(text)
        return LuaToken(
            kind: isKeyword ? .keyword : kind,
            text: text,
            line: line,
            column: column,
            range: start..<position
        )
    }

    /// Moves behind the token that begins here.
    private mutating func read(_ first: UInt8) -> LuaToken.Kind {
        switch first {
        case _ where LuaLiteral.isDigit(first) || first == UInt8(ascii: ".") && peek(1).map(LuaLiteral.isDigit) == true:
            readNumber()
            return .number
        case _ where LuaLiteral.isNameByte(first) || first >= 0x80:
            while let byte = peek(), LuaLiteral.isNameByte(byte) || byte >= 0x80 { position += 1 }
            return .name
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            readString(quote: first)
            return .string
        case UInt8(ascii: "[") where longBracketLevel() != nil:
            readLongBracket()
            return .string
        case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"):
            readComment()
            return .comment
        default:
            readSymbol()
            return .symbol
        }
    }

    private mutating func readNumber() {
        while let byte = peek() {
            let isExponentSign =
                (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"))
                && "eEpP".utf8.contains(bytes[position - 1])
            guard LuaLiteral.isNameByte(byte) || byte == UInt8(ascii: ".") || isExponentSign else { return }
            position += 1
        }
    }

    private mutating func readString(quote: UInt8) {
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "\n") {
            advance()
            if byte == quote { return }
            if byte == UInt8(ascii: "\\"), peek() != nil { advance() }
        }
    }

    private mutating func readComment() {
        position += 2
        if peek() == UInt8(ascii: "["), longBracketLevel() != nil { return readLongBracket() }
        while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
    }

    /// How many `=` stand in the long bracket that opens here; `nil` when none does.
    private func longBracketLevel() -> Int? {
        var level = 0
        while peek(1 + level) == UInt8(ascii: "=") { level += 1 }
        return peek(1 + level) == UInt8(ascii: "[") ? level : nil
    }

    private mutating func readLongBracket() {
        let level = longBracketLevel() ?? 0
        position += level + 2
        while let byte = peek() {
            advance()
            guard byte == UInt8(ascii: "]") else { continue }
            let isEnd = (0..<level).allSatisfy { peek($0) == UInt8(ascii: "=") } && peek(level) == UInt8(ascii: "]")
            if isEnd {
                position += level + 1
                return
            }
        }
    }

    private mutating func readSymbol() {
        let rest = bytes[position...].prefix(3)
        let length = Self.symbols.first { rest.starts(with: $0.utf8) }?.utf8.count ?? 1
        position += length
    }

    private static let symbols = ["...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"]

    private func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    private mutating func advance() {
        position += 1
        if bytes[position - 1] == UInt8(ascii: "\n") {
            line += 1
            lineStart = position
        }
    }
}
