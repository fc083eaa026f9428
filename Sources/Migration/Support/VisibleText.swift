/// Text from scripts and services, made fit for a line of a terminal or a page.
enum VisibleText {
    /// The text with its control characters, line ends and marks of writing direction as `\u{1b}`, so that none of them
    /// acts on what shows the text.
    static func of(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: acts) else { return text }
        var visible = ""
        for scalar in text.unicodeScalars {
            if acts(scalar) {
                visible += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    /// The beginning of a text that may be long, with `…` for the rest.
    ///
    /// - Parameter maxBytes: the bytes of the beginning; it ends before a character that goes beyond.
    static func excerpt(_ text: [UInt8], maxBytes: Int) -> String {
        guard text.count > maxBytes else { return String(decoding: text, as: UTF8.self) }
        var end = max(maxBytes, 0)
        while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: text[..<end], as: UTF8.self) + "…"
    }

    static func excerpt(_ text: String, maxBytes: Int) -> String {
        text.utf8.count > maxBytes ? excerpt(Array(text.utf8), maxBytes: maxBytes) : text
    }

    private static func acts(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
