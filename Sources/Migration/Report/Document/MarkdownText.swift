/// Text inside Markdown (CommonMark with the tables of GitHub).
enum MarkdownText {
    /// Words of ours, with a backslash before all that means something.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in VisibleText.of(text).unicodeScalars {
            if "\\`*_[]<>|&#~".unicodeScalars.contains(scalar) { escaped += "\\" }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }

    /// Text from outside, as code: nothing in it is a link, a tag, the end of a cell or of the code.
    static func code(_ text: String) -> String {
        let visible = VisibleText.of(text)
        guard !visible.isEmpty else { return "(empty)" }
        // In a table no fence protects a pipe, and a backslash before it may protect or end the cell.
        guard visible.unicodeScalars.contains(where: { $0 == "|" || $0 == "`" }) || isBlank(visible) else {
            return "`\(visible)`"
        }
        return "<code>\(referenced(visible))</code>"
    }

    /// The text with references for all ASCII characters but letters, digits and spaces.
    private static func referenced(_ text: String) -> String {
        var referenced = ""
        for scalar in text.unicodeScalars {
            let isPlain =
                !scalar.isASCII || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == " "
            if isPlain {
                referenced.unicodeScalars.append(scalar)
            } else {
                referenced += "&#\(scalar.value);"
            }
        }
        return referenced
    }

    private static func isBlank(_ text: String) -> Bool { text.unicodeScalars.allSatisfy { $0 == " " } }
}
