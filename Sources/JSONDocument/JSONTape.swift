/// The nodes of one parsed JSON text, in storage that is used again for the next text.
///
/// Parsing checks the whole text (RFC 8259, UTF-8 as in RFC 3629) and copies nothing out of it: nodes refer to the text
/// by offset, so whoever reads the nodes keeps the text. Duplicate names and escapes of lone surrogates are accepted.
/// Once the storage has grown to the size of the texts at hand, parsing allocates nothing.
///
/// A tape has one owner at a time, on any thread.
public struct JSONTape: ~Copyable, @unchecked Sendable {
    // `@unchecked Sendable`: the storage is owned by this value alone, which cannot be copied.

    /// Storage for more nodes than this (16 MiB) is given back when a text needs less than an eighth of it.
    public static let maxRetainedNodes = 1 << 20

    private var storage: UnsafeMutablePointer<JSONNode>?
    private var capacity = 0
    /// The number of nodes of the last text; 0 before the first and after a failure.
    public private(set) var count = 0

    public init() {}

    deinit {
        storage?.deallocate()
    }

    /// Parses `text` and replaces the nodes with its nodes.
    ///
    /// - Parameters:
    ///   - text: the text, at most `limits.maxBytes` long.
    ///   - limits: the accepted length and depth.
    /// - Throws: `JSONError` with `.tooLarge`, `.tooDeep`, `.invalidUTF8`, `.byteOrderMark`, `.unexpectedEnd` or
    ///   `.invalidSyntax`; the tape is then empty.
    public mutating func parse(_ text: UnsafeRawBufferPointer, limits: JSONLimits = .default) throws(JSONError) {
        count = 0
        try Self.checkLength(text, limits)
        reserve(JSONTapeParser.nodeBound(textBytes: text.count, maxDepth: limits.maxDepth))
        if let storage { count = try Self.write(text, to: storage, limits) }
    }

    /// Parses `text` into memory of the caller's.
    ///
    /// - Parameters:
    ///   - text: the text, at most `limits.maxBytes` long.
    ///   - limits: the accepted length and depth.
    ///   - allocate: gives room for so many nodes, more than the text will have; `nil` when there is none.
    /// - Returns: the nodes, at the start of that room; `nil` when there was none.
    /// - Throws: `JSONError`, as `parse(_:limits:)` does.
    public static func parse(
        _ text: UnsafeRawBufferPointer,
        limits: JSONLimits = .default,
        allocate: (_ nodeCount: Int) -> UnsafeMutablePointer<JSONNode>?
    ) throws(JSONError) -> UnsafeMutableBufferPointer<JSONNode>? {
        try checkLength(text, limits)
        let bound = JSONTapeParser.nodeBound(textBytes: text.count, maxDepth: limits.maxDepth)
        guard let nodes = allocate(bound) else { return nil }
        return UnsafeMutableBufferPointer(start: nodes, count: try write(text, to: nodes, limits))
    }

    private static func checkLength(_ text: UnsafeRawBufferPointer, _ limits: JSONLimits) throws(JSONError) {
        guard text.count <= limits.maxBytes else {
            throw JSONFailure(.tooLarge, at: limits.maxBytes).error(in: text, limits: limits)
        }
    }

    private static func write(
        _ text: UnsafeRawBufferPointer,
        to nodes: UnsafeMutablePointer<JSONNode>,
        _ limits: JSONLimits
    ) throws(JSONError) -> Int {
        guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            throw JSONFailure(.expectedValue, at: 0).error(in: text, limits: limits)
        }
        var parser = JSONTapeParser(start: start, count: text.count, nodes: nodes, maxDepth: limits.maxDepth)
        do {
            return try parser.parse()
        } catch {
            throw error.error(in: text, limits: limits)
        }
    }

    /// Parses `text` and replaces the nodes with its nodes; see `parse(_:limits:)` for memory.
    public mutating func parse(_ text: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        try text.withUnsafeBufferPointer { (bytes) throws(JSONError) in
            try parse(UnsafeRawBufferPointer(bytes), limits: limits)
        }
    }

    /// The first node. Valid until the next `parse` and while the tape lives; `nil` when nothing is parsed.
    @inline(__always)
    public var nodes: UnsafePointer<JSONNode>? {
        count == 0 ? nil : UnsafePointer(storage)
    }

    /// Gives `body` the nodes; they must not be used after it returns.
    public borrowing func withUnsafeNodes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<JSONNode>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: storage, count: count))
    }

    private mutating func reserve(_ needed: Int) {
        let isOversized = capacity > Self.maxRetainedNodes && needed < capacity / 8
        guard needed > capacity || isOversized else { return }
        storage?.deallocate()
        storage = .allocate(capacity: needed)
        capacity = needed
    }
}
