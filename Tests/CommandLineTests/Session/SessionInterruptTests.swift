import TestSupport
import Testing

/// One at a time: what loops takes a whole core.
@Suite("Ctrl-C at the prompt", .serialized, .timeLimit(.minutes(4)))
struct SessionInterruptTests {
    private let shell = Shell()

    /// Breaks off what runs, and looks at what is left of it.
    private func breakOff(
        _ wanted: InterruptCase,
        in session: SessionTerminal,
        pressing count: Int = 1,
        when isRunning: () async throws -> Int
    ) async throws -> String {
        let before = try await isRunning()
        let (answer, time) = try await session.interrupt(after: before, times: count)
        #expect(answer.contains("interrupted"), "\(answer)")
        #expect(time < SessionTerminal.maxTimeToPrompt, "the prompt took \(time)")
        try await expectUsable(session)
        return answer
    }

    private func expectUsable(_ session: SessionTerminal) async throws {
        let status = try await session.enter(".status")
        #expect(status.contains("requests  0 under way\n"), "\(status)")
        #expect(status.contains("tasks     0\n"), "\(status)")
        #expect(status.contains("stack     0\n"), "\(status)")
        try await #expect(session.enter("kept, 40 + 2") == "\"kept\"\n42\n")
        await session.leave()
    }

    private func start(_ arguments: [String]) async throws -> SessionTerminal {
        let session = try await SessionTerminal(
            arguments,
            environment: InterruptCase.prepare(shell),
            shell: shell
        )
        try await session.enter("local kept = 'kept'")
        return session
    }

    @Test(arguments: InterruptCase.local)
    func codeIsStopped(_ wanted: InterruptCase) async throws {
        let session = try await start(["--store", "sample:5"])
        _ = try await breakOff(wanted, in: session) {
            try await session.enter(wanted.code, untilShown: "running")
        }
    }

    @Test(arguments: InterruptCase.remote)
    func waitsAreGivenUp(_ wanted: InterruptCase) async throws {
        try await RecordingServer.with { server in
            let session = try await start(["--url", server.url, "--timeout", "1m"])
            let answer = try await breakOff(wanted, in: session) {
                let before = session.screen.bytesSent
                session.screen.type(wanted.code + "\r")
                try await server.waitForRequests(wanted.requestCount)
                return before
            }
            #expect(answer.contains(wanted.requestCount == 1 ? "1 request was in flight" : " requests were in flight"))
            try await server.waitForClosedConnections()
        }
    }

    @Test func rightAfterEnterItIsMeantForTheEntry() async throws {
        let session = try await PromptFixture()
        for _ in 0..<50 {
            session.screen.type("task.sleep(600)\r")
            try await session.screen.waitForScreen("the terminal given back") { !$0.modes.contains(2004) }
            try await session.answered { session.screen.press(.control("c")) }
        }
    }

    @Test(arguments: [InterruptCase.local[0], .local[2], .local[7]])
    func severalAtOnceAreOne(_ wanted: InterruptCase) async throws {
        let session = try await start(["--store", "sample:5"])
        _ = try await breakOff(wanted, in: session, pressing: 2) {
            try await session.enter(wanted.code, untilShown: "running")
        }
    }

    @Test func aWriteUnderWayMayHaveBeenApplied() async throws {
        let sample = try await shell.run("sample", "1")
        try shell.write(sample.outputBytes, to: "d.jsonl")
        try await RecordingServer.with { server in
            let session = try await start(["--url", server.url, "--timeout", "1m", "--history", "none"])
            try await session.enter("for record in input.jsonl 'd.jsonl' do d = record end")
            let before = session.screen.bytesSent
            session.screen.type("distribution.update(d)\r")
            try await server.waitForRequests(1)
            let (answer, time) = try await session.interrupt(after: before)
            #expect(time < SessionTerminal.maxTimeToPrompt)
            #expect(
                answer.hasSuffix(
                    """
                    interrupted; 1 request was in flight, 1 update may have been applied
                      to check: distribution.get \"\(Samples.firstID)\"

                    """
                ),
                "\(answer)"
            )
            try await expectUsable(session)
        }
    }

    /// The history keeps it, since it may have to be taken back; it is not told as done.
    @Test func aWriteUnderWayIsKeptForUndo() async throws {
        let sample = try await shell.run("sample", "1").output.dropLast()
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(sample.utf8.count)\r\n\r\n\(sample)"
        try await RecordingServer.with(answer: answer, answersWrites: false) { server in
            let session = try await start(["--url", server.url, "--timeout", "1m"])
            try await session.enter("d = distribution.get('\(Samples.firstID)') d.share.name = 'q'")
            let before = session.screen.bytesSent
            session.screen.type("distribution.update(d)\r")
            // The read above, the one before the write, and the write.
            try await server.waitForRequests(3)
            let (shown, _) = try await session.interrupt(after: before)
            #expect(shown.contains("1 update may have been applied\n"), "\(shown)")
            #expect(shown.contains("may have updated \(Samples.firstID)   /share/name  nothing → \"q\""), "\(shown)")
            #expect(!shown.contains("\nupdated"), "\(shown)")
            try await expectUsable(session)
        }
    }
}
