import TestSupport
import Testing

@Suite("Another size of the window while an entry is edited", .timeLimit(.minutes(4)))
struct WindowTests {
    private static let text = "x = 'The quick brown fox jumps over the lazy dog, again and again'"

    @Test func anEntryIsWrappedAnew() async throws {
        let prompt = try await PromptFixture()
        try await prompt.type(Self.text, shows: "> \(Self.text)▏")
        prompt.screen.resize(columns: 40, rows: 24)
        let whole = "sample> " + Self.text
        try await prompt.shows([String(whole.prefix(40)), "\(whole.dropFirst(40))▏"])
        #expect(prompt.screen.lines.count == 2, "\(prompt.screen)")
        try await prompt.type("..1", shows: String(whole.prefix(40)), "\(whole.dropFirst(40))..1▏")
        prompt.screen.resize(columns: 100, rows: 24)
        try await prompt.shows(["\(whole)..1▏"])
        #expect(prompt.screen.lines.count == 1, "\(prompt.screen)")
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func severalLinesWithTheCursorInTheMiddle() async throws {
        let prompt = try await PromptFixture(columns: 60)
        prompt.screen.paste("do\n  local a = 'some words that take room'\n  local b = 2\nend")
        try await prompt.showsCursorRow("| end▏")
        prompt.screen.press(.up, .up, .home)
        try await prompt.showsCursorRow("| ▏  local a = 'some words that take room'")
        for (columns, rows) in [(30, 24), (80, 12), (25, 10), (60, 24)] {
            prompt.screen.resize(columns: columns, rows: rows)
            // A key that changes the text shows that the new size is known.
            prompt.screen.type("-")
            try await prompt.screen.waitForScreen("the mark") { $0.textBeforeCursor == "     …> -" }
            prompt.screen.press(.backspace)
            try await prompt.screen.waitForScreen("no mark") { $0.textBeforeCursor == "     …> " }
        }
        try await prompt.shows(["> do", "| ▏  local a = 'some words that take room'", "|   local b = 2", "| end"])
        #expect(prompt.screen.lines.count == 4, "\(prompt.screen)")
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func whatWasPrintedBeforeStays() async throws {
        let prompt = try await PromptFixture()
        try await prompt.enter("'printed before'")
        try await prompt.type("y = 1", shows: "> y = 1▏")
        for columns in [30, 70, 20, 80] { prompt.screen.resize(columns: columns, rows: 24) }
        try await prompt.type("2", shows: "> 'printed before'", "\"printed before\"", "> y = 12▏")
        #expect(prompt.screen.lines.count == 3, "\(prompt.screen)")
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func xtermCutsLinesInPlaceOfWrappingThem() async throws {
        let shell = Shell()
        let screen = try TerminalScreen(
            Shell.binary,
            ["--quiet", "--store", "sample:5"],
            environment: shell.environment(["XTERM_VERSION": "XTerm(390)"]),
            directory: shell.folder,
            resizeBehavior: .cut
        )
        try await screen.waitForCursorLine("sample>")
        screen.type(Self.text)
        try await screen.waitForCursorLine("sample> \(Self.text)")
        screen.resize(columns: 40, rows: 24)
        let whole = "sample> " + Self.text
        try await screen.waitForLines(String(whole.prefix(40)), String(whole.dropFirst(40)))
        #expect(screen.lines.count == 2, "\(screen)")
        screen.resize(columns: 90, rows: 24)
        try await screen.waitForLines(whole)
        #expect(screen.lines.count == 1, "\(screen)")
        screen.press(.control("c"), .control("d"))
        #expect(await screen.finish() == 0)
    }

    /// Too small for anything to be seen; nothing that is typed meanwhile is lost.
    @Test(arguments: [(1, 1), (2, 1), (3, 2), (9, 3)])
    func aTinyWindowDoesNoHarm(columns: Int, rows: Int) async throws {
        let prompt = try await PromptFixture()
        prompt.screen.paste("x = 'ab漢'\ny = 2")
        try await prompt.showsCursorRow("| y = 2▏")
        prompt.screen.resize(columns: columns, rows: rows)
        let before = prompt.screen.bytesSent
        prompt.screen.type("0 + string.form\t(")
        prompt.screen.press(.backspace, .up, .down, .end, .tab, .control("g"))
        try await prompt.screen.waitForScreen("an answer") { $0.output(after: before).contains("\u{07}") }
        prompt.screen.resize(columns: 80, rows: 24)
        prompt.screen.press(.control("l"))
        try await prompt.shows(["> x = 'ab漢'", "| y = 20 + string.format▏"])
        #expect(prompt.screen.lines.count == 2, "\(prompt.screen)")
        try await prompt.cancel()
        try await prompt.leave()
    }
}
