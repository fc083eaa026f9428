/// Strings between their JSON text and their value's UTF-8 bytes (RFC 8259 section 7).
public enum JSONString {
    /// The room that `writeQuoted` needs for `count` bytes: each byte may become `\u00XX`, two quotes, and a rest to a
    /// whole word, for it writes eight bytes at a time.
    @inlinable
    public static func maxQuotedBytes(count: Int) -> Int { count * 6 + 8 }

    /// Appends `bytes` as a quoted JSON string. Quotes, backslashes and control characters are escaped, nothing else.
    ///
    /// - Throws: `JSONError.Code.invalidUTF8` when `bytes` is not UTF-8; nothing is appended then.
    public static func appendQuoted(
        _ bytes: UnsafeRawBufferPointer,
        to output: inout [UInt8]
    ) throws(JSONError) {
        let before = output.count
        output.append(UInt8(ascii: "\""))
        var read = 0
        while true {
            let run = UnsafeRawBufferPointer(rebasing: bytes[read...])
            let plain = plainPrefixLength(run)
            output.append(contentsOf: run.prefix(plain))
            read += plain
            guard read < bytes.count else { break }
            guard bytes[read] < 0x80 else {
                output.removeSubrange(before...)
                throw invalidUTF8(at: read)
            }
            let escape = Escape(bytes[read])
            for place in 0..<escape.length { output.append(escape.byte(place)) }
            read += 1
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Appends `string` as a quoted JSON string.
    public static func appendQuoted(_ string: String, to output: inout [UInt8]) {
        var string = string
        // A Swift string is always UTF-8, so the other overload cannot fail.
        string.withUTF8 { try? appendQuoted(UnsafeRawBufferPointer($0), to: &output) }
    }

    /// The quoted JSON string for `string`.
    public static func quoted(_ string: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(string.utf8.count + 2)
        appendQuoted(string, to: &output)
        return output
    }

    /// Writes `bytes` as a quoted JSON string to memory.
    ///
    /// - Parameter destination: room for `maxQuotedBytes(count: bytes.count)` bytes.
    /// - Returns: the number of bytes written, or `nil` when `bytes` is not UTF-8.
    public static func writeQuoted(
        _ bytes: UnsafeRawBufferPointer,
        to destination: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        destination[0] = UInt8(ascii: "\"")
        var target = destination + 1
        guard var cursor = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            target[0] = UInt8(ascii: "\"")
            return 2
        }
        let end = cursor + bytes.count
        while true {
            copyPlain(&cursor, end, &target)
            guard cursor < end else { break }
            if cursor.pointee < 0x80 {
                let escape = Escape(cursor.pointee)
                UnsafeMutableRawPointer(target).storeBytes(of: escape.text.littleEndian, as: UInt64.self)
                target += escape.length
                cursor += 1
            } else {
                let length = JSONUTF8.sequenceLength(at: cursor, available: end - cursor)
                guard length > 0 else { return nil }
                for place in 0..<length { target[place] = cursor[place] }
                target += length
                cursor += length
            }
        }
        target[0] = UInt8(ascii: "\"")
        return target + 1 - destination
    }

    /// Copies up to the first byte that is not ASCII or must be escaped. A whole word is written even when only its
    /// first bytes count; `maxQuotedBytes` has the room.
    @inline(__always)
    private static func copyPlain(
        _ cursor: inout UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>,
        _ target: inout UnsafeMutablePointer<UInt8>
    ) {
        while end - cursor >= 8 {
            let word = UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self)
            UnsafeMutableRawPointer(target).storeBytes(of: word, as: UInt64.self)
            let stops = JSONStringScan.stops(in: UInt64(littleEndian: word))
            let plain = stops == 0 ? 8 : stops.trailingZeroBitCount &>> 3
            cursor += plain
            target += plain
            if stops != 0 { return }
        }
        while cursor < end, !JSONStringScan.isStop(cursor.pointee) {
            target.pointee = cursor.pointee
            cursor += 1
            target += 1
        }
    }

    /// How many bytes from the first stand in a JSON string as they are: well-formed UTF-8 without quotes, backslashes
    /// and control characters.
    private static func plainPrefixLength(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        let end = start + bytes.count
        var cursor = start
        while true {
            cursor = JSONStringScan.firstStop(from: cursor, to: end)
            guard cursor < end, cursor.pointee >= 0x80 else { break }
            let length = JSONUTF8.sequenceLength(at: cursor, available: end - cursor)
            guard length > 0 else { break }
            cursor += length
        }
        return cursor - start
    }

    private static func invalidUTF8(at offset: Int) -> JSONError {
        JSONError(
            .invalidUTF8,
            "a JSON string must be UTF-8, but its byte \(offset) is not: encode binary data, for example as base64"
        )
    }
}

/// The escape of a quote, a backslash or a control character: 2 or 6 bytes, the first in the lowest byte of `text`.
private struct Escape {
    let text: UInt64
    let length: Int

    init(_ byte: UInt8) {
        let letter: UInt8? =
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
            case 0x08: UInt8(ascii: "b")
            case 0x09: UInt8(ascii: "t")
            case 0x0A: UInt8(ascii: "n")
            case 0x0C: UInt8(ascii: "f")
            case 0x0D: UInt8(ascii: "r")
            default: nil
            }
        if let letter {
            text = UInt64(UInt8(ascii: "\\")) | UInt64(letter) << 8
            length = 2
            return
        }
        let low = byte & 0xF
        let lowDigit = low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10
        let highDigit = UInt8(ascii: "0") + byte >> 4
        // `\u00`, first byte lowest.
        text = 0x3030_755C | UInt64(highDigit) << 32 | UInt64(lowDigit) << 40
        length = 6
    }

    func byte(_ place: Int) -> UInt8 { UInt8(truncatingIfNeeded: text >> (place * 8)) }
}
