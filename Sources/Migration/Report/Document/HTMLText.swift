/// Text inside HTML and SVG.
enum HTMLText {
    /// The text with all that means something in HTML written as references, fit for content and for attributes in
    /// quotation marks. What acts by itself, such as control characters, is made visible.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in VisibleText.of(text).unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
