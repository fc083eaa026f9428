/// A SHA-256 as people compare it.
enum ShortSHA {
    private static let digitCount = 12

    /// `5ca1ab1e0000…`, or `(none)` for an empty one.
    static func of(_ sha: String) -> String {
        sha.isEmpty ? "(none)" : sha.prefix(digitCount) + "…"
    }
}
