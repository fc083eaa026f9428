import Testing

@testable import LineEditor

@Suite("Column width")
struct ColumnWidthTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let columns: Int
        let testDescription: String

        init(_ text: String, _ columns: Int, _ what: String) {
            self.text = text
            self.columns = columns
            testDescription = what
        }
    }

    static let cases: [Case] = [
        // ASCII and Latin
        Case("", 0, "nothing"), Case("a", 1, "letter"), Case(" ", 1, "space"), Case("~", 1, "tilde"),
        Case("hello", 5, "word"), Case("é", 1, "composed letter"), Case("e\u{301}", 1, "decomposed letter"),
        Case("ß", 1, "sharp s"), Case("\u{A0}", 1, "no-break space"), Case("\u{AD}", 1, "soft hyphen"),
        Case("a\u{300}\u{301}\u{302}\u{303}", 1, "many accents"), Case("\u{301}", 0, "accent alone"),
        Case("x\u{20DD}", 1, "enclosing circle"), Case("…", 1, "ellipsis"), Case("—", 1, "dash"),
        // Control characters
        Case("\u{1}", 2, "^A"), Case("\u{1B}", 2, "^["), Case("\u{7F}", 2, "^?"), Case("\0", 2, "^@"),
        Case("\n", 2, "^J"), Case("\r\n", 4, "^M^J"), Case("\u{85}", 1, "C1 control"), Case("\u{9B}", 1, "C1 CSI"),
        Case("\u{2028}", 1, "line separator"), Case("\t", 8, "tab in the first column"),
        // No columns
        Case("\u{200B}", 0, "zero width space"), Case("\u{200C}", 0, "non-joiner"), Case("\u{200D}", 0, "joiner"),
        Case("\u{2060}", 0, "word joiner"), Case("\u{FEFF}", 0, "byte order mark"), Case("\u{202E}", 0, "override"),
        Case("\u{2066}", 0, "isolate"), Case("\u{FE0F}", 0, "selector alone"),
        Case("\u{E0100}", 0, "ideographic selector"),
        Case("a\u{200B}b", 2, "letters and a zero width space"), Case("\u{34F}", 0, "grapheme joiner"),
        // East Asian
        Case("日", 2, "ideograph"), Case("日本語", 6, "ideographs"), Case("あ", 2, "hiragana"), Case("ア", 2, "katakana"),
        Case("ｱ", 1, "halfwidth katakana"), Case("Ａ", 2, "fullwidth letter"), Case("　", 2, "ideographic space"),
        Case("、", 2, "ideographic comma"), Case("！", 2, "fullwidth mark"), Case("￥", 2, "fullwidth yen"),
        Case("￦", 2, "fullwidth won"), Case("〈", 2, "angle bracket"), Case("か\u{3099}", 2, "kana with a voice mark"),
        Case("𠀀", 2, "ideograph of plane 2"), Case("𰀀", 2, "ideograph of plane 3"), Case("葛\u{E0100}", 2, "variant"),
        Case("α", 1, "Greek, ambiguous"), Case("①", 1, "circled digit, ambiguous"), Case("│", 1, "box drawing"),
        Case("한", 2, "Hangul syllable"), Case("\u{1112}\u{1161}\u{11AB}", 2, "Hangul jamo"),
        Case("\u{1112}", 2, "Hangul initial"), Case("\u{1161}", 0, "Hangul vowel alone"), Case("ㄱ", 2, "Hangul letter"),
        // Pictures
        Case("😀", 2, "face"), Case("👍🏽", 2, "thumb with skin tone"), Case("☝", 1, "pointing up, as text"),
        Case("☝🏽", 2, "pointing up with skin tone"), Case("❤", 1, "heart as text"), Case("❤️", 2, "heart as picture"),
        Case("☺️", 2, "smile as picture"), Case("1️⃣", 2, "keycap"), Case("1\u{20E3}", 1, "keycap without selector"),
        Case("👨‍👩‍👧‍👦", 2, "family"), Case("❤️‍🔥", 2, "heart on fire"), Case("🏳️‍🌈", 2, "rainbow flag"),
        Case("👩🏽‍💻", 2, "coder with skin tone"), Case("🇫🇷", 2, "flag"), Case("🇫", 1, "half a flag"),
        Case("🇫🇷🇩🇪", 4, "flags"), Case("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", 2, "flag of tags"),
        Case("⌚", 2, "watch"), Case("✅", 2, "check"), Case("✔", 1, "check as text"), Case("⚡", 2, "lightning"),
        Case("🀄", 2, "tile"), Case("🪿", 2, "goose of Unicode 15"), Case("🫩", 2, "face of Unicode 16"),
        Case("©", 1, "copyright"), Case("©️", 2, "copyright as picture"), Case("a\u{FE0F}", 1, "letter and selector"),
        // Scripts that join
        Case("क", 1, "Devanagari letter"), Case("क\u{94D}", 1, "with virama"), Case("ก\u{E33}", 2, "Thai with sara am"),
        Case("ก\u{E34}", 1, "Thai with vowel above"), Case("ש\u{5B8}", 1, "Hebrew with point"),
        Case("ب\u{64E}", 1, "Arabic with vowel"), Case("\u{600}1", 2, "Arabic number sign"),
        Case("𝒜", 1, "script letter"),
    ]

    @Test("Columns of texts", arguments: cases)
    func columns(_ wanted: Case) {
        #expect(ColumnWidth.of(wanted.text) == wanted.columns)
    }

    @Test(
        "What would do something is shown instead",
        arguments: [
            ("a", "a"), ("\u{1B}", "^["), ("\u{7F}", "^?"), ("\u{3}", "^C"), ("\r\n", "^M^J"), ("\u{9B}", "\u{FFFD}"),
            ("\u{2028}", "\u{FFFD}"), ("é", "é"),
        ] as [(Character, String)]
    )
    func shown(_ character: Character, _ text: String) {
        #expect(ColumnWidth.shown(character) == text)
    }

    @Test("Printable ASCII is told from everything else")
    func plain() {
        for value in UInt8.min..<0x80 {
            let text = "ab" + String(UnicodeScalar(value))
            #expect(ColumnWidth.isPlain(text) == (0x20...0x7E).contains(value))
        }
        #expect(!ColumnWidth.isPlain("é"))
        #expect(ColumnWidth.isPlain(""))
    }
}
