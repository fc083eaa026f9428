/// How many columns of a terminal a text takes: the one place that printing asks.
enum TextWidth {
    static func columns(of text: some StringProtocol) -> Int {
        if text.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) { return text.utf8.count }
        return text.reduce(0) { $0 + columns(of: $1) }
    }

    static func columns(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.value < 0x7F { return 1 }
        // An emoji selector makes a wide picture of a narrow sign.
        if character.unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return isWide(first) ? 2 : 1
        }
    }

    /// The longest beginning of a text that takes no more than `columns`.
    static func prefix(of text: String, columns: Int) -> Substring {
        var taken = 0
        var end = text.startIndex
        while end < text.endIndex {
            taken += Self.columns(of: text[end])
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

    /// East Asian Wide and Fullwidth (UAX #11), and pictures that are shown as such.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x1F1E6...0x1F1FF, 0x20000...0x3FFFD:
            true
        default: scalar.properties.isEmojiPresentation
        }
    }
}
