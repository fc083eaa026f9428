import TestSupport
import Testing

@Suite("Searching earlier entries with Ctrl-R", .timeLimit(.minutes(4)))
struct HistorySearchTests {
    private func start() async throws -> PromptFixture {
        let prompt = try await PromptFixture()
        for entry in ["alpha = 1", "beta = 2", "alpine = 3", "gamma = 4"] { try await prompt.enter(entry) }
        return prompt
    }

    @Test func olderMatchesAreFoundInTurnAndOneIsAccepted() async throws {
        let prompt = try await start()
        prompt.screen.press(.control("r"))
        try await prompt.screen.waitForScreen("search:")
        prompt.screen.type("alp")
        try await prompt.screen.waitForScreen("alpine = 3") { $0.cursorLine.contains("alpine = 3") }
        prompt.screen.press(.control("r"))
        try await prompt.screen.waitForScreen("alpha = 1") { $0.cursorLine.contains("alpha = 1") }
        prompt.screen.press(.control("s"))
        try await prompt.screen.waitForScreen("alpine = 3") { $0.cursorLine.contains("alpine = 3") }
        try await prompt.press(.end, shows: "> alpine = 3▏")
        try await prompt.type("0", shows: "> alpine = 30▏")
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func enterRunsTheMatch() async throws {
        let prompt = try await start()
        prompt.screen.press(.control("r"))
        prompt.screen.type("bet")
        try await prompt.screen.waitForScreen("beta = 2") { $0.cursorLine.contains("beta = 2") }
        try await prompt.answered { prompt.screen.press(.enter) }
        try await prompt.press(.up, shows: "> beta = 2▏")
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test(arguments: [TerminalKey.control("g"), .control("c")])
    func whatWasTypedComesBackWhenItIsGivenUp(_ key: TerminalKey) async throws {
        let prompt = try await start()
        try await prompt.type("draft", shows: "> draft▏")
        prompt.screen.press(.control("r"))
        prompt.screen.type("alp")
        try await prompt.screen.waitForScreen("alpine = 3") { $0.cursorLine.contains("alpine = 3") }
        try await prompt.press(key, shows: "> draft▏")
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func whatIsNowhereIsSaid() async throws {
        let prompt = try await start()
        prompt.screen.press(.control("r"))
        prompt.screen.type("alpx")
        try await prompt.screen.waitForScreen("search, nothing found: alpx")
        prompt.screen.press(.backspace)
        try await prompt.screen.waitForScreen("search: alp")
        prompt.screen.press(.control("g"))
        try await prompt.shows(["> ▏"])
        try await prompt.leave()
    }

    @Test func entriesThatBeginAsWhatWasTyped() async throws {
        let prompt = try await start()
        try await prompt.type("al", shows: "> al▏pine = 3")
        prompt.screen.press(.alt("p"))
        try await prompt.showsBeforeCursor("> alpine = 3")
        prompt.screen.press(.alt("p"))
        try await prompt.showsBeforeCursor("> alpha = 1")
        prompt.screen.press(.alt("n"))
        try await prompt.showsBeforeCursor("> alpine = 3")
        prompt.screen.press(.alt("n"))
        try await prompt.showsBeforeCursor("> al")
        try await prompt.cancel()
        try await prompt.leave()
    }
}
