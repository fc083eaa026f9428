internal import CLZ4

/// Compresses one body after the other with the same memory (16 KiB). Not for several threads at once.
///
/// LZ4, as a body is compressed for every record that is changed, and read again for few: it takes a tenth of what deflate
/// takes, and with a dictionary leaves a third more.
final class BodyCompressor {
    /// LZ4's default: more saves time and costs size.
    private static let acceleration: Int32 = 1

    // `nil` only when the machine has no memory.
    private let stream = LZ4_createStream()

    deinit {
        LZ4_freeStream(stream)
    }

    /// Compresses `body` into `output`.
    ///
    /// - Parameter dictionary: what the body is likely to hold; of a long one the last 64 KiB count.
    /// - Returns: the number of bytes; `nil` when they would not fit.
    func compress(
        _ body: UnsafeRawBufferPointer,
        dictionary: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard let stream else { return nil }
        LZ4_resetStream_fast(stream)
        _ = LZ4_loadDict(stream, dictionary.characters, Int32(dictionary.count))
        let count = LZ4_compress_fast_continue(
            stream,
            body.characters,
            output.bindMemory(to: CChar.self).baseAddress,
            Int32(body.count),
            Int32(output.count),
            Self.acceleration
        )
        return count > 0 ? Int(count) : nil
    }

    /// The body of exactly `count` bytes; `nil` when the compressed bytes do not hold such a one.
    static func decompress(
        _ bytes: UnsafeRawBufferPointer,
        dictionary: UnsafeRawBufferPointer,
        count: Int
    ) -> [UInt8]? {
        var found: Int32 = -1
        let body = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            found = LZ4_decompress_safe_usingDict(
                bytes.characters,
                UnsafeMutableRawBufferPointer(buffer).bindMemory(to: CChar.self).baseAddress,
                Int32(bytes.count),
                Int32(count),
                dictionary.characters,
                Int32(dictionary.count)
            )
            filled = max(Int(found), 0)
        }
        return Int(found) == count ? body : nil
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var characters: UnsafePointer<CChar>? { bindMemory(to: CChar.self).baseAddress }
}
