import TestSupport
import Testing

/// What no instruction ends cannot be broken off; the session is started anew in its place.
@Suite("Code that Ctrl-C does not reach", .serialized, .timeLimit(.minutes(4)))
struct GivenUpSessionTests {
    /// A pattern that takes longer than anyone waits, in one call of a C function.
    private static let endless = "(('a'):rep(60)):find(('a-'):rep(60) .. 'b')"
    private static let entry = "io.write('run', 'ning\\n') io.stdout:flush(); \(endless)"
    private static let hint =
        "what runs cannot be interrupted where it is; Ctrl-C again starts the session anew "
        + "(history, undo and store are kept, variables are not)"

    /// Runs the pattern, and presses Ctrl-C until it is told what a second one does: a first one that comes before the
    /// pattern's call is an ordinary interrupt.
    private func runIntoIt(_ session: SessionTerminal) async throws {
        for _ in 0..<20 {
            let before = try await session.enter(Self.entry, untilShown: "running")
            session.screen.press(.control("c"))
            try await session.screen.waitForScreen("an effect of Ctrl-C") {
                let output = $0.output(after: before)
                return output.contains(Self.hint) || output.contains("interrupted\r\n")
            }
            if session.screen.output(after: before).contains(Self.hint) { return }
            _ = try await session.waitForAnswer(after: before)
        }
        Issue.record("the pattern was interrupted each time")
    }

    private func giveUp(_ session: SessionTerminal) async throws -> String {
        try await runIntoIt(session)
        let restart = session.screen.bytesSent
        session.screen.press(.control("c"))
        try await session.screen.waitForScreen("a new session") {
            $0.output(after: restart).contains("\u{1B}[?2004h") && $0.cursorLine.hasSuffix(">")
        }
        return session.screen.output(after: restart)
    }

    @Test func theSessionIsStartedAnewWithItsHistoryAndUndo() async throws {
        let shell = Shell()
        _ = try await shell.run("sample", "3", "--store", "s.db")
        let session = try await SessionTerminal(["--store", "s.db"], shell: shell)
        try await session.enter("before = 1")
        try await session.enter("local d = distribution.get '\(Samples.firstID)'")
        try await session.enter("d.share.name = 'new'")
        try await session.enter("distribution.update(d)")
        let banner = try await giveUp(session)
        #expect(banner.contains("the session was started anew: history, undo and store are kept, variables are not"))
        try await #expect(session.enter("before") == "nil\n")
        try await #expect(session.enter("distribution.get('\(Samples.firstID)').share.name") == "\"new\"\n")
        try await #expect(session.enter("#distribution.undo()").hasSuffix("1\n"))
        try await #expect(session.enter("distribution.get('\(Samples.firstID)').share.name") == "nil\n")
        for _ in 1...5 { session.screen.press(.up) }
        try await session.screen.waitForScreen("the entry that was given up") { $0.cursorLine.contains(Self.endless) }
        session.screen.press(.control("c"))
        try await session.screen.waitForScreen("an empty entry") { $0.cursorLine == "s>" }
        await session.leave()
    }

    @Test func theNewSessionIsGivenUpInTurn() async throws {
        let session = try await SessionTerminal()
        for _ in 1...2 { _ = try await giveUp(session) }
        try await #expect(session.enter("1 + 1") == "2\n")
        await session.leave()
    }

    @Test func aSecondAtOnceDoesNotLoseTheSession() async throws {
        let session = try await SessionTerminal()
        try await session.enter("kept = 'kept'")
        let before = try await session.enter(
            "io.write('run', 'ning\\n') io.stdout:flush(); \(Self.slow)",
            untilShown: "running"
        )
        let (answer, _) = try await session.interrupt(after: before, times: 3)
        #expect(answer.contains("interrupted"), "\(answer)")
        try await #expect(session.enter("kept") == "\"kept\"\n")
        await session.leave()
    }

    /// Patterns of some milliseconds each, which a second Ctrl-C meets before the first has an effect.
    private static let slow = "while true do (('a'):rep(24)):find(('a?'):rep(17) .. ('a'):rep(30)) end"
}
