extension JSONTapeParser {
    /// A literal's four last bytes as they stand in memory (`rue` of `true` with its `t`), its kind and its length.
    struct Literal {
        let kind: JSONKind
        let length: Int
        /// The last four bytes, first byte lowest.
        let tail: UInt32
    }

    static var nullLiteral: Literal { Literal(kind: .null, length: 4, tail: 0x6C6C_756E) }
    static var trueLiteral: Literal { Literal(kind: .true, length: 4, tail: 0x6575_7274) }
    static var falseLiteral: Literal { Literal(kind: .false, length: 5, tail: 0x6573_6C61) }

    /// Parses `null`, `true` or `false`, whose first byte is known to be right.
    @inline(__always)
    mutating func parseLiteral(_ literal: Literal) throws(JSONFailure) {
        let first = cursor
        guard end - first >= literal.length else { throw failure(.invalidLiteral) }
        let tail = UnsafeRawPointer(first + literal.length - 4).loadUnaligned(as: UInt32.self)
        guard UInt32(littleEndian: tail) == literal.tail else { throw failure(.invalidLiteral) }
        cursor = first + literal.length
        append(literal.kind, from: first)
    }

    /// Parses a number (RFC 8259 section 6).
    @inline(__always)
    mutating func parseNumber() throws(JSONFailure) {
        let first = cursor
        let isNegative = cursor.pointee == UInt8(ascii: "-")
        if isNegative { cursor += 1 }
        let digits = cursor
        skipDigits()
        let digitCount = cursor - digits
        guard digitCount > 0 else { throw failure(.expectedDigit) }
        if digits.pointee == UInt8(ascii: "0"), digitCount > 1 {
            cursor = digits
            throw failure(.leadingZero)
        }
        var isInteger = digitCount <= 18 && !(isNegative && digits.pointee == UInt8(ascii: "0"))
        if digitCount == 19 { isInteger = Self.fitsInt64(digits, isNegative: isNegative) }
        if try parseFractionAndExponent() { isInteger = false }
        append(isInteger ? .integer : .number, from: first)
    }

    /// Steps over a fraction and an exponent; says whether there was either.
    @inline(__always)
    private mutating func parseFractionAndExponent() throws(JSONFailure) -> Bool {
        guard cursor < end else { return false }
        var isPresent = false
        if cursor.pointee == UInt8(ascii: ".") {
            isPresent = true
            cursor += 1
            try expectDigits()
        }
        if cursor < end, cursor.pointee | 0x20 == UInt8(ascii: "e") {
            isPresent = true
            cursor += 1
            if cursor < end, cursor.pointee == UInt8(ascii: "+") || cursor.pointee == UInt8(ascii: "-") { cursor += 1 }
            try expectDigits()
        }
        return isPresent
    }

    @inline(__always)
    private mutating func expectDigits() throws(JSONFailure) {
        let first = cursor
        skipDigits()
        guard cursor > first else { throw failure(.expectedDigit) }
    }

    @inline(__always)
    private mutating func skipDigits() {
        while cursor < end, cursor.pointee &- UInt8(ascii: "0") < 10 { cursor += 1 }
    }

    /// Whether the 19 digits at `digits` are at most 2⁶³-1, or 2⁶³ when negative.
    private static func fitsInt64(_ digits: UnsafePointer<UInt8>, isNegative: Bool) -> Bool {
        var magnitude: UInt64 = 0
        for index in 0..<19 {
            magnitude = magnitude &* 10 &+ UInt64(digits[index] &- UInt8(ascii: "0"))
        }
        return magnitude <= UInt64(Int64.max) + (isNegative ? 1 : 0)
    }

    /// Steps over white space; the usual case is that there is none.
    @inline(__always)
    mutating func skipWhitespace() {
        guard cursor < end, cursor.pointee <= 0x20 else { return }
        cursor = Self.endOfWhitespace(cursor, end)
    }

    /// The first byte that is not white space; indentation goes eight bytes at a time.
    @inline(never)
    private static func endOfWhitespace(
        _ first: UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        var cursor = first
        while cursor < end {
            switch cursor.pointee {
            case 0x20, 0x0A, 0x0D, 0x09: cursor += 1
            default: return cursor
            }
            while end - cursor >= 8,
                UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self) == 0x2020_2020_2020_2020
            {
                cursor += 8
            }
        }
        return cursor
    }
}
