extension Lexer {
    /// At a digit, or at a dot before one. Takes all that Lua takes before it judges: so `3..2` is one malformed number.
    mutating func scanNumber() -> Token.Kind {
        let start = position
        let isHex = peek() == UInt8(ascii: "0") && peek(1) | 0x20 == UInt8(ascii: "x")
        if isHex { position += 2 }
        let exponentMark = UInt8(ascii: isHex ? "p" : "e")
        while position < bytes.count {
            let byte = bytes[position]
            if byte | 0x20 == exponentMark {
                position += 1
                if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
            } else if CharacterClass.isHexDigit(byte) || byte == UInt8(ascii: ".") {
                position += 1
            } else {
                break
            }
        }
        skip(while: CharacterClass.isNameByte)
        let isValid = isHex ? isHexNumeral(start + 2..<position) : isDecimalNumeral(start..<position)
        return isValid ? .number : .invalid
    }

    private func isHexNumeral(_ range: Range<Int>) -> Bool {
        isNumeral(range, exponentMark: UInt8(ascii: "p"), isDigit: CharacterClass.isHexDigit)
    }

    private func isDecimalNumeral(_ range: Range<Int>) -> Bool {
        isNumeral(range, exponentMark: UInt8(ascii: "e"), isDigit: CharacterClass.isDigit)
    }

    /// Digits with at most one dot and at least one digit, then an exponent or not.
    private func isNumeral(_ range: Range<Int>, exponentMark: UInt8, isDigit: (UInt8) -> Bool) -> Bool {
        var index = range.lowerBound
        var digits = 0
        var dots = 0
        while index < range.upperBound, isDigit(bytes[index]) || bytes[index] == UInt8(ascii: ".") {
            if isDigit(bytes[index]) { digits += 1 } else { dots += 1 }
            index += 1
        }
        guard digits > 0, dots <= 1 else { return false }
        guard index < range.upperBound else { return true }
        guard bytes[index] | 0x20 == exponentMark else { return false }
        index += 1
        if index < range.upperBound, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
            index += 1
        }
        return index < range.upperBound && bytes[index..<range.upperBound].allSatisfy(CharacterClass.isDigit)
    }
}
