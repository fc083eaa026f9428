import TestSupport
import Testing

@Suite("Writes at the prompt", .serialized, .timeLimit(.minutes(4)))
struct SessionWriteTests {
    private static let id = Samples.firstID
    private static let note = "distribution.get('\(id)').note"

    private let shell = Shell()

    private func start(_ arguments: [String] = ["--store", "sample:5"]) async throws -> SessionTerminal {
        let session = try await SessionTerminal(["--quiet"] + arguments, shell: shell)
        try await session.enter("local d = distribution.get '\(Self.id)'")
        return session
    }

    @Test func anUpdateShowsWhatChangedAndIsTakenBack() async throws {
        let session = try await start()
        try await session.enter("d.note = 'x' d.github.gist.public = false")
        try await #expect(
            session.enter("distribution.update(d)") == """
                updated \(Self.id)
                  /github/gist/public  true → false
                  /note                nothing → "x"
                (undo() takes it back)

                """
        )
        try await #expect(session.enter(Self.note) == "\"x\"\n")
        try await #expect(session.enter("undo()").contains(Self.id))
        try await #expect(session.enter(Self.note) == "nil\n")
        await session.leave()
    }

    @Test func severalAreTakenBackNewestFirst() async throws {
        let session = try await start()
        let updates = try await session.enter("for i = 1, 3 do d.note = i d = distribution.update(d) end")
        for change in ["nothing → 1", "1 → 2", "2 → 3"] { #expect(updates.contains("/note  \(change)"), "\(updates)") }
        try await #expect(session.enter(".undo 2").contains(Self.id))
        try await #expect(session.enter(Self.note) == "1\n")
        try await #expect(session.enter(".undo 7").contains(Self.id))
        try await #expect(session.enter(Self.note) == "nil\n")
        try await #expect(!session.enter(".undo").contains(Self.id))
        try await #expect(session.enter(".undo x") == ".undo: how to use it: .undo [N]\n")
        await session.leave()
    }

    @Test func theHistoryOfARecordTellsOfEveryWrite() async throws {
        let session = try await start()
        for value in 1...2 { try await session.enter("d.note = \(value) d = distribution.update(d)") }
        try await session.enter("undo()")
        let list = """
            for _, c in ipairs(distribution.history(d.id)) do print(c.operation, c.before.note, c.after.note, c.undone) end
            """
        try await #expect(session.enter(list) == "update\t1\t2\ttrue\nupdate\tnil\t1\tfalse\n")
        try await #expect(session.enter("#distribution.history('\(Samples.unknownID)')") == "0\n")
        await session.leave()
    }

    @Test func undoReachesWritesOfEarlierSessions() async throws {
        _ = try await shell.run("sample", "2", "--store", "s.db")
        let first = try await start(["--store", "s.db"])
        try await first.enter("d.note = 'x' distribution.update(d)")
        await first.leave()
        let second = try await start(["--store", "s.db"])
        try await #expect(second.enter("undo() return d.note").contains("\"x\"\n"))
        try await #expect(second.enter(Self.note) == "nil\n")
        await second.leave()
    }

    @Test func aDryRunIsSeenByLaterReadsAndDropped() async throws {
        _ = try await shell.run("sample", "2", "--store", "s.db")
        let before = try await shell.run("--store", "s.db", "export")
        let session = try await start(["--store", "s.db"])
        try await session.enter(".dry on")
        try await session.screen.waitForCursorLine("s (dry)>")
        let update = try await session.enter("d.note = 'dry' distribution.update(d)")
        #expect(update.hasPrefix("would update \(Self.id)"), "\(update)")
        #expect(update.contains("/note  nothing → \"dry\""), "\(update)")
        try await #expect(session.enter(Self.note) == "\"dry\"\n")
        let refusal = "a dry run has written nothing that could be undone"
        for entry in ["undo()", ".undo", "distribution.undo(2)"] {
            try await #expect(session.enter(entry).contains(refusal))
        }
        try await #expect(
            session.enter(".dry off") == """
                dry run: 1 write planned, nothing was changed
                  update \(Self.id)  /note  nothing → "dry"

                """
        )
        try await session.screen.waitForCursorLine("s>")
        try await #expect(session.enter(Self.note) == "nil\n")
        await session.leave()
        let after = try await shell.run("--store", "s.db", "export")
        #expect(after.output == before.output)
        #expect(before.output.contains(Self.id))
    }

    @Test func aReadOnlySessionSaysSo() async throws {
        let session = try await start(["--store", "sample:5", "--read-only"])
        try await session.screen.waitForCursorLine("sample (read only)>")
        for entry in ["distribution.update(d)", "distribution.delete(d.id)", "undo()"] {
            try await #expect(
                session.enter(entry).contains("writing is switched off; start distsh without --read-only")
            )
        }
        await session.leave()
    }
}
