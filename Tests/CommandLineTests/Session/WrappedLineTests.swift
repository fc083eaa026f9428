import TestSupport
import Testing

@Suite("Lines wider than the terminal", .timeLimit(.minutes(4)))
struct WrappedLineTests {
    @Test func aLineThatFillsTheRowPutsTheCursorInTheNext() async throws {
        let prompt = try await PromptFixture(columns: 20)
        try await prompt.type("x = 1234567", shows: "> x = 1234567▏")
        prompt.screen.type("8")
        try await prompt.screen.waitForScreen("a full row") {
            $0.lines == ["sample> x = 12345678"] && $0.cursor == (1, 0)
        }
        try await prompt.type("9", shows: "> x = 12345678", "9▏")
        prompt.screen.press(.left)
        try await prompt.screen.waitForScreen("the next row's start") { $0.cursor == (1, 0) }
        try await prompt.press(.left, shows: "> x = 1234567▏8", "9")
        prompt.screen.press(.end, .backspace, .backspace)
        try await prompt.shows(["> x = 1234567▏"])
        #expect(prompt.screen.lines.count == 1, "\(prompt.screen)")
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func aWideCharacterIsNotCutAtTheMargin() async throws {
        let prompt = try await PromptFixture(columns: 20)
        try await prompt.type("x='漢字漢1", shows: "> x='漢字漢1▏")
        // The two columns of the next one are the last.
        try await prompt.type("🙂", shows: "> x='漢字漢1🙂")
        prompt.screen.press(.backspace)
        // One column is left.
        try await prompt.type("23", shows: "> x='漢字漢123")
        prompt.screen.press(.backspace)
        try await prompt.type("👩‍👩‍👧字", shows: "> x='漢字漢12", "👩‍👩‍👧字▏")
        prompt.screen.press(.left, .left)
        try await prompt.type("a", shows: "> x='漢字漢12a", "▏👩‍👩‍👧字")
        prompt.screen.press(.right, .backspace)
        prompt.screen.type("'")
        try await prompt.showsCursorRow("'▏字")
        prompt.screen.press(.delete)
        try await prompt.answered { prompt.screen.press(.enter) }
        try await prompt.enter("x")
        try await prompt.shows(["> x", "\"漢字漢12a\"", "> ▏"])
        try await prompt.leave()
    }
}
