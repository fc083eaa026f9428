import TestSupport
import Testing

@Suite("Typing faster than entries are evaluated", .timeLimit(.minutes(4)))
struct TypeAheadTests {
    @Test func entriesThatArriveTogetherAreEvaluatedInTurn() async throws {
        let prompt = try await PromptFixture()
        prompt.screen.type("a = 1\rb = 20\rfor i = 1, 2 do\rb = b + i\rend\ra + b\r'end of it'")
        try await prompt.shows(["|   b = b + i", "| end", "> a + b", "24", "> 'end of it'▏"])
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func whatIsTypedWhileAnEntryRunsIsTheNext() async throws {
        let prompt = try await PromptFixture()
        prompt.screen.type("io.write 'runs\\n' io.stdout:flush() while not io.open 'go' do end\r")
        try await prompt.screen.waitForLines("runs")
        prompt.screen.type("6 * 7\r'next'")
        try prompt.shell.write("", to: "go")
        try await prompt.shows(["> 6 * 7", "42", "> 'next'▏"])
        try await prompt.cancel()
        try await prompt.leave()
    }

    /// What an entry printed without a line's end stays, and the prompt begins a row of its own.
    @Test(arguments: [3, 50, 79, 80, 81, 95])
    func anUnendedLineIsInNobodysWay(_ count: Int) async throws {
        let prompt = try await PromptFixture()
        try await prompt.enter("do io.write(('x'):rep(\(count))) end")
        #expect(prompt.screen.lines.joined().filter { $0 == "x" }.count == count + 1, "\(prompt.screen)")
        let text = "y = 'aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff ggggggggg'"
        let whole = "sample> " + text
        try await prompt.type(text, shows: String(whole.prefix(80)), "\(whole.dropFirst(80))▏")
        try await prompt.press(.control("a"), .control("k"), shows: "> ▏")
        try await prompt.leave()
    }
}
