import Testing

@testable import Migration

@Suite("Text from outside in Markdown, pages and terminals")
struct DocumentTextTests {
    @Test(
        "code in Markdown ends where it is to end, whatever is in it",
        arguments: [
            ("plain", "`plain`"), ("", "(empty)"), ("a|b", "<code>a&#124;b</code>"),
            ("`x`", "<code>&#96;x&#96;</code>"),
            ("a\nb", #"`a\u{a}b`"#), ("<b>*[x](y)", "`<b>*[x](y)`"), (" ", "<code> </code>"),
            ("a\\|<b>", "<code>a&#92;&#124;&#60;b&#62;</code>"),
            ("→ü", "`→ü`"),
        ]
    )
    func code(_ text: String, _ expected: String) {
        #expect(MarkdownText.code(text) == expected)
    }

    @Test("words are not taken for Markdown")
    func words() {
        #expect(MarkdownText.escaped("< 0.1 % of a|b_c*d `e` [f] #g") == ##"\< 0.1 % of a\|b\_c\*d \`e\` \[f\] \#g"##)
    }

    @Test("text cannot leave its place in a page, be it content or an attribute")
    func html() {
        #expect(
            HTMLText.escaped("<a href=\"x\">'&'</a>\u{0}")
                == #"&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;\u{0}"#
        )
    }

    @Test("an excerpt ends between characters, and says that it is one")
    func excerpt() {
        #expect(VisibleText.excerpt("short", maxBytes: 5) == "short")
        #expect(VisibleText.excerpt("aüb", maxBytes: 2) == "a…")
        #expect(VisibleText.excerpt("aüb", maxBytes: 3) == "aü…")
        #expect(VisibleText.excerpt("x", maxBytes: 0) == "…")
        #expect(VisibleText.excerpt("😀😀", maxBytes: 7) == "😀…")
    }

    @Test("what acts on a terminal is made visible, the rest stays")
    func visible() {
        #expect(VisibleText.of("grüße 😀 e\u{301} 日本") == "grüße 😀 e\u{301} 日本")
        #expect(
            VisibleText.of("\u{0}\u{1B}\u{7F}\u{85}\u{200E}\u{2028}\u{2066}\r\n")
                == #"\u{0}\u{1b}\u{7f}\u{85}\u{200e}\u{2028}\u{2066}\u{d}\u{a}"#
        )
    }
}
