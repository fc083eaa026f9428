/// The escapes of a short string, by Lua's rules.
enum StringEscapes {
    struct Escape: Equatable {
        var range: Range<Int>
        var isValid: Bool
    }

    /// The escapes in a string token's bytes, quotes included; empty for long strings, which have none.
    static func escapes(in bytes: [UInt8], _ token: Range<Int>) -> [Escape] {
        var escapes: [Escape] = []
        var index = token.lowerBound + 1
        while index < token.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            let rest = bytes[index + 1..<token.upperBound]
            let (count, isValid) = body(rest)
            escapes.append(Escape(range: index..<index + 1 + count, isValid: isValid))
            index += 1 + count
        }
        return escapes
    }

    private static let letters = Set("abfnrtv\\\"'z".utf8)
    private static let maximumScalar = 0x7FFF_FFFF

    /// How many bytes after the backslash belong to the escape, and whether it is one.
    private static func body(_ rest: ArraySlice<UInt8>) -> (Int, Bool) {
        guard let first = rest.first else { return (0, false) }
        if letters.contains(first) { return (1, true) }
        if CharacterClass.isLineEnd(first) { return (lineEndCount(rest), true) }
        if CharacterClass.isDigit(first) { return decimal(rest) }
        if first == UInt8(ascii: "x") {
            let digits = rest.dropFirst().prefix(2).prefix(while: CharacterClass.isHexDigit).count
            return (1 + digits, digits == 2)
        }
        if first == UInt8(ascii: "u") { return scalar(rest) }
        return (1 + rest.dropFirst().prefix { $0 & 0xC0 == 0x80 }.count, false)
    }

    /// `\r\n` is one line's end.
    private static func lineEndCount(_ rest: ArraySlice<UInt8>) -> Int {
        guard let second = rest.dropFirst().first, CharacterClass.isLineEnd(second), second != rest.first else {
            return 1
        }
        return 2
    }

    private static func decimal(_ rest: ArraySlice<UInt8>) -> (Int, Bool) {
        let digits = rest.prefix(3).prefix(while: CharacterClass.isDigit)
        return (digits.count, digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255)
    }

    private static func scalar(_ rest: ArraySlice<UInt8>) -> (Int, Bool) {
        guard rest.dropFirst().first == UInt8(ascii: "{") else { return (1, false) }
        let digits = rest.dropFirst(2).prefix(while: CharacterClass.isHexDigit)
        let isClosed = rest.dropFirst(2 + digits.count).first == UInt8(ascii: "}")
        let value = Int(String(decoding: digits, as: UTF8.self), radix: 16) ?? (maximumScalar + 1)
        return (2 + digits.count + (isClosed ? 1 : 0), isClosed && !digits.isEmpty && value <= maximumScalar)
    }
}
