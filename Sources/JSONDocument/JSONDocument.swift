/// A JSON text with its parsed structure: it is read and edited in place, so that what is not edited stays as it was,
/// byte for byte: unknown members, their order, number text, white space, duplicate names.
public struct JSONDocument: Sendable {
    /// The text.
    public private(set) var bytes: [UInt8]
    /// The text's nodes; never empty.
    public private(set) var nodes: [JSONNode]
    /// The limits that the text, and every edit of it, is held to.
    public let limits: JSONLimits

    /// Parses a text.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 without a byte order mark, at most `limits.maxBytes` long.
    ///   - limits: the accepted length and depth.
    /// - Throws: `JSONError` as `JSONTape.parse` does.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        self.nodes = try Self.parse(bytes, limits: limits)
        self.bytes = bytes
        self.limits = limits
    }

    /// Parses a text; see `init(parsing:limits:)` for bytes.
    public init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// A document of a value's compact text.
    ///
    /// - Throws: `JSONError` when the value cannot be written (see `JSONWriter.compact`) or is beyond the limits.
    public init(_ value: JSONValue, limits: JSONLimits = .default) throws(JSONError) {
        try self.init(parsing: try JSONWriter.compact(value, limits: limits), limits: limits)
    }

    /// The text as a string.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The document's value.
    public var root: Value { Value(document: self, index: 0) }

    /// The value that `pointer` names; `nil` when there is none.
    public subscript(pointer: JSONPointer) -> Value? {
        withUnsafeView { $0.resolve(pointer) }.map { Value(document: self, index: $0) }
    }

    /// Gives `body` a view for reading without reference counting; it must not be used after `body` returns.
    public func withUnsafeView<Result, Failure: Error>(
        _ body: (UnsafeJSONView) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try nodes.withUnsafeBufferPointer { (nodes) throws(Failure) in
            try bytes.withUnsafeBufferPointer { (text) throws(Failure) in
                guard let start = nodes.baseAddress else { preconditionFailure("a parsed text has a root") }
                return try body(UnsafeJSONView(nodes: start, text: UnsafeRawBufferPointer(text)))
            }
        }
    }

    /// Replaces a range of the text; the document is unchanged when the result is not valid.
    mutating func replace(_ range: Range<Int>, with replacement: [UInt8]) throws(JSONError) {
        var edited: [UInt8] = []
        edited.reserveCapacity(bytes.count - range.count + replacement.count)
        edited.append(contentsOf: bytes[..<range.lowerBound])
        edited.append(contentsOf: replacement)
        edited.append(contentsOf: bytes[range.upperBound...])
        nodes = try Self.parse(edited, limits: limits)
        bytes = edited
    }

    private static func parse(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) -> [JSONNode] {
        var tape = JSONTape()
        try tape.parse(bytes, limits: limits)
        return tape.withUnsafeNodes { Array($0) }
    }
}

extension JSONDocument: Hashable {
    /// Whether both texts are the same bytes; `diff` compares what they mean.
    public static func == (left: JSONDocument, right: JSONDocument) -> Bool {
        left.bytes == right.bytes
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes)
    }
}

extension JSONDocument: CustomStringConvertible {
    public var description: String { text }
}
