import Glibc
import JSONDocument
import TestSupport
import Testing

/// Runs that are taken back after something went wrong, and rollbacks that are taken up again.
@Suite("Rollbacks of migrations", .serialized, .timeLimit(.minutes(4)))
struct MigrationRollbackTests {
    private static let file = MigrationShell.file

    /// A `verify` that does not come back leaves a record written, and its end unknown.
    @Test func whatWasPerhapsChangedIsSettledFirst() async throws {
        try await MigrationShell(recordCount: 5).withService { migration in
            let members =
                "verify = function() while true do end end, limits = { time = '10m', instructions = 1000000000000 },"
            try migration.shell.write(MigrationShell.countingUp(members: members), to: Self.file)
            let runner = try migration.start("run", Self.file, "--yes")
            while try await migration.counts() != [1: 1, 0: 4] { try await Task.sleep(for: .milliseconds(20)) }
            runner.send(SIGKILL)
            _ = await runner.finish()
            let refused = try await migration.migrate("rollback", "1", "--yes")
            #expect(refused.status == 2)
            #expect(
                refused.errors.contains("1 record of run 1 was perhaps changed: distsh migrate resume 1 finds out"),
                "\(refused.errors)"
            )
            try migration.shell.write(MigrationShell.countingUp(), to: Self.file)
            let resumed = try await migration.migrate("resume", Self.file, "--accept-script-change")
            #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors)")
            let back = try await migration.migrate("rollback", "1", "--yes")
            #expect(back.status == 0, "\(back.output)\(back.errors)")
            try await #expect(migration.counts() == [0: 5])
        }
    }

    @Test func aPausedRollbackGoesOnAtTheRateThatIsGiven() async throws {
        let migration = try await MigrationShell(recordCount: 40)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        let begun = try migration.start("rollback", "1", "--yes", "--rate", "2")
        try await migration.waitForStatus { $0.root["run"]?.int64 == 2 && $0.appliedCount > 0 }
        #expect(try await migration.migrate("pause", "2").status == 0)
        begun.send(SIGKILL)
        _ = await begun.finish()
        let result = try await migration.migrate("rollback", "1", "--yes", "--rate", "500")
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(result.output.contains("control: at most 500 records a second"), "\(result.output)")
        try await #expect(migration.counts() == [0: 40])
    }

    @Test func aRollbackIsFoundByItsFile() async throws {
        let migration = try await MigrationShell(recordCount: 20)
        func write(_ down: String) throws {
            try migration.shell.write(
                MigrationShell.countingUp(members: "down = function(d) \(down) end,"),
                to: Self.file
            )
        }
        try write("error('no way back')")
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        let stopped = try await migration.migrate("rollback", "1", "--yes")
        #expect(stopped.status == 4, "\(stopped.output)\(stopped.errors)")
        try write("d.\(MigrationShell.counter) = nil return d")
        let resumed = try await migration.migrate("resume", Self.file, "--accept-script-change")
        #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors)")
        #expect(resumed.output.contains("run 2: rollback of run 1"), "\(resumed.output)")
        try await #expect(migration.counts() == [0: 20])
    }

    @Test func aRunThatNothingWasTakenBackOfIsVerified() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        try await migration.change(
            "for d in distribution.list() do d.\(MigrationShell.counter) = 7 distribution.update(d) end"
        )
        #expect(try await migration.migrate("rollback", "1", "--yes").status == 5)
        let result = try await migration.migrate("verify", "1")
        #expect(result.status == 6, "\(result.errors)")
        #expect(result.errors == "distsh: 0 records as sent, 3 records not\n")
    }

    @Test func aRunThatWasTakenBackSaysSo() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        #expect(try await migration.migrate("rollback", "1", "--yes").status == 0)
        let refused = try await migration.migrate("verify", "1")
        #expect(refused.status == 2)
        #expect(
            refused.errors.hasPrefix(
                "distsh: run 1 was taken back: verify the rollback, distsh migrate verify 2 --store /"
            ),
            "\(refused.errors)"
        )
        let status = try await migration.migrate("status", "1")
        #expect(status.output.contains("  taken back: 3 of 3 changed records, by run 2\n"), "\(status.output)")
        #expect(status.output.contains("next: distsh migrate verify 2 --store /"), "\(status.output)")
        let id = try await migration.ids()[1]
        let explained = try await migration.migrate("explain", "1", id)
        #expect(explained.output.hasSuffix("\nnow: taken back by run 2\n"), "\(explained.output)")
        let listed = try await migration.migrate("list")
        #expect(listed.output.hasSuffix("; taken back by run 2\n"), "\(listed.output)")
    }

    @Test func whatWasChangedAfterARollbackIsVerified() async throws {
        let migration = try await MigrationShell(recordCount: 40)
        let run = try await migration.migrate("run", Self.file, "--yes", "--rate", "20", "--max-time", "300ms")
        #expect(run.status == 7, "\(run.output)\(run.errors)")
        #expect(try await migration.migrate("rollback", "1", "--yes", "--rate", "1000").status == 0)
        let takenBackCount = try await migration.status(2).appliedCount
        #expect((1..<40).contains(takenBackCount))
        #expect(try await migration.migrate("set", "1", "rate=none").status == 0)
        #expect(try await migration.migrate("resume", "1").status == 0)
        let result = try await migration.migrate("verify", "1")
        #expect(result.status == 0, "\(result.errors)")
        let verification = try await migration.status(1).root["verification"]
        #expect(verification?["matches"]?.int64 == 40 - takenBackCount)
        #expect(verification?["mismatches"]?.int64 == 0)
    }
}
