import Testing

@testable import REPL

@Suite("Texts for a terminal")
struct TextTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("山田", 4), ("ﾊﾝ", 2), ("🦀", 2), ("👩‍👩‍👧", 2), ("❤️", 2), ("🇩🇪", 2),
        ("한글", 4), ("…", 1), ("│", 1), ("\u{200B}", 0),
    ])
    func `a text takes columns, not characters`(text: String, columns: Int) {
        #expect(TextWidth.columns(of: text) == columns)
    }

    @Test(arguments: [
        ("abcdef", 4, "abc…"), ("abcd", 4, "abcd"), ("山田太郎", 5, "山田…"), ("山田太郎", 6, "山田…"), ("ab", 0, ""),
    ])
    func `what does not fit is cut`(text: String, columns: Int, expected: String) {
        #expect(TextWidth.cut(text, columns: columns) == expected)
        #expect(TextWidth.columns(of: expected) <= columns)
    }

    @Test(arguments: [
        ("plain\n\tline", "plain\n\tline"), ("a\u{1B}]0;title\u{7}b", "a\\x1B]0;title\\x07b"), ("a\rb", "a\\rb"),
        ("say \"é\" \\", "say \"é\" \\"), ("\u{202E}x", "\\u{202E}x"),
    ])
    func `messages keep their lines and lose what steers a terminal`(text: String, expected: String) {
        #expect(TextEscaping.safe(text) == expected)
    }

    @Test func `every character that hides or reorders text is escaped`() {
        for value in [
            0x202A, 0x202E, 0x2066, 0x2069, 0x200B, 0x200E, 0x2060, 0xAD, 0x61C, 0xFEFF, 0xE0041, 0x3164, 0x34F,
        ] {
            let scalar = Unicode.Scalar(UInt32(value))
            let text = scalar.map { "a\(Character($0))b" } ?? ""
            #expect(TextEscaping.safe(text) == "a\\u{\(String(value, radix: 16, uppercase: true))}b")
        }
    }
}
