/// How the bytes of a stored image are to be read. The raw values are stored.
///
/// A stored image is the format (1 byte), the CRC-32 of the body (4 bytes, the lowest first), the body's length, and
/// what the format says. Lengths are in groups of 7 bits, the lowest first, the high bit set in all but the last.
enum ImageFormat: UInt8 {
    /// The body as it is.
    case raw = 0
    /// Compressed (LZ4, a block) with `ImageDictionary.version1`.
    case compressed = 1
    /// Compressed with the pre-image as the dictionary.
    case compressedAgainstPreimage = 2
    /// The pre-image with one stretch replaced: how many bytes of its beginning and of its end stay (two lengths), and
    /// what stands between them.
    case splice = 3
}

/// A number in groups of 7 bits.
enum VariableLengthInteger {
    /// The most bytes that one takes.
    static let maxBytes = 10

    /// - Returns: how many bytes were written.
    static func write(_ value: Int, to buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        var rest = UInt64(value)
        var end = offset
        while rest >= 0x80 {
            buffer[end] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            end += 1
        }
        buffer[end] = UInt8(rest)
        return end + 1 - offset
    }

    /// Reads a number and moves `offset` behind it; `nil` when there is none.
    static func read(_ bytes: UnsafeRawBufferPointer, at offset: inout Int) -> Int? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < bytes.count, shift < 63 {
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(value) }
            shift += 7
        }
        return nil
    }
}
