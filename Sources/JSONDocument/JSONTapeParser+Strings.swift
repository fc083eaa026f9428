extension JSONTapeParser {
    /// Parses the string whose opening quote is at the cursor (RFC 8259 section 7).
    @inline(__always)
    mutating func parseString(flags: UInt32) throws(JSONFailure) {
        let first = cursor
        cursor += 1
        var found = flags
        while true {
            cursor = JSONStringScan.firstStop(from: cursor, to: end)
            guard cursor < end else { throw failure(.unterminatedString) }
            let byte = cursor.pointee
            if byte == UInt8(ascii: "\"") {
                cursor += 1
                return append(.string, from: first, flags: found)
            }
            if byte == UInt8(ascii: "\\") {
                found |= JSONNode.escapedFlag
                // Escapes often follow each other.
                repeat { try skipEscape() } while cursor < end && cursor.pointee == UInt8(ascii: "\\")
            } else if byte >= 0x80 {
                found |= JSONNode.nonASCIIFlag
                cursor = try JSONUTF8.skipNonASCII(start: start, from: cursor, to: end)
            } else {
                throw failure(.controlCharacter)
            }
        }
    }

    /// Steps over the escape whose backslash is at the cursor. Lone surrogates are accepted: they are valid text.
    @inline(__always)
    private mutating func skipEscape() throws(JSONFailure) {
        guard end - cursor >= 2 else { throw JSONFailure(.unterminatedString, at: end - start) }
        let letter = cursor[1]
        if letter == UInt8(ascii: "u") {
            guard end - cursor >= 6 else { throw failure(.invalidEscape) }
            let digits = UnsafeRawPointer(cursor + 2).loadUnaligned(as: UInt32.self)
            guard JSONStringScan.areHexDigits(digits) else { throw failure(.invalidEscape) }
            cursor += 6
        } else {
            guard JSONStringScan.isSimpleEscape(letter) else { throw failure(.invalidEscape) }
            cursor += 2
        }
    }
}

/// Looking through string text, eight bytes at a time.
enum JSONStringScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// The first byte that a JSON string cannot hold as it is, or that is not ASCII; `end` when there is none.
    @inline(__always)
    static func firstStop(from first: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var cursor = first
        while end - cursor >= 8 {
            let stops = stops(in: UInt64(littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self)))
            if stops != 0 { return cursor + stops.trailingZeroBitCount &>> 3 }
            cursor += 8
        }
        while cursor < end, !isStop(cursor.pointee) { cursor += 1 }
        return cursor
    }

    /// The high bit of each byte that is a quote, a backslash, a control character or beyond ASCII.
    ///
    /// A borrow can set a bit above a true one, never below: the lowest bit is exact, and so is "none".
    @inline(__always)
    static func stops(in word: UInt64) -> UInt64 {
        let quotes = (word ^ (ones &* 0x22)) &- ones
        let backslashes = (word ^ (ones &* 0x5C)) &- ones
        let controls = word &- (ones &* 0x20)
        return (quotes | backslashes | controls | word) & highBits
    }

    /// The high bit of each byte that is a backslash: the lowest bit set is exact, and so is "none".
    @inline(__always)
    static func backslashes(in word: UInt64) -> UInt64 {
        let difference = word ^ (ones &* 0x5C)
        return (difference &- ones) & ~difference & highBits
    }

    @inline(__always)
    static func isStop(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Whether a backslash and this letter are an escape without digits; a bit set for each of them tells.
    @inline(__always)
    static func isSimpleEscape(_ letter: UInt8) -> Bool {
        // The quote and the slash; from 64 on the backslash, b, f, n, r and t.
        let low: UInt64 = 1 << 34 | 1 << 47
        let high: UInt64 = 1 << 28 | 1 << 34 | 1 << 38 | 1 << 46 | 1 << 50 | 1 << 52
        guard letter < 0x80 else { return false }
        return (letter < 64 ? low : high) &>> UInt64(letter & 63) & 1 != 0
    }

    /// Whether all four bytes are hexadecimal digits.
    @inline(__always)
    static func areHexDigits(_ bytes: UInt32) -> Bool {
        let lowered = bytes | 0x2020_2020
        guard bytes & 0x8080_8080 == 0 else { return false }
        let digits = atLeast(0x30, bytes) & ~atLeast(0x3A, bytes)
        let letters = atLeast(0x61, lowered) & ~atLeast(0x67, lowered)
        return (digits | letters) & 0x8080_8080 == 0x8080_8080
    }

    /// The high bit of each byte that is at least `bound`; all bytes are ASCII.
    @inline(__always)
    private static func atLeast(_ bound: UInt32, _ bytes: UInt32) -> UInt32 {
        bytes &+ (0x80 &- bound) &* 0x0101_0101
    }
}

/// Checking UTF-8 (RFC 3629 section 4: no overlong forms, no surrogates, nothing above U+10FFFF).
enum JSONUTF8 {
    /// Checks the run of bytes beyond ASCII at `first`.
    ///
    /// - Returns: the first ASCII byte after it, or `end`.
    static func skipNonASCII(
        start: UnsafePointer<UInt8>,
        from first: UnsafePointer<UInt8>,
        to end: UnsafePointer<UInt8>
    ) throws(JSONFailure) -> UnsafePointer<UInt8> {
        var cursor = first
        while cursor < end, cursor.pointee >= 0x80 {
            let length = sequenceLength(at: cursor, available: end - cursor)
            guard length > 0 else { throw JSONFailure(.invalidUTF8, at: cursor - start) }
            cursor += length
        }
        return cursor
    }

    /// The length of the well-formed multi-byte sequence at `bytes`, or 0.
    @inline(__always)
    static func sequenceLength(at bytes: UnsafePointer<UInt8>, available: Int) -> Int {
        let lead = bytes[0]
        guard available >= 2, lead >= 0xC2, lead <= 0xF4 else { return 0 }
        let second = bytes[1]
        if lead < 0xE0 { return isContinuation(second) ? 2 : 0 }
        guard available >= 3, isContinuation(second), isContinuation(bytes[2]) else { return 0 }
        if lead < 0xF0 {
            let isOverlong = lead == 0xE0 && second < 0xA0
            let isSurrogate = lead == 0xED && second >= 0xA0
            return isOverlong || isSurrogate ? 0 : 3
        }
        guard available >= 4, isContinuation(bytes[3]) else { return 0 }
        let isOverlong = lead == 0xF0 && second < 0x90
        let isBeyond = lead == 0xF4 && second >= 0x90
        return isOverlong || isBeyond ? 0 : 4
    }

    @inline(__always)
    private static func isContinuation(_ byte: UInt8) -> Bool {
        byte & 0xC0 == 0x80
    }
}
