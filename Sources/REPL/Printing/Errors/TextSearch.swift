/// Finds texts in texts.
enum TextSearch {
    /// What stands before and behind the first place of a separator; `nil` when it is nowhere.
    static func split(_ text: some StringProtocol, at separator: String) -> (before: String, after: String)? {
        let bytes = Array(text.utf8)
        let wanted = Array(separator.utf8)
        guard !wanted.isEmpty, bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count) where bytes[start...].starts(with: wanted) {
            return (
                String(decoding: bytes[..<start], as: UTF8.self),
                String(decoding: bytes[(start + wanted.count)...], as: UTF8.self)
            )
        }
        return nil
    }

    /// What stands behind the first place of a separator.
    static func rest(after separator: String, in text: some StringProtocol) -> String? {
        split(text, at: separator)?.after
    }
}
