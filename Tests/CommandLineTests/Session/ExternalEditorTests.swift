import Foundation
import TestSupport
import Testing

@Suite("The user's own editor", .timeLimit(.minutes(4)))
struct ExternalEditorTests {
    /// A session whose editor is a shell script, which is given the file's name.
    private func start(_ script: String) async throws -> PromptFixture {
        let shell = Shell()
        let path = try shell.write(script + "\n", to: "editor")
        return try await PromptFixture(
            environment: ["EDITOR": "/bin/sh \(path)", "TMPDIR": shell.folder],
            shell: shell
        )
    }

    private static let rewriting = """
        grep -q 'first' "$1" || exit 1
        case "$1" in *.lua) ;; *) exit 1 ;; esac
        test "$(stat -c %a "$1")" = 600 || exit 1
        stty -a | grep -q ' icanon' || exit 1
        printf "'rewritten'\\n  .. ' in two lines'\\n" > "$1"
        """

    @Test func controlXControlEEditsTheEntry() async throws {
        let prompt = try await start(Self.rewriting)
        prompt.screen.paste("'first'\n.. 'second'")
        try await prompt.showsCursorRow("| .. 'second'▏")
        try await prompt.press(
            .control("x"),
            .control("e"),
            shows: "> 'rewritten'",
            "|   .. ' in two lines'▏"
        )
        #expect(prompt.screen.lines.count == 2, "\(prompt.screen)")
        try await prompt.press(.control("_"), shows: "> 'first'", "| .. 'second'▏")
        try await prompt.press(.alt("_"), shows: "> 'rewritten'", "|   .. ' in two lines'▏")
        try await prompt.answered { prompt.screen.press(.enter) }
        try await prompt.shows(["\"rewritten in two lines\"", "> ▏"])
        try await prompt.leave()
        let files = try FileManager.default.contentsOfDirectory(atPath: prompt.shell.folder)
        #expect(files.filter { $0.hasSuffix(".lua") } == [])
    }

    @Test func theEntryStaysWhenTheEditorFails() async throws {
        let prompt = try await start("echo broken > \"$1\"; exit 3")
        try await prompt.type("x = 'first'", shows: "> x = 'first'▏")
        let before = prompt.screen.bytesSent
        prompt.screen.press(.control("x"), .control("e"))
        try await prompt.screen.waitForScreen("the terminal back in use") {
            $0.output(after: before).contains("\u{1B}[?2004h") && $0.modes.contains(2004)
        }
        try await prompt.type("..1", shows: "> x = 'first'..1▏")
        #expect(prompt.screen.output(after: before).contains("\u{07}"))
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func dotEditEditsTheLastEntryAndRunsIt() async throws {
        let prompt = try await start(Self.rewriting)
        try await prompt.enter("'first'")
        try await prompt.enter(".edit")
        try await prompt.shows(["> .edit", "'rewritten'", "  .. ' in two lines'", "\"rewritten in two lines\"", "> ▏"])
        // What was run is in the history.
        try await prompt.press(.up, shows: "> 'rewritten'", "|   .. ' in two lines'▏")
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func dotEditRunsNothingWhenTheEditorFails() async throws {
        let prompt = try await start("echo \"print('ran')\" > \"$1\"; exit 1")
        try await prompt.enter("y = 1")
        try await prompt.enter(".edit y = 2")
        try await prompt.shows(["> .edit y = 2", ".edit: the editor failed, or was left with an error", "> ▏"])
        try await prompt.enter("y")
        try await prompt.shows(["1", "> ▏"])
        try await prompt.leave()
    }
}
