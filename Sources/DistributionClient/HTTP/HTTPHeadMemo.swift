#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The last head of a connection, so that the next one, which is mostly the same, is compared instead of parsed.
///
/// Only the digits of `Content-Length` may differ. A head that differs anywhere else, in its date for instance, is
/// parsed in full, so that nothing is accepted that the parser would not accept.
struct HTTPHeadMemo {
    /// A head longer than this is not worth keeping.
    private static let maxBytes = 1024
    /// After so many heads in a row that were not the same, no more are kept: the service gives each one a field of
    /// its own.
    private static let maxMissCount = 16
    private static let lengthName = Array("\r\ncontent-length:".utf8)

    /// From the status line to the empty line.
    private var bytes: [UInt8] = []
    private var head = HTTPResponseHead()
    /// Where the digits of `Content-Length` are in `bytes`; empty when there are none.
    private var lengthDigits = 0..<0
    private var missCount = 0

    /// Reads a head that is the same as the last.
    ///
    /// - Returns: what it says and how long it is; `nil` when it must be parsed.
    mutating func match(_ input: UnsafeRawBufferPointer) -> (head: HTTPResponseHead, byteCount: Int)? {
        guard !bytes.isEmpty, let start = input.baseAddress else { return nil }
        guard let found = bytes.withUnsafeBytes({ match(start, input.count, $0) }) else {
            missCount += 1
            return nil
        }
        missCount = 0
        return found
    }

    private func match(
        _ start: UnsafeRawPointer,
        _ count: Int,
        _ known: UnsafeRawBufferPointer
    ) -> (head: HTTPResponseHead, byteCount: Int)? {
        guard let knownStart = known.baseAddress, count >= lengthDigits.lowerBound,
            memcmp(start, knownStart, lengthDigits.lowerBound) == 0
        else { return nil }
        var end = lengthDigits.lowerBound
        if !lengthDigits.isEmpty {
            while end < count, 0x30...0x39 ~= start.load(fromByteOffset: end, as: UInt8.self) { end += 1 }
        }
        let rest = known.count - lengthDigits.upperBound
        guard count - end >= rest, memcmp(start + end, knownStart + lengthDigits.upperBound, rest) == 0 else {
            return nil
        }
        var found = head
        if !lengthDigits.isEmpty {
            let digits = UnsafeRawBufferPointer(start: start, count: end)[lengthDigits.lowerBound...]
            guard let length = HTTPFieldReader.decimal(digits) else { return nil }
            found.contentLength = length
        }
        return (found, end + rest)
    }

    /// Keeps a head that has been parsed.
    ///
    /// - Parameter bytes: all of it, from the status line to the empty line.
    mutating func keep(_ bytes: UnsafeRawBufferPointer, _ head: HTTPResponseHead) {
        guard missCount < Self.maxMissCount, bytes.count <= Self.maxBytes else {
            self.bytes.removeAll()
            return
        }
        guard let digits = Self.lengthDigits(bytes, head) else { return self.bytes.removeAll(keepingCapacity: true) }
        self.bytes.removeAll(keepingCapacity: true)
        self.bytes.append(contentsOf: bytes)
        self.head = head
        lengthDigits = digits
    }

    /// Where the digits of the one `Content-Length` are: an empty range when there is none, `nil` when there are two.
    private static func lengthDigits(_ bytes: UnsafeRawBufferPointer, _ head: HTTPResponseHead) -> Range<Int>? {
        guard head.contentLength != nil else { return bytes.count..<bytes.count }
        var found: Range<Int>?
        for start in 0..<max(0, bytes.count - lengthName.count) where isLengthName(bytes, at: start) {
            guard found == nil else { return nil }
            var first = start + lengthName.count
            while first < bytes.count, bytes[first] == 0x20 || bytes[first] == 0x09 { first += 1 }
            var end = first
            while end < bytes.count, 0x30...0x39 ~= bytes[end] { end += 1 }
            found = first..<end
        }
        return found
    }

    private static func isLengthName(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Bool {
        for (offset, wanted) in lengthName.enumerated() {
            let byte = bytes[start + offset]
            guard (0x41...0x5A ~= byte ? byte | 0x20 : byte) == wanted else { return false }
        }
        return true
    }
}
