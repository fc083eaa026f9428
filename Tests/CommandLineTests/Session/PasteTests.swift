import TestSupport
import Testing

@Suite("Pasting at the prompt", .timeLimit(.minutes(4)))
struct PasteTests {
    @Test func aPasteIsOneEntryAndKeepsItsOwnIndentation() async throws {
        let prompt = try await PromptFixture()
        prompt.screen.paste("for i = 1, 2 do\n      print('in', i)\n\tend")
        try await prompt.shows(["> for i = 1, 2 do", "|       print('in', i)", "|         end▏"])
        try await prompt.answered { prompt.screen.press(.enter) }
        try await prompt.shows(["|         end", "in      1", "in      2", "> ▏"])
        try await prompt.leave()
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    func theLineEndsOfAnyTerminalAreUnderstood(_ lineEnd: String) async throws {
        let prompt = try await PromptFixture()
        prompt.screen.paste("do\(lineEnd)  x = 1\(lineEnd)end")
        try await prompt.shows(["> do", "|   x = 1", "| end▏"])
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func thePromptsOfACopiedSessionAreLeftOut() async throws {
        let prompt = try await PromptFixture()
        prompt.screen.paste("sample> for i = 1, 2 do\n     …>   print(i)\n     …> end")
        try await prompt.shows(["> for i = 1, 2 do", "|   print(i)", "| end▏"])
        try await prompt.cancel()
        prompt.screen.paste("sample> a = 1\nsample> b = 2\n")
        try await prompt.shows(["> a = 1", "| b = 2▏"])
        try await prompt.cancel()
        // What was printed between the prompts is no input.
        prompt.screen.paste("sample> a = 'x'\nsample> print(a)\nx\nsample> b = 2\nsample>")
        try await prompt.shows(["> a = 'x'", "| print(a)", "| b = 2▏"])
        try await prompt.cancel()
        // A text that does not begin with the prompt is no copied session.
        prompt.screen.paste("-- see\nsample> a = 1")
        try await prompt.showsCursorRow("| sample> a = 1▏")
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func aPasteIsPutInAtTheCursorAndUndoneAtOnce() async throws {
        let prompt = try await PromptFixture()
        try await prompt.type("f = {}", shows: "> f = {}▏")
        prompt.screen.press(.left)
        prompt.screen.paste("1,\n2")
        try await prompt.shows(["> f = {1,", "| 2▏}"])
        try await prompt.press(.control("_"), shows: "> f = {▏}")
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func whatWouldActLikeAKeyIsLeftOut() async throws {
        let prompt = try await PromptFixture()
        prompt.screen.paste("x\u{03} = \u{1B}[A1\u{04}\u{07}")
        try await prompt.showsCursorRow("> x = [A1▏")
        try await prompt.cancel()
        try await prompt.leave()
    }

    /// In processor time, in which other programs have little part. Work in proportion to the square of the length
    /// would take 64 times as long for eight times the lines.
    @Test func theTimeForALongPasteGrowsWithItsLength() async throws {
        let prompt = try await PromptFixture(rows: 10)
        // The first one pays for what is done once.
        _ = try await timeOfPaste(lineCount: 500, prompt)
        let short = try await timeOfPaste(lineCount: 500, prompt)
        let long = try await timeOfPaste(lineCount: 4_000, prompt)
        #expect(long < short * 30, "500 lines: \(short), 4,000 lines: \(long)")
        try await prompt.leave()
    }

    private func timeOfPaste(lineCount: Int, _ prompt: PromptFixture) async throws -> Duration {
        let lines = (1..<lineCount).map { "t[\($0)] = { name = 'entry \($0)', size = \($0 * 7) }" }
        let before = prompt.screen.processorTime
        prompt.screen.paste("t = {}\n" + lines.joined(separator: "\n"))
        try await prompt.showsCursorRow("| \(lines.last ?? "")▏")
        let time = prompt.screen.processorTime - before
        try await prompt.cancel()
        return time
    }
}
