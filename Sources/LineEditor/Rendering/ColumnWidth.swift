/// How many columns of a terminal characters take.
///
/// A character is a grapheme cluster. Terminals differ about the rarer ones; this is what those that know clusters do.
public enum ColumnWidth {
    /// The columns of a text on one row. A tab counts as in the first column: 8.
    public static func of(_ text: String) -> Int {
        if isPlain(text) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    /// The columns of a character; of a control character those of what is shown for it, as `^C`.
    public static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        if first.value < 0x7F, character.utf8.count == 1 {
            return first.value >= 0x20 ? 1 : first.value == 0x09 ? 8 : 2
        }
        guard scalars.index(after: scalars.startIndex) != scalars.endIndex else { return of(first) }
        return isPicture(first, scalars) ? 2 : scalars.reduce(0) { $0 + of($1) }
    }

    /// Whether every character is printable ASCII, and so takes one column and one byte.
    static func isPlain(_ text: some StringProtocol) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.allSatisfy { isPlain($0) }
        } ?? text.utf8.allSatisfy { isPlain($0) }
    }

    private static func isPlain(_ byte: UInt8) -> Bool { byte &- 0x20 < 0x5F }

    /// Where the character at an index ends, when it is one of printable ASCII and nothing can be combined with it.
    static func endOfPlainCharacter(of text: String, at index: String.Index) -> String.Index? {
        let bytes = text.utf8
        guard isPlain(bytes[index]) else { return nil }
        let end = bytes.index(after: index)
        return end == bytes.endIndex || bytes[end] < 0x80 ? end : nil
    }

    /// What a terminal is sent for a character: control characters would do things instead of being shown.
    static func shown(_ character: Character) -> String {
        guard let first = character.unicodeScalars.first, isControl(first) else { return String(character) }
        return character.unicodeScalars.map(shown).joined()
    }

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        guard isControl(scalar) else { return String(scalar) }
        guard scalar.value < 0x80 else { return "\u{FFFD}" }
        return "^\(UnicodeScalar(UInt8(scalar.value) ^ 0x40))"
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        if isControl(scalar) { return scalar.value < 0x80 ? 2 : 1 }
        // Hangul vowels and final consonants stand within the syllable's two columns.
        if (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FF).contains(scalar.value) { return 0 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        case .format: return isVisibleFormat(scalar) ? 1 : 0
        default: return WideCharacters.contains(scalar) ? 2 : 1
        }
    }

    /// Control characters, and the separators that some terminals take for line ends.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
    }

    /// The soft hyphen, and signs that enclose the digits after them.
    private static func isVisibleFormat(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD: true
        default: false
        }
    }

    /// Whether several characters make one picture: selected as such, joined, a flag, or with a skin tone.
    private static func isPicture(_ first: Unicode.Scalar, _ scalars: Character.UnicodeScalarView) -> Bool {
        guard first.properties.isEmoji || isRegionalIndicator(first) else { return false }
        var joins = false
        for scalar in scalars.dropFirst() {
            switch scalar.value {
            case 0xFE0F, 0x1F3FB...0x1F3FF, 0x1F1E6...0x1F1FF: return true
            case 0x200D: joins = true
            default: if joins, scalar.properties.isEmoji { return true }
            }
        }
        return false
    }

    private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
        (0x1F1E6...0x1F1FF).contains(scalar.value)
    }
}
