/// Lays running text out for a terminal's width.
enum TextWrapping {
    /// Narrower terminals get lines that they wrap themselves.
    private static let minColumns = 20

    /// The text with its long lines broken between words; what comes after a break is indented as its line was, and by
    /// two more.
    static func wrapped(_ text: String, columns: Int) -> String {
        guard columns >= minColumns else { return text }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { wrapped($0, columns) }.joined(separator: "\n")
    }

    private static func wrapped(_ line: Substring, _ columns: Int) -> String {
        guard TextWidth.columns(of: line) > columns else { return String(line) }
        let indentation = line.prefix { $0 == " " }
        var result = String(indentation)
        var width = indentation.count
        var isAtStart = true
        for word in line.dropFirst(indentation.count).split(separator: " ") {
            let wordWidth = TextWidth.columns(of: word)
            if !isAtStart, width + 1 + wordWidth > columns {
                result += "\n\(indentation)  "
                width = indentation.count + 2
            } else if !isAtStart {
                result += " "
                width += 1
            }
            result += word
            width += wordWidth
            isAtStart = false
        }
        return result
    }
}
