/// Turns the bodies before and after a change into what is stored of them, and back, byte for byte.
///
/// A post-image is stored as what differs from its pre-image, which is why both are given for one. The memory is used
/// again and again. Not for several threads at once.
final class ImageCodec {
    /// The longest body (64 MiB), four times the longest that the API takes.
    static let maxImageBytes = 64 << 20
    /// A post-image is stored as a splice when the stretch that differs is no longer than this.
    static let maxSpliceBytes = 96
    /// The most memory that is kept for the next body (1 MiB); what a longer one needs is given back.
    static let maxKeptBytes = 1 << 20
    /// Format, checksum and length.
    private static let maxHeaderBytes = 5 + VariableLengthInteger.maxBytes

    private let compressor = BodyCompressor()
    private var preimageOutput = OutputMemory()
    private var postimageOutput = OutputMemory()

    // MARK: - Storing

    /// Lends what is to be stored of both bodies.
    ///
    /// - Throws: `.failed` for a body that is too long, and what `body` throws.
    func withStored<Result>(
        preimage: [UInt8],
        postimage: [UInt8],
        _ body: (_ preimage: UnsafeRawBufferPointer, _ postimage: UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let longest = max(preimage.count, postimage.count)
        guard longest <= Self.maxImageBytes else {
            throw JournalError(.failed, "a body of \(longest) bytes; a journal takes up to \(Self.maxImageBytes)")
        }
        defer {
            preimageOutput.shrink(toBytes: Self.maxKeptBytes)
            postimageOutput.shrink(toBytes: Self.maxKeptBytes)
        }
        return try preimage.withUnsafeBytes { preimage in
            try postimage.withUnsafeBytes { postimage in
                let storedPreimage = store(preimage)
                return try body(storedPreimage, store(postimage, preimage: preimage))
            }
        }
    }

    private func store(_ preimage: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let output = preimageOutput.reserve(Self.maxHeaderBytes + preimage.count)
        return ImageDictionary.version1.withUnsafeBytes { dictionary in
            compressed(preimage, as: .compressed, dictionary: dictionary, into: output) ?? raw(preimage, into: output)
        }
    }

    private func store(
        _ postimage: UnsafeRawBufferPointer,
        preimage: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        let output = postimageOutput.reserve(
            Self.maxHeaderBytes + max(postimage.count, 2 * VariableLengthInteger.maxBytes + Self.maxSpliceBytes)
        )
        return spliced(postimage, preimage: preimage, into: output)
            ?? compressed(postimage, as: .compressedAgainstPreimage, dictionary: preimage, into: output)
            ?? raw(postimage, into: output)
    }

    private func writeHeader(
        _ format: ImageFormat,
        of body: UnsafeRawBufferPointer,
        to output: UnsafeMutableRawBufferPointer
    ) -> Int {
        output[0] = format.rawValue
        output.storeBytes(of: CRC32.of(body).littleEndian, toByteOffset: 1, as: UInt32.self)
        return 5 + VariableLengthInteger.write(body.count, to: output, at: 5)
    }

    private func raw(
        _ body: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        let start = writeHeader(.raw, of: body, to: output)
        UnsafeMutableRawBufferPointer(rebasing: output[start...]).copyMemory(from: body)
        return UnsafeRawBufferPointer(rebasing: output[..<(start + body.count)])
    }

    /// `nil` when compressing gains nothing.
    private func compressed(
        _ body: UnsafeRawBufferPointer,
        as format: ImageFormat,
        dictionary: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        guard body.count > 1 else { return nil }
        let start = writeHeader(format, of: body, to: output)
        let room = UnsafeMutableRawBufferPointer(rebasing: output[start..<(start + body.count - 1)])
        guard let count = compressor.compress(body, dictionary: dictionary, into: room) else { return nil }
        return UnsafeRawBufferPointer(rebasing: output[..<(start + count)])
    }

    /// `nil` when the bodies differ in too long a stretch.
    private func spliced(
        _ body: UnsafeRawBufferPointer,
        preimage: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        let shorter = min(body.count, preimage.count)
        let prefix = Self.commonPrefix(body, preimage, upTo: shorter)
        let suffix = Self.commonSuffix(body, preimage, upTo: shorter - prefix)
        let changed = UnsafeRawBufferPointer(rebasing: body[prefix..<(body.count - suffix)])
        guard changed.count <= Self.maxSpliceBytes else { return nil }
        var end = writeHeader(.splice, of: body, to: output)
        end += VariableLengthInteger.write(prefix, to: output, at: end)
        end += VariableLengthInteger.write(suffix, to: output, at: end)
        UnsafeMutableRawBufferPointer(rebasing: output[end...]).copyMemory(from: changed)
        return UnsafeRawBufferPointer(rebasing: output[..<(end + changed.count)])
    }

    private static func commonPrefix(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, upTo limit: Int) -> Int {
        var count = 0
        while count + 8 <= limit,
            a.loadUnaligned(fromByteOffset: count, as: UInt64.self)
                == b.loadUnaligned(fromByteOffset: count, as: UInt64.self)
        { count += 8 }
        while count < limit, a[count] == b[count] { count += 1 }
        return count
    }

    private static func commonSuffix(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, upTo limit: Int) -> Int {
        var count = 0
        while count + 8 <= limit,
            a.loadUnaligned(fromByteOffset: a.count - count - 8, as: UInt64.self)
                == b.loadUnaligned(fromByteOffset: b.count - count - 8, as: UInt64.self)
        { count += 8 }
        while count < limit, a[a.count - count - 1] == b[b.count - count - 1] { count += 1 }
        return count
    }

    // MARK: - Reading

    /// The body of a stored image.
    ///
    /// - Parameter preimage: the body before the change, for a post-image; `nil` for a pre-image.
    /// - Throws: `.damaged` when the stored bytes are not what was written.
    func body(of stored: UnsafeRawBufferPointer, preimage: [UInt8]?) throws -> [UInt8] {
        guard let body = read(stored, preimage: preimage) else {
            throw JournalError(
                .damaged,
                "a body in the migration journal is damaged; put a copy of the file in its place, or purge the run"
            )
        }
        return body
    }

    private func read(_ stored: UnsafeRawBufferPointer, preimage: [UInt8]?) -> [UInt8]? {
        var offset = 5
        guard stored.count > offset, let format = ImageFormat(rawValue: stored[0]),
            let count = VariableLengthInteger.read(stored, at: &offset), count <= Self.maxImageBytes
        else { return nil }
        let checksum = UInt32(littleEndian: stored.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
        let payload = UnsafeRawBufferPointer(rebasing: stored[offset...])
        let body = read(payload, format, count: count, preimage: preimage)
        guard let body, body.count == count, body.withUnsafeBytes({ CRC32.of($0) }) == checksum else { return nil }
        return body
    }

    private func read(
        _ payload: UnsafeRawBufferPointer,
        _ format: ImageFormat,
        count: Int,
        preimage: [UInt8]?
    ) -> [UInt8]? {
        switch format {
        case .raw: Array(payload)
        case .compressed:
            ImageDictionary.version1.withUnsafeBytes {
                BodyCompressor.decompress(payload, dictionary: $0, count: count)
            }
        case .compressedAgainstPreimage:
            preimage?.withUnsafeBytes { BodyCompressor.decompress(payload, dictionary: $0, count: count) }
        case .splice:
            preimage.flatMap { Self.splice(payload, preimage: $0) }
        }
    }

    private static func splice(_ payload: UnsafeRawBufferPointer, preimage: [UInt8]) -> [UInt8]? {
        var offset = 0
        guard let prefix = VariableLengthInteger.read(payload, at: &offset),
            let suffix = VariableLengthInteger.read(payload, at: &offset),
            prefix <= preimage.count, suffix <= preimage.count - prefix
        else { return nil }
        return preimage.prefix(prefix) + payload[offset...] + preimage.suffix(suffix)
    }
}

/// Memory that grows as it is needed.
private struct OutputMemory: ~Copyable {
    private var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    mutating func reserve(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
        if buffer.count < byteCount {
            buffer.deallocate()
            buffer = .allocate(byteCount: max(byteCount, 2 * buffer.count, 4096), alignment: 16)
        }
        return buffer
    }

    mutating func shrink(toBytes maxBytes: Int) {
        guard buffer.count > maxBytes else { return }
        buffer.deallocate()
        buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    deinit {
        buffer.deallocate()
    }
}
