import TestSupport
import Testing

/// Keys that edit an entry. A `▏` in what is expected is the cursor.
@Suite("Editing at the prompt", .timeLimit(.minutes(4)))
struct EditingKeysTests {
    struct Step: Sendable {
        let keys: [TerminalKey]
        let text: String
        let shows: String

        init(_ keys: TerminalKey..., shows: String) {
            self.keys = keys
            text = ""
            self.shows = shows
        }

        init(_ text: String, shows: String) {
            keys = []
            self.text = text
            self.shows = shows
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [Step]

        init(_ name: String, _ steps: Step...) {
            testDescription = name
            self.steps = steps
        }
    }

    @Test(arguments: [
        Case(
            "kill to the end and back",
            Step("aa bb cc", shows: "aa bb cc▏"),
            Step(.alt("b"), .control("k"), shows: "aa bb ▏"),
            Step(.control("y"), .control("y"), shows: "aa bb cccc▏")
        ),
        Case(
            "kill to the start, and words",
            Step("aa bb cc", shows: "aa bb cc▏"),
            Step(.control("w"), shows: "aa bb ▏"),
            Step(.control("a"), .alt("d"), shows: "▏ bb "),
            Step(.control("e"), .control("u"), shows: "▏"),
            Step(.control("y"), shows: " bb ▏"),
            Step(.alt("y"), shows: "aa▏"),
            Step(.alt("y"), shows: "cc▏"),
            Step(.alt("y"), shows: " bb ▏")
        ),
        Case(
            "kills in a row are one",
            Step("aa bb cc", shows: "aa bb cc▏"),
            Step(.control("w"), .control("w"), shows: "aa ▏"),
            Step(.control("y"), shows: "aa bb cc▏")
        ),
        Case(
            "undo and redo",
            Step("one", shows: "one▏"),
            Step(.control("w"), shows: "▏"),
            Step("two", shows: "two▏"),
            Step(.control("_"), shows: "▏"),
            Step(.control("_"), shows: "one▏"),
            Step(.alt("_"), shows: "▏"),
            Step(.alt("_"), shows: "two▏"),
            Step(.control("x"), .control("u"), shows: "▏"),
            Step(.control("x"), .control("r"), shows: "two▏")
        ),
        Case(
            "moves by characters, words and to the ends",
            Step("ab.cd ef", shows: "ab.cd ef▏"),
            Step(.control("a"), shows: "▏ab.cd ef"),
            Step(.control("f"), shows: "a▏b.cd ef"),
            Step(.alt("f"), shows: "ab▏.cd ef"),
            Step(.alt("f"), shows: "ab.cd▏ ef"),
            Step(.end, shows: "ab.cd ef▏"),
            Step(.alt("b"), .alt("b"), shows: "ab.▏cd ef"),
            Step(.control("b"), shows: "ab▏.cd ef"),
            Step(.home, shows: "▏ab.cd ef"),
            Step(.right, .right, .left, shows: "a▏b.cd ef"),
            Step(.control("e"), shows: "ab.cd ef▏")
        ),
        Case(
            "deletes",
            Step("abcd", shows: "abcd▏"),
            Step(.backspace, shows: "abc▏"),
            Step(.control("h"), shows: "ab▏"),
            Step(.control("a"), .control("d"), shows: "▏b"),
            Step(.delete, shows: "▏")
        ),
        Case(
            "transposes",
            Step("ab", shows: "ab▏"),
            Step(.control("t"), shows: "ba▏"),
            Step(.left, .control("t"), shows: "ab▏")
        ),
        Case(
            "changes the case of words",
            Step("one two three", shows: "one two three▏"),
            Step(.control("a"), .alt("u"), shows: "ONE▏ two three"),
            Step(.alt("c"), shows: "ONE Two▏ three"),
            Step(.control("a"), .alt("l"), shows: "one▏ Two three")
        ),
        Case(
            "wide and combined characters are one each",
            Step("a漢é🙂👩‍👩‍👧b", shows: "a漢é🙂👩‍👩‍👧b▏"),
            Step(.left, .backspace, shows: "a漢é🙂▏b"),
            Step(.backspace, shows: "a漢é▏b"),
            Step(.left, shows: "a漢▏éb"),
            Step(.delete, shows: "a漢▏b"),
            Step(.left, shows: "a▏漢b"),
            Step(.control("d"), shows: "a▏b")
        ),
    ])
    func keys(_ test: Case) async throws {
        let prompt = try await PromptFixture()
        for step in test.steps {
            for key in step.keys { prompt.screen.press(key) }
            prompt.screen.type(step.text)
            try await prompt.showsCursorRow("> " + step.shows)
        }
        try await prompt.cancel()
        try await prompt.leave()
    }
}
