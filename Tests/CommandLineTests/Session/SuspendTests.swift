import TestSupport
import Testing

@Suite("Ctrl-Z at the prompt", .timeLimit(.minutes(4)))
struct SuspendTests {
    @Test func theEntryComesBackWithFg() async throws {
        let shell = Shell()
        let screen = try TerminalScreen(
            "/bin/bash",
            ["--norc", "--noediting", "-i"],
            environment: shell.environment(["PS1": "shell$ ", "DISTSH": Shell.binary]),
            directory: shell.folder
        )
        try await screen.waitForLines("shell$")
        screen.type("$DISTSH --quiet --store sample:5\r")
        try await screen.waitForCursorLine("sample>")
        screen.type("x = 'kept'")
        try await screen.waitForCursorLine("sample> x = 'kept'")
        screen.press(.left, .control("z"))
        try await screen.waitForScreen("the shell's prompt") {
            $0.text.contains("Stopped") && $0.cursorLine == "shell$" && !$0.modes.contains(2004)
        }
        // The shell has the terminal as it was: what is typed is echoed, and lines are handed over.
        #expect(screen.terminal.isInLineMode)
        screen.type("echo in the $((1+1))nd program\r")
        try await screen.waitForLines("in the 2nd program", "shell$")
        screen.type("fg\r")
        try await screen.waitForScreen("the entry") {
            $0.modes.contains(2004) && $0.cursorLine == "sample> x = 'kept'"
                && $0.textBeforeCursor == "sample> x = 'kept"
        }
        screen.type("!")
        try await screen.waitForCursorLine("sample> x = 'kept!'")
        screen.press(.enter)
        try await screen.waitForCursorLine("sample>")
        screen.type("x\r")
        try await screen.waitForLines("\"kept!\"", "sample>")
        screen.press(.control("d"))
        try await screen.waitForScreen("the shell's prompt") { $0.cursorLine == "shell$" }
        screen.type("exit\r")
        #expect(await screen.finish() == 0)
    }
}
