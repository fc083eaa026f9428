/// How much JSON is accepted.
public struct JSONLimits: Hashable, Sendable {
    /// The longest accepted text, in bytes. At most `UInt32.max`, for offsets are 32 bits wide.
    public let maxBytes: Int
    /// The deepest accepted nesting of arrays and objects.
    public let maxDepth: Int

    /// 16 MiB of text, nested 512 deep.
    public static let `default` = JSONLimits()

    /// - Parameters:
    ///   - maxBytes: the longest accepted text, in bytes; brought into `0...UInt32.max`.
    ///   - maxDepth: the deepest accepted nesting; brought into `1...1_000_000`.
    public init(maxBytes: Int = 16 << 20, maxDepth: Int = 512) {
        self.maxBytes = min(max(maxBytes, 0), Int(UInt32.max))
        self.maxDepth = min(max(maxDepth, 1), 1_000_000)
    }
}
