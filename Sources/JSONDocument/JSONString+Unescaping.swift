extension JSONString {
    /// What becomes of an escape of half a surrogate pair.
    enum LoneSurrogates {
        /// It becomes U+FFFD, for a string's value must be UTF-8.
        case replaced
        /// It becomes the three bytes that UTF-8 forbids, so that different texts stay different.
        case kept
    }

    /// Writes the value of a string's text to memory.
    ///
    /// An escape of a lone surrogate (`\ud800`) is valid text without a value: it becomes U+FFFD (`EF BF BD`).
    ///
    /// - Parameters:
    ///   - content: the text between the quotes, as a parser accepted it.
    ///   - destination: room for `content.count` bytes; it may be the memory of `content`.
    /// - Returns: the number of bytes written, at most `content.count`.
    public static func unescape(
        _ content: UnsafeRawBufferPointer,
        into destination: UnsafeMutablePointer<UInt8>
    ) -> Int {
        unescape(content, into: destination, loneSurrogates: .replaced)
    }

    /// The value's bytes of a string's text between the quotes, as a parser accepted it.
    public static func unescaped(_ content: UnsafeRawBufferPointer) -> [UInt8] {
        unescaped(content, loneSurrogates: .replaced)
    }

    static func unescaped(_ content: UnsafeRawBufferPointer, loneSurrogates: LoneSurrogates) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: content.count) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            count = unescape(content, into: start, loneSurrogates: loneSurrogates)
        }
    }

    static func unescape(
        _ content: UnsafeRawBufferPointer,
        into destination: UnsafeMutablePointer<UInt8>,
        loneSurrogates: LoneSurrogates
    ) -> Int {
        guard let source = content.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        var read = 0
        var written = 0
        while true {
            copyUnescaped(source, content.count, destination, &read, &written)
            guard read + 1 < content.count else { return written }
            if source[read + 1] == UInt8(ascii: "u") {
                let (scalar, length) = unicodeEscape(content, at: read, loneSurrogates)
                read += length
                written += writeUTF8(scalar, to: destination + written)
            } else {
                destination[written] = simpleEscape(source[read + 1])
                read += 2
                written += 1
            }
        }
    }

    /// Copies up to the next backslash. Only words without one are copied whole, so that nothing unread is overwritten
    /// when both are the same memory.
    @inline(__always)
    private static func copyUnescaped(
        _ source: UnsafePointer<UInt8>,
        _ count: Int,
        _ destination: UnsafeMutablePointer<UInt8>,
        _ read: inout Int,
        _ written: inout Int
    ) {
        while count - read >= 8 {
            let word = UnsafeRawPointer(source + read).loadUnaligned(as: UInt64.self)
            guard JSONStringScan.backslashes(in: UInt64(littleEndian: word)) == 0 else { break }
            UnsafeMutableRawPointer(destination + written).storeBytes(of: word, as: UInt64.self)
            read += 8
            written += 8
        }
        while read < count, source[read] != UInt8(ascii: "\\") {
            destination[written] = source[read]
            read += 1
            written += 1
        }
    }

    private static func simpleEscape(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    /// The scalar of the `\uXXXX` at `offset`, with the second half of a pair, and the length of the text it takes.
    private static func unicodeEscape(
        _ content: UnsafeRawBufferPointer,
        at offset: Int,
        _ loneSurrogates: LoneSurrogates
    ) -> (scalar: UInt32, length: Int) {
        guard let unit = codeUnit(content, at: offset) else { return (0xFFFD, 2) }
        guard (0xD800..<0xE000).contains(unit) else { return (unit, 6) }
        if unit < 0xDC00, let low = codeUnit(content, at: offset + 6), (0xDC00..<0xE000).contains(low) {
            return (0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00), 12)
        }
        return (loneSurrogates == .kept ? unit : 0xFFFD, 6)
    }

    /// The code unit of the `\uXXXX` at `offset`, when there is one.
    private static func codeUnit(_ content: UnsafeRawBufferPointer, at offset: Int) -> UInt32? {
        guard offset + 6 <= content.count, content[offset] == UInt8(ascii: "\\"),
            content[offset + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt32 = 0
        for byte in content[offset + 2..<offset + 6] {
            let lowered = byte | 0x20
            let digit = byte < 0x3A ? byte &- UInt8(ascii: "0") : lowered &- UInt8(ascii: "a") &+ 10
            guard digit < 16 else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// Writes a scalar, or a surrogate as if it were one: 1 to 4 bytes.
    private static func writeUTF8(_ scalar: UInt32, to destination: UnsafeMutablePointer<UInt8>) -> Int {
        func continuation(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift) & 0x3F }
        switch scalar {
        case 0..<0x80:
            destination[0] = UInt8(truncatingIfNeeded: scalar)
            return 1
        case 0x80..<0x800:
            destination[0] = 0xC0 | UInt8(truncatingIfNeeded: scalar >> 6)
            destination[1] = continuation(0)
            return 2
        case 0x800..<0x10000:
            destination[0] = 0xE0 | UInt8(truncatingIfNeeded: scalar >> 12)
            destination[1] = continuation(6)
            destination[2] = continuation(0)
            return 3
        default:
            destination[0] = 0xF0 | UInt8(truncatingIfNeeded: scalar >> 18)
            destination[1] = continuation(12)
            destination[2] = continuation(6)
            destination[3] = continuation(0)
            return 4
        }
    }
}
