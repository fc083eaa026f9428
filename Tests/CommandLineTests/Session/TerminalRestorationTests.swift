import Glibc
import TestSupport
import Testing

@Suite("The terminal is given back", .serialized, .timeLimit(.minutes(4)))
struct TerminalRestorationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var entry = ""
        var signal: Int32 = 0
        var status: Int32 = 0
    }

    private static let cases = [
        Case(testDescription: "Ctrl-D", entry: "\u{04}"),
        Case(testDescription: ".quit", entry: ".quit\r"),
        Case(testDescription: "os.exit()", entry: "os.exit()\r"),
        Case(testDescription: "os.exit(3, true)", entry: "os.exit(3, true)\r", status: 3),
        Case(testDescription: "SIGTERM", signal: SIGTERM, status: 128 + SIGTERM),
        Case(testDescription: "SIGHUP", signal: SIGHUP, status: 128 + SIGHUP),
        Case(testDescription: "SIGQUIT", signal: SIGQUIT, status: 128 + SIGQUIT),
        Case(testDescription: "SIGABRT", signal: SIGABRT, status: 128 + SIGABRT),
        Case(testDescription: "SIGSEGV", signal: SIGSEGV, status: 128 + SIGSEGV),
        Case(testDescription: "SIGBUS", signal: SIGBUS, status: 128 + SIGBUS),
    ]

    private let shell = Shell()

    private func expectGivenBack(_ screen: TerminalScreen) async throws {
        #expect(screen.terminal.isInLineMode)
        try await screen.waitForScreen("marked pastes to be off") { !$0.modes.contains(2004) }
        #expect(screen.modes.contains(25), "the cursor is shown")
        #expect(screen.unknownSequences.isEmpty)
    }

    @Test(arguments: cases)
    func atTheEnd(_ wanted: Case) async throws {
        let session = try await SessionTerminal(shell: shell)
        #expect(session.screen.modes.contains(2004))
        #expect(!session.screen.terminal.isInLineMode)
        if wanted.signal == 0 { session.screen.type(wanted.entry) } else { session.screen.terminal.send(wanted.signal) }
        #expect(await session.screen.finish() == wanted.status)
        try await expectGivenBack(session.screen)
    }

    @Test(arguments: cases.filter { $0.signal != 0 })
    func inTheMiddleOfAnEntry(_ wanted: Case) async throws {
        let session = try await SessionTerminal(shell: shell)
        session.screen.type("for i = 1, 3 do\r  print(i")
        try await session.screen.waitForScreen("the second line") { $0.cursorLine.contains("print(i") }
        session.screen.terminal.send(wanted.signal)
        #expect(await session.screen.finish() == wanted.status)
        try await expectGivenBack(session.screen)
    }

    @Test(arguments: [SIGTERM, SIGSEGV])
    func whileAnEntryRuns(_ signal: Int32) async throws {
        let session = try await SessionTerminal(shell: shell)
        _ = try await session.enter("print('run' .. 'ning') while true do end", untilShown: "running")
        #expect(session.screen.terminal.isInLineMode, "what runs finds the terminal as others leave it")
        session.screen.terminal.send(signal)
        #expect(await session.screen.finish() == 128 + signal)
        try await expectGivenBack(session.screen)
    }

    @Test func toAProgramThatAnEntryRuns() async throws {
        let session = try await SessionTerminal(shell: shell)
        let settings = try await session.enter("os.execute('stty -a')")
        let words = Set(settings.split(whereSeparator: \.isWhitespace))
        #expect(words.isSuperset(of: ["icanon", "echo", "isig", "icrnl", "opost"]), "\(settings)")
        let killed = try await session.enter("os.execute('kill -KILL $$')")
        #expect(killed.contains("signal"), "\(killed)")
        try await #expect(session.enter("1 + 1") == "2\n")
        // A program that was ended may leave the terminal in any state; the next prompt has its own.
        try await session.enter("os.execute('stty -icanon -echo -isig; kill -KILL $$')")
        try await #expect(session.enter("2 + 2") == "4\n")
        let before = try await session.enter("print('run' .. 'ning') while true do end", untilShown: "running")
        try await #expect(session.interrupt(after: before).answer.contains("interrupted"))
        await session.leave()
    }
}
