import TestSupport
import Testing

@Suite("vi keys at the prompt", .timeLimit(.minutes(4)))
struct ViModeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let typed: String
        /// What is typed in normal mode.
        let keys: String
        let shows: String

        init(_ typed: String, _ keys: String, _ shows: String) {
            testDescription = "\(typed), \(keys)"
            self.typed = typed
            self.keys = keys
            self.shows = shows
        }
    }

    private func start() async throws -> PromptFixture {
        try await PromptFixture(["--vi", "--store", "sample:5"])
    }

    private func leave(_ prompt: PromptFixture) async throws {
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test(arguments: [
        Case("one two three", "dd", "[N] ▏"),
        Case("one two three", "bdw", "[N] one two▏ "),
        Case("one two three", "0dwP", "[N] one▏ two three"),
        Case("one two three", "0d2w", "[N] ▏three"),
        Case("one two three", "0wD", "[N] one▏ "),
        Case("one two three", "xx", "[N] one two th▏r"),
        Case("one two three", "xp", "[N] one two thre▏e"),
        Case("one two three", "0ywP", "[N] one▏ one two three"),
        Case("one two three", "0xxuu", "[N] ▏one two three"),
        Case("one two three", "ddu", "[N] one two thre▏e"),
        Case("one two three", "0rX~", "[N] x▏ne two three"),
        Case("one two three", "0fwx", "[N] one t▏o three"),
        Case("one two three", "0cwsix", "six▏ two three"),
        Case("one two three", "0ea!", "one!▏ two three"),
        Case("one two three", "A!", "one two three!▏"),
        Case("one two three", "Iso ", "so ▏one two three"),
        Case("one two three", "bC4", "one two 4▏"),
    ])
    func normalModeEdits(_ test: Case) async throws {
        let prompt = try await start()
        prompt.screen.type(test.typed)
        try await prompt.showsCursorRow("> \(test.typed)▏")
        prompt.screen.press(.escape)
        try await prompt.screen.waitForScreen("the marker") { $0.cursorLine.contains("[N] ") }
        prompt.screen.type(test.keys)
        try await prompt.showsCursorRow("> \(test.shows)")
        try await leave(prompt)
    }

    @Test func theMarkerTellsTheMode() async throws {
        let prompt = try await start()
        try await prompt.type("x=1", shows: "> x=1▏")
        try await prompt.press(.escape, shows: "> [N] x=▏1")
        try await prompt.type("i", shows: "> x=▏1")
        try await prompt.press(.escape, shows: "> [N] x▏=1")
        try await prompt.answered { prompt.screen.press(.enter) }
        // The entry stays on the screen without the marker, and the next one begins in insert mode.
        try await prompt.shows(["> x=1", "> ▏"])
        try await prompt.type("ab", shows: "> ab▏")
        try await leave(prompt)
    }

    @Test func linesAndHistoryAreMovedThrough() async throws {
        let prompt = try await start()
        prompt.screen.paste("x=1\ny=2")
        try await prompt.answered { prompt.screen.press(.enter) }
        prompt.screen.press(.escape)
        try await prompt.shows(["> [N] ▏"])
        try await prompt.type("k", shows: "> [N] x=1", "| y=▏2")
        try await prompt.type("ggdd", shows: "> [N] ▏y=2")
        try await prompt.type("p", shows: "> [N] y=2", "| ▏x=1")
        try await prompt.type("u", shows: "> [N] ▏y=2")
        try await prompt.press(.control("r"), shows: "> [N] y=2", "| ▏x=1")
        try await leave(prompt)
    }

    @Test func aChangeIsRepeated() async throws {
        let prompt = try await start()
        try await prompt.type("a b c", shows: "> a b c▏", "line 1: syntax error near 'b'")
        prompt.screen.press(.escape)
        try await prompt.showsCursorRow("> [N] a b ▏c")
        prompt.screen.type("0cwx")
        try await prompt.showsCursorRow("> x▏ b c")
        prompt.screen.press(.escape)
        try await prompt.showsCursorRow("> [N] ▏x b c")
        prompt.screen.type("w.")
        try await prompt.showsCursorRow("> [N] x ▏x c")
        try await leave(prompt)
    }
}
