import TestSupport
import Testing

@Suite("The menu of candidates", .timeLimit(.minutes(4)))
struct CompletionMenuTests {
    private func start() async throws -> PromptFixture {
        let prompt = try await PromptFixture()
        try await prompt.enter("t = { alpha = 1, albatross = 2, almond = print, beta = 3 }")
        prompt.screen.press(.control("l"))
        try await prompt.shows(["> ▏"])
        return prompt
    }

    private func leave(_ prompt: PromptFixture) async throws {
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func tabGoesRoundAndEnterTakes() async throws {
        let prompt = try await start()
        try await prompt.type(
            "t.al\t",
            shows: "> t.alpha▏",
            "alpha      number",
            "almond     function",
            "albatross  number"
        )
        try await prompt.press(
            .tab,
            shows: "> t.almond▏",
            "alpha      number",
            "almond     function",
            "albatross  number"
        )
        #expect(prompt.screen.style(of: "almond     function", row: 2)?.isReversed == true)
        #expect(prompt.screen.style(of: "alpha", row: 1)?.isReversed == false)
        prompt.screen.press(.tab, .tab)
        try await prompt.showsCursorRow("> t.alpha▏")
        prompt.screen.press(.shiftTab)
        try await prompt.showsCursorRow("> t.albatross▏")
        prompt.screen.press(.up)
        try await prompt.showsCursorRow("> t.almond▏")
        // Enter takes the candidate; it does not enter the line.
        try await prompt.press(.enter, shows: "> t.almond▏")
        try await leave(prompt)
    }

    @Test func escapeBringsBackWhatWasTyped() async throws {
        let prompt = try await start()
        prompt.screen.type("t.al\t")
        try await prompt.showsCursorRow("> t.alpha▏")
        try await prompt.press(.escape, shows: "> t.al▏")
        prompt.screen.type("\t")
        try await prompt.showsCursorRow("> t.alpha▏")
        try await prompt.press(.control("g"), shows: "> t.al▏")
        try await leave(prompt)
    }

    @Test func typingNarrowsTheChoice() async throws {
        let prompt = try await start()
        prompt.screen.type("t.al\t")
        try await prompt.showsCursorRow("> t.alpha▏")
        try await prompt.type("b", shows: "> t.alb▏", "albatross  number")
        try await prompt.press(
            .backspace,
            shows: "> t.al▏",
            "alpha      number",
            "almond     function",
            "albatross  number"
        )
        try await prompt.type("m", shows: "> t.alm▏", "almond  function")
        try await prompt.press(.tab, .enter, shows: "> t.almond▏")
        try await leave(prompt)
    }

    @Test func whatIsTypedOnTakesTheCandidate() async throws {
        let prompt = try await start()
        prompt.screen.type("t.al\t")
        try await prompt.showsCursorRow("> t.alpha▏")
        try await prompt.type(" + 1", shows: "> t.alpha + 1▏")
        try await leave(prompt)
    }

    @Test func functionsComeWithTheFirstLineOfTheirDocumentation() async throws {
        let prompt = try await start()
        prompt.screen.type("distribution.\t")
        try await prompt.screen.waitForScreen("the functions, and how many more there are") { screen in
            screen.lines.contains {
                $0.hasPrefix("get(id, [options])") && $0.contains("function  Reads one distribution.")
            } && screen.lines.contains { $0.hasSuffix(" more") }
        }
        prompt.screen.press(.control("g"))
        try await leave(prompt)
    }

    @Test func whatFitsNothingRings() async throws {
        let prompt = try await start()
        try await prompt.type("t.zzz", shows: "> t.zzz▏")
        let before = prompt.screen.bytesSent
        prompt.screen.press(.tab)
        try await prompt.screen.waitForScreen("the bell") { $0.output(after: before) == "\u{07}" }
        try await leave(prompt)
    }
}
