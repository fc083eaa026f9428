import Glibc
import JSONDocument
import TestSupport
import Testing

/// How a rollback is asked for and taken up again, and what is told of the run that it has taken back.
@Suite("Commands of rollbacks", .serialized, .timeLimit(.minutes(4)))
struct MigrationRollbackCommandTests {
    private static let file = MigrationShell.file

    // MARK: The question

    @Test func theQuestionNamesWhatIsTakenBack() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        let question =
            "Take back run 1 (count-up on \(migration.shell.folder)/records.db), 3 records? [y/N]"
        let screen = try migration.screen("rollback", "1", columns: 240)
        try await screen.waitForScreen("the question") { $0.cursorLine == question }
        screen.type("n\r")
        #expect(await screen.finish() == 1)
        let interrupted = try migration.screen("rollback", "1", columns: 240)
        try await interrupted.waitForScreen("the question") { $0.cursorLine == question }
        interrupted.press(.control("c"))
        #expect(await interrupted.finish() == 130)
        try await #expect(migration.counts() == [1: 3])
        try await #expect(migration.migrate("status", "2").status == 2, "no run is left")
        let answered = try migration.screen("rollback", "1", columns: 240)
        try await answered.waitForScreen("the question") { $0.cursorLine == question }
        answered.type("y\r")
        #expect(await answered.finish() == 0)
        try await #expect(migration.counts() == [0: 3])
    }

    @Test func approvalIsAskedForLast() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        let unknown = try await migration.migrate("rollback", "7")
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("there is no run 7"), "\(unknown.errors)")
        let unasked = try await migration.migrate("rollback", "1")
        #expect(unasked.status == 2)
        #expect(unasked.errors == "distsh: there is nobody to ask for approval: give --yes\n")
        try await #expect(migration.counts() == [1: 3])
        #expect(try await migration.migrate("rollback", "1", "--yes").status == 0)
        let nothing = try await migration.migrate("rollback", "1")
        #expect(nothing.errors == "distsh: run 1 was taken back by run 2\n")
    }

    // MARK: Rollbacks that are taken up again

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
        for run in [1, 2] {
            let next = try await migration.status(run).root["next"]?.elements.compactMap(\.string).last
            #expect(next?.hasPrefix("distsh migrate resume FILE --accept-script-change") == true, "\(next ?? "")")
        }
        try write("d.\(MigrationShell.counter) = nil return d")
        let resumed = try await migration.migrate("resume", Self.file, "--accept-script-change")
        #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors)")
        #expect(resumed.output.contains("run 2: rollback of run 1"), "\(resumed.output)")
        try await #expect(migration.counts() == [0: 20])
    }

    @Test func whatABrokenDownHasLeftIsTriedAgainByTheFile() async throws {
        let migration = try await MigrationShell(recordCount: 30)
        let id = try await migration.ids()[20]
        func write(_ down: String) throws {
            try migration.shell.write(
                MigrationShell.countingUp(members: "down = function(d) \(down) end,"),
                to: Self.file
            )
        }
        let mended = "d.\(MigrationShell.counter) = nil return d"
        try write("if d.id == '\(id)' then error('no way back') end \(mended)")
        #expect(try await migration.migrate("run", Self.file, "--yes", "--max-errors", "1").status == 0)
        let back = try await migration.migrate("rollback", Self.file, "--yes")
        #expect(back.status == 3, "\(back.output)\(back.errors)")
        try await #expect(migration.counts() == [0: 29, 1: 1])
        let purged = try await migration.migrate("purge", "1")
        #expect(purged.status == 2)
        #expect(purged.errors.hasPrefix("distsh: 1 record of run 1 was not taken back by run 2: "), "\(purged.errors)")
        try write(mended)
        let retried = try await migration.migrate("retry", Self.file, "--accept-script-change")
        #expect(retried.status == 0, "\(retried.output)\(retried.errors)")
        #expect(retried.output.contains("run 2: rollback of run 1"), "\(retried.output)")
        try await #expect(migration.counts() == [0: 30])
    }

    // MARK: Runs that were taken back

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
        try await migration.stopped()
        #expect(try await migration.migrate("rollback", "1", "--yes", "--rate", "1000").status == 0)
        try await #expect(migration.status(2).appliedCount == 1)
        #expect(try await migration.migrate("set", "1", "rate=none").status == 0)
        #expect(try await migration.migrate("resume", "1").status == 0)
        let result = try await migration.migrate("verify", "1")
        #expect(result.status == 0, "\(result.errors)")
        let verification = try await migration.status(1).root["verification"]
        #expect(verification?["matches"]?.int64 == 39)
        #expect(verification?["mismatches"]?.int64 == 0)
    }
}
