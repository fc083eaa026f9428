import LineEditor

/// Texts by the columns of a terminal that they take.
enum TextWidth {
    static func columns(of text: some StringProtocol) -> Int {
        ColumnWidth.of(String(text))
    }

    /// The longest beginning of a text that takes no more than `columns`.
    static func prefix(of text: String, columns: Int) -> Substring {
        var taken = 0
        var end = text.startIndex
        while end < text.endIndex {
            taken += ColumnWidth.of(text[end])
            if taken > columns { break }
            text.formIndex(after: &end)
        }
        return text[..<end]
    }

    /// A text that takes no more than `columns`, with `…` in place of what is cut off.
    static func cut(_ text: String, columns: Int) -> String {
        if Self.columns(of: text) <= columns { return text }
        return columns > 0 ? prefix(of: text, columns: columns - 1) + "…" : ""
    }
}
