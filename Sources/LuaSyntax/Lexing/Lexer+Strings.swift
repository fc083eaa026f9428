extension Lexer {
    /// At an opening quote.
    mutating func scanShortString(quote: UInt8) -> Token.Kind {
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            if CharacterClass.isLineEnd(byte) { return .unfinishedString }
            position += 1
            if byte == quote { return .string }
            if byte == UInt8(ascii: "\\") { skipEscape() }
        }
        return .unfinishedString
    }

    /// After the backslash. Only an escape that reaches over a line's end, or hides a quote, needs care here.
    private mutating func skipEscape() {
        let byte = peek()
        guard position < bytes.count else { return }
        position += 1
        if byte == UInt8(ascii: "z") {
            skip(while: CharacterClass.isSpace)
        } else if CharacterClass.isLineEnd(byte), CharacterClass.isLineEnd(peek()), peek() != byte {
            position += 1
        }
    }

    /// At a `[`: the number of `=` before a second `[`, or `nil` when this is no long bracket.
    func longBracketLevel() -> Int? {
        var distance = 1
        while peek(distance) == UInt8(ascii: "=") { distance += 1 }
        return peek(distance) == UInt8(ascii: "[") ? distance - 1 : nil
    }

    /// At a long bracket; returns whether it is closed.
    mutating func scanLongBracket(level: Int) -> Bool {
        position += level + 2
        while position < bytes.count {
            skip { $0 != UInt8(ascii: "]") }
            guard position < bytes.count else { return false }
            position += 1
            var equalSigns = 0
            while peek() == UInt8(ascii: "=") {
                equalSigns += 1
                position += 1
            }
            if equalSigns == level, peek() == UInt8(ascii: "]") {
                position += 1
                return true
            }
        }
        return false
    }
}
