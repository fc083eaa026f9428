import LuaRuntime

/// The texts by which Lua reads plain values back.
enum LuaLiteral {
    /// Floats always have a point or an exponent; those without a numeral are expressions.
    static func text(of number: Double) -> String {
        if number.isNaN { return "0/0" }
        if number.isInfinite { return number < 0 ? "-math.huge" : "math.huge" }
        return number.description
    }

    /// The lowest integer has no numeral: Lua reads its digits as a float.
    static func text(of integer: Int64) -> String {
        integer == .min ? "math.mininteger" : String(integer)
    }

    /// Whether bytes are a name that can stand for itself as a key or after a point.
    static func isName(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, !isDigit(first), bytes.allSatisfy(isNameByte) else { return false }
        return !keywords.contains(String(decoding: bytes, as: UTF8.self))
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || isDigit(byte) || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }

    static let keywords: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
        "not", "or", "repeat", "return", "then", "true", "until", "while",
    ]
}
