import Glibc
import Synchronization
import TestSupport
import Testing

/// Runs that are taken back after something went wrong, and several runs that have changed the same records.
@Suite("Rollbacks of migrations", .serialized, .timeLimit(.minutes(4)))
struct MigrationRollbackTests {
    private static let file = MigrationShell.file

    /// A `verify` that does not come back leaves a record written, and its end unknown.
    @Test func whatWasPerhapsChangedIsSettledFirst() async throws {
        try await MigrationShell(recordCount: 5).withService { migration in
            let members =
                "verify = function() while true do end end, limits = { time = '10m', instructions = 1000000000000 },"
            try migration.shell.write(MigrationShell.countingUp(members: members), to: Self.file)
            try await killRun(of: migration, when: [1: 1, 0: 4])
            let refused = try await migration.migrate("rollback", "1", "--yes")
            #expect(refused.status == 2)
            let told =
                "1 record of run 1 was perhaps changed: distsh migrate resume 1 --url \(migration.target[1]) finds out"
            #expect(refused.errors.contains(told), "\(refused.errors)")
            try migration.shell.write(MigrationShell.countingUp(), to: Self.file)
            let resumed = try await migration.migrate("resume", Self.file, "--accept-script-change")
            #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors)")
            let back = try await migration.migrate("rollback", "1", "--yes")
            #expect(back.status == 0, "\(back.output)\(back.errors)")
            try await #expect(migration.counts() == [0: 5])
        }
    }

    /// What is known to be changed need not wait for a record of which that may never be found out.
    @Test func whatWasPerhapsChangedIsLeftWhenAPersonSaysSo() async throws {
        try await MigrationShell(recordCount: 12).withService { migration in
            let inputs = try await Inputs(migration)
            try inputs.write(Self.endlessVerify(of: inputs.last))
            try await killRun(of: migration, when: [1: 12])
            let back = try await migration.migrate("rollback", "1", "--yes", "--leave-doubtful")
            #expect(back.status == 0, "\(back.output)\(back.errors)")
            let told = "1 record of run 1 was perhaps changed and is left: distsh migrate resume 1 --url "
            #expect(back.errors.contains("\(told)\(migration.target[1]) finds out, and a "), "\(back.errors)")
            try await #expect(migration.counts() == [1: 1, 0: 11])
            try inputs.write()
            let resumed = try await migration.migrate("resume", Self.file, "--accept-script-change")
            #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors)")
            try await #expect(migration.counts() == [1: 1, 0: 11])
            let rest = try await migration.migrate("rollback", "1", "--yes")
            #expect(rest.status == 0, "\(rest.output)\(rest.errors)")
            #expect(rest.output.contains("  1 record, of these\n"), "\(rest.output)")
            try await #expect(migration.counts() == [0: 12])
        }
    }

    /// When somebody else has changed a record that was perhaps changed, no run can find out more.
    @Test func whatNobodyCanFindOutIsNamedAndLeft() async throws {
        try await MigrationShell(recordCount: 12).withService { migration in
            let inputs = try await Inputs(migration)
            try inputs.write(Self.endlessVerify(of: inputs.last))
            try await killRun(of: migration, when: [1: 12])
            let code = "distribution.modify('\(inputs.last)', function(d) d.\(MigrationShell.counter) = 7 end)"
            let changed = try await migration.shell.run(migration.target + ["-e", code])
            #expect(changed.status == 0, "\(changed.errors)")
            try inputs.write()
            let resumed = try await migration.migrate("resume", Self.file, "--accept-script-change")
            #expect(resumed.status == 5, "\(resumed.output)\(resumed.errors)")
            let back = try await migration.migrate("rollback", "1", "--yes")
            #expect(back.status == 0, "\(back.output)\(back.errors)")
            let told = "1 record of run 1 was perhaps changed, which no run can find out, and is left: "
            #expect(back.errors.contains("\(told)distsh migrate report 1 tells which\n"), "\(back.errors)")
            try await #expect(migration.counts() == [0: 11, 7: 1])
            let purged = try await migration.migrate("purge", "1")
            #expect(purged.status == 2)
            #expect(purged.errors.contains("1 record of run 1 was perhaps changed: look at it"), "\(purged.errors)")
        }
    }

    private static func endlessVerify(of id: String) -> String {
        """
        verify = function(after) while after.id == '\(id)' do end return true end,
        limits = { time = '10m', instructions = 1000000000000 },
        """
    }

    /// A migration of ids in a file. The last of 12 is alone in the last stage: all others have ended before it is written.
    private struct Inputs {
        let migration: MigrationShell
        let last: String

        init(_ migration: MigrationShell) async throws {
            self.migration = migration
            let ids = try await migration.ids()
            last = try #require(ids.last)
            try migration.shell.write(ids.joined(separator: "\n") + "\n", to: "ids.txt")
        }

        func write(_ members: String = "") throws {
            let text = MigrationShell.countingUp(select: "input.lines 'ids.txt'", members: members)
            try migration.shell.write(text, to: MigrationShell.file)
        }
    }

    /// Begins a run, and kills it when so many records have been counted up so often.
    private func killRun(of migration: MigrationShell, when wanted: [Int: Int]) async throws {
        let runner = try migration.start("run", Self.file, "--yes")
        defer { runner.send(SIGKILL) }
        let end = ContinuousClock.now + .seconds(60)
        while try await migration.counts() != wanted {
            try #require(ContinuousClock.now < end, "the records are not as wanted: \(runner.errorsSoFar)")
            try await Task.sleep(for: .milliseconds(20))
        }
        runner.send(SIGKILL)
        _ = await runner.finish()
    }

    // MARK: More than one run

    @Test func aRunIsTakenBackOnce() async throws {
        let migration = try await MigrationShell(recordCount: 20)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        #expect(try await migration.migrate("rollback", "1", "--yes").status == 0)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        let again = try await migration.migrate("rollback", "1", "--yes")
        #expect(again.status == 2, "\(again.output)")
        #expect(again.errors == "distsh: run 1 was taken back by run 2\n")
        try await #expect(migration.counts() == [1: 20], "what run 3 has changed stands")
        #expect(try await migration.migrate("rollback", "3", "--yes").status == 0)
        try await #expect(migration.counts() == [0: 20])
    }

    /// Both runs write the same values, so that those of the first one seem to stand.
    @Test func whatALaterRunHasChangedIsTakenBackFirst() async throws {
        let migration = try await MigrationShell(recordCount: 20)
        let text = MigrationShell.countingUp().replacing("(d.\(MigrationShell.counter) or 0) + 1", with: "1")
        try migration.shell.write(text, to: Self.file)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        let id = try await migration.ids()[7]
        try await migration.change("distribution.modify('\(id)', function(d) d.\(MigrationShell.counter) = nil end)")
        let again = try await migration.migrate("run", Self.file, "--yes", "--again")
        #expect(again.output.contains("1   changed: 1 verified"), "\(again.output)\(again.errors)")
        let back = try await migration.migrate("rollback", "1", "--yes")
        #expect(back.status == 5, "\(back.output)\(back.errors)")
        try await #expect(migration.counts() == [0: 19, 1: 1])
        let explained = try await migration.migrate("explain", "3", id)
        #expect(explained.output.contains("run 2 has changed it since: take that back first"), "\(explained.output)")
        #expect(try await migration.migrate("rollback", "2", "--yes").status == 0)
        #expect(try await migration.migrate("retry", "3").status == 0)
        try await #expect(migration.counts() == [0: 20])
    }

    @Test func aRollbackOfWhichSomethingIsNotKnownIsTriedAgainFirst() async throws {
        let store = try await MigrationShell(recordCount: 1)
        let listed = try await store.shell.run("list", "--store", "records.db").outputBytes
        let record = try #require(listed.split(separator: UInt8(ascii: "\n")).first)
        try store.shell.write(try await store.ids().joined() + "\n", to: "ids.txt")
        let text = MigrationShell.countingUp(select: "input.lines 'ids.txt'")
        try store.shell.write(text, to: Self.file)
        let service = OneRecordService(Array(record))
        try await RawHTTPServer.with(script: { service.answer(to: $0) }) { server in
            var migration = store
            migration.target = ["--url", server.url]
            #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
            #expect(service.body.contains(MigrationShell.counter))
            service.loseNextWrite()
            let parked = try await migration.migrate("rollback", "1", "--yes")
            #expect(parked.output.contains("1   parked"), "\(parked.output)\(parked.errors)")
            service.mend()
            let refused = try await migration.migrate("rollback", "1", "--yes")
            #expect(refused.status == 2, "\(refused.output)")
            let told = "1 record was perhaps taken back by run 2: distsh migrate retry 2 --url \(server.url) finds out"
            #expect(refused.errors.contains(told), "\(refused.errors)")
            #expect(service.body.contains(MigrationShell.counter))
            #expect(try await migration.migrate("retry", "2").status == 0)
            #expect(!service.body.contains(MigrationShell.counter))
            let done = try await migration.migrate("rollback", "1", "--yes")
            #expect(done.errors == "distsh: run 1 was taken back by run 2\n")
        }
    }
}

/// A service with one record.
private final class OneRecordService: Sendable {
    private enum Trouble {
        /// The next write is not carried out, and the service fails from then on.
        case beforeWrite
        case failing
    }

    private struct State {
        var body: [UInt8]
        var trouble: Trouble?
    }

    private let state: Mutex<State>

    init(_ body: [UInt8]) {
        state = Mutex(State(body: body))
    }

    /// The record as it is.
    var body: String { String(decoding: state.withLock(\.body), as: UTF8.self) }

    /// Has the next write answered with 500, and what is read after it with 400: nobody finds out what became of it.
    func loseNextWrite() {
        state.withLock { $0.trouble = .beforeWrite }
    }

    func mend() {
        state.withLock { $0.trouble = nil }
    }

    func answer(to request: RawHTTPServer.Request) -> [RawHTTPServer.Step] {
        let isWrite = request.method == "POST"
        let failure: Int? = state.withLock { state in
            if isWrite, state.trouble == .beforeWrite { state.trouble = .failing }
            if state.trouble == .failing { return isWrite ? 500 : 400 }
            if isWrite { state.body = request.body }
            return nil
        }
        return [.send(failure.map { RawHTTPServer.answer($0) } ?? RawHTTPServer.answer(200, body))]
    }
}
