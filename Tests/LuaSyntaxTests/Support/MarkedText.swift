/// A text with a `¦` where the cursor is.
struct MarkedText {
    let text: String
    let cursor: Int

    init(_ marked: String) {
        let parts = marked.split(separator: "¦", maxSplits: 1, omittingEmptySubsequences: false)
        text = parts.joined()
        cursor = parts[0].utf8.count
    }
}

/// The part of a text between two UTF-8 offsets.
func slice(_ text: String, _ range: Range<Int>) -> String {
    String(decoding: Array(text.utf8)[range], as: UTF8.self)
}
