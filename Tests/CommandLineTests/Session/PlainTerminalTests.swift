import TestSupport
import Testing

@Suite("Terminals without colour, and none at all", .timeLimit(.minutes(4)))
struct PlainTerminalTests {
    @Test(arguments: [["NO_COLOR": "1"], [:]])
    func nothingIsStyledWithoutColor(_ environment: [String: String]) async throws {
        let arguments = environment.isEmpty ? ["--color=never"] : []
        let prompt = try await PromptFixture(arguments + ["--store", "sample:5"], environment: environment)
        try await prompt.enter("total = 'x' .. nobody_there")
        try await prompt.enter("local kept = {1, 'two', true}; return kept, distribution.get '\(Samples.firstID)'.id")
        prompt.screen.press(.control("l"))
        try await prompt.shows(["> ▏"])
        // No ghost text, which could not be told from what is typed; hints and menus are plain.
        try await prompt.type("tot", shows: "> tot▏")
        try await prompt.cancel()
        try await prompt.type(
            "string.format(",
            shows: "> string.format(▏",
            "string.format(format, [...])  a text with places such as %d, %5.2f, %s and %q"
        )
        try await prompt.cancel()
        try await prompt.type(
            "string.l\t",
            shows: "> string.len▏",
            "=> len(s)    function  Gives the length of a text in bytes, as # does.",
            "  lower(s)  function  Turns capital letters into small ones."
        )
        prompt.screen.press(.control("g"))
        try await prompt.cancel()
        try await prompt.leave()
        let sequences = prompt.screen.output(after: 0).matches(of: #/\u{1B}\[[0-9;]*m/#).map { String($0.output) }
        #expect(sequences == [])
    }

    /// A terminal that understands no sequences gets none, and lines are edited by the terminal itself.
    @Test func aDumbTerminalGetsPlainLines() async throws {
        let shell = Shell()
        let screen = try TerminalScreen(
            Shell.binary,
            ["--quiet", "--store", "sample:5"],
            environment: shell.environment(["TERM": "dumb"]),
            directory: shell.folder
        )
        try await screen.waitForLines("sample>")
        #expect(screen.terminal.isInLineMode)
        screen.type("for i = 1, 2 do\r")
        try await screen.waitForLines("     …>")
        screen.type("print('in', i) end\r")
        try await screen.waitForLines("in      1", "in      2", "sample>")
        screen.type("{'a', b = true}\r")
        try await screen.waitForScreen("a value") { $0.lines.last == "sample>" && $0.text.contains("\"a\"") }
        screen.type("error 'boom'\r")
        try await screen.waitForScreen("an error") { $0.lines.last == "sample>" && $0.text.contains("boom\n") }
        screen.type("\u{04}")
        #expect(await screen.finish() == 0)
        #expect(!screen.output(after: 0).contains("\u{1B}"))
    }

    @Test func aPipeGetsNeitherPromptsNorColors() async throws {
        let shell = Shell()
        let script = "total = {1, 'two'}\ntotal\nfor i = 1, 2 do\nprint(i) end\n= nobody\n"
        let result = try await shell.run("-i", "--store", "sample:5", input: .text(script))
        #expect(result.output == "{ 1, \"two\" }\n1\n2\nnil\n")
        #expect(result.errors == "")
    }

    /// Keys are typed at a terminal, and what is shown goes elsewhere.
    @Test func outputElsewhereIsPlain() async throws {
        let shell = Shell()
        let screen = try TerminalScreen(
            "/bin/sh",
            ["-c", "exec '\(Shell.binary)' --quiet --store sample:5 > '\(shell.path("out"))'"],
            environment: shell.environment([:]),
            directory: shell.folder
        )
        screen.type("1 + 1\r{a = 'b'}\r")
        screen.type("local t = {} for i = 1, 1000 do t[i] = i end return t\r\u{04}")
        #expect(await screen.finish() == 0)
        let output = try shell.read("out")
        #expect(output.contains("1000"))
        #expect(!output.contains("sample>"))
        #expect(output.contains("2\n"))
        #expect(output.contains("{ a = \"b\" }\n"))
        #expect(!output.contains("\u{1B}"))
    }
}
