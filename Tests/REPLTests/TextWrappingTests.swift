import Testing

@testable import REPL

@Suite("Wrapping of running text")
struct TextWrappingTests {
    @Test(arguments: [
        ("short", 20, "short"),
        ("one two three four five six", 20, "one two three four\n  five six"),
        ("  one two three four five six", 20, "  one two three four\n    five six"),
        ("a\nb\n\n", 20, "a\nb\n\n"),
        ("averyveryverylongwordthatfitsnowhere x", 20, "averyveryverylongwordthatfitsnowhere\n  x"),
        ("漢字漢字漢字 漢字漢字漢字", 20, "漢字漢字漢字\n  漢字漢字漢字"),
        ("one two three four five six", 10, "one two three four five six"),
    ])
    func `long lines are broken between words`(text: String, columns: Int, expected: String) {
        #expect(TextWrapping.wrapped(text, columns: columns) == expected)
    }
}
