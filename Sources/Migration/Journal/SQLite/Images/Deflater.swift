internal import CZlib

/// Compresses one body after the other with the same memory (some 150 KiB). Not for several threads at once.
final class Deflater {
    /// The fastest level: bodies are short, and most of what they share is in the dictionary.
    private static let level: Int32 = 1
    /// No header and no checksum, with the largest window.
    fileprivate static let rawWindowBits: Int32 = -15
    /// A table of 4096 places: a larger one takes longer to clear than a short body takes to compress.
    private static let memoryLevel: Int32 = 5

    // zlib's state points back to it, so that it must stay where it is.
    private let stream: UnsafeMutablePointer<z_stream>
    private let isReady: Bool

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        isReady =
            deflateInit2_(
                stream,
                Self.level,
                Z_DEFLATED,
                Self.rawWindowBits,
                Self.memoryLevel,
                Z_DEFAULT_STRATEGY,
                zlibVersion(),
                Int32(MemoryLayout<z_stream>.size)
            ) == Z_OK
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Compresses `body` into `output`.
    ///
    /// - Returns: the number of bytes; `nil` when they would not fit.
    func deflate(
        _ body: UnsafeRawBufferPointer,
        dictionary: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard isReady, deflateReset(stream) == Z_OK else { return nil }
        let dictionaryBytes = dictionary.bindMemory(to: UInt8.self)
        guard
            dictionary.isEmpty
                || deflateSetDictionary(stream, dictionaryBytes.baseAddress, UInt32(dictionary.count)) == Z_OK
        else { return nil }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: body.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(body.count)
        stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        guard CZlib.deflate(stream, Z_FINISH) == Z_STREAM_END else { return nil }
        return output.count - Int(stream.pointee.avail_out)
    }
}

/// Reads what `Deflater` has written, with the same memory for one body after the other.
final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private let isReady: Bool

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        isReady =
            inflateInit2_(stream, Deflater.rawWindowBits, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// The body of exactly `count` bytes; `nil` when the compressed bytes do not hold such a one.
    func inflate(_ bytes: UnsafeRawBufferPointer, dictionary: UnsafeRawBufferPointer, count: Int) -> [UInt8]? {
        guard isReady, inflateReset(stream) == Z_OK else { return nil }
        let dictionaryBytes = dictionary.bindMemory(to: UInt8.self)
        guard
            dictionary.isEmpty
                || inflateSetDictionary(stream, dictionaryBytes.baseAddress, UInt32(dictionary.count)) == Z_OK
        else { return nil }
        var isWhole = false
        let body = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(bytes.count)
            stream.pointee.next_out = buffer.baseAddress
            stream.pointee.avail_out = UInt32(count)
            isWhole = CZlib.inflate(stream, Z_FINISH) == Z_STREAM_END && stream.pointee.avail_out == 0
            filled = count - Int(stream.pointee.avail_out)
        }
        return isWhole ? body : nil
    }
}
