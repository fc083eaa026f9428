import Foundation
import JSONDocument
import TestSupport
import Testing

/// Runs that go on with a file that was changed, and what is known of it later.
@Suite("Changed files of migrations", .serialized, .timeLimit(.minutes(4)))
struct MigrationScriptChangeTests {
    private static let file = MigrationShell.file
    private static let counter = MigrationShell.counter

    /// Writes a migration that adds so much to each record.
    private func write(_ migration: MigrationShell, adding number: Int, members: String = "", body: String = "") throws
    {
        let text = MigrationShell.countingUp(members: members, body: body)
        try migration.shell.write(text.replacing(" + 1", with: " + \(number)"), to: Self.file)
    }

    /// Lets a process work until more than so many records were changed, and ends it.
    private func interrupt(
        _ process: RunningProcess,
        of migration: MigrationShell,
        after count: Int64,
        by signal: Int32 = SIGINT
    ) async throws {
        try await migration.waitForStatus { $0.appliedCount > count }
        process.send(signal)
        let result = await process.finish()
        if signal == SIGINT { #expect(result.status == 130, "\(result.output)\(result.errors)") }
    }

    private func sha(_ migration: MigrationShell) async throws -> String {
        try #require(try await migration.status(1).root["script_sha256"]?.string)
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func theAcceptedFileIsTheRuns(endedBy signal: Int32) async throws {
        let migration = try await MigrationShell(recordCount: 200)
        try await interrupt(try migration.start("run", Self.file, "--yes", "--rate", "5"), of: migration, after: 0)
        let (oldCount, oldSHA) = (try await migration.status().appliedCount, try await sha(migration))
        try write(migration, adding: 10)
        let resumed = try migration.start("resume", Self.file, "--accept-script-change")
        try await interrupt(resumed, of: migration, after: oldCount, by: signal)
        let newSHA = try await sha(migration)
        #expect(newSHA != oldSHA)

        try write(migration, adding: 1)
        let refused = try await migration.migrate("resume", Self.file)
        #expect(refused.status == 2, "\(refused.output)")
        #expect(refused.errors.hasPrefix("distsh: the file is not that of run 1: "), "\(refused.errors)")
        _ = try await migration.migrate("set", "1", "rate=none")
        #expect(try await migration.migrate("resume", "1").status == 0)
        try await #expect(migration.counts() == [1: Int(oldCount), 10: 200 - Int(oldCount)])
        let audit = try await audit(migration)
        let accepted = audit.split(separator: "\n").filter { $0.contains("accept script") }
        #expect(accepted.count == 1, "\(audit)")
        for sha in [oldSHA, newSHA] { #expect(accepted.first?.contains(sha.prefix(12)) == true, "\(audit)") }
    }

    private func audit(_ migration: MigrationShell) async throws -> String {
        let report = try await migration.migrate("report", "1").output
        return report.components(separatedBy: "## Audit").last ?? ""
    }

    @Test func theSameFileIsAcceptedOnce() async throws {
        let migration = try await MigrationShell(recordCount: 200)
        try await interrupt(try migration.start("run", Self.file, "--yes", "--rate", "5"), of: migration, after: 0)
        let oldCount = try await migration.status().appliedCount
        try write(migration, adding: 10)
        let resumed = try migration.start("resume", Self.file, "--accept-script-change")
        try await interrupt(resumed, of: migration, after: oldCount)
        _ = try await migration.migrate("set", "1", "rate=none")
        #expect(try await migration.migrate("resume", Self.file).status == 0)
        try await #expect(migration.counts() == [1: Int(oldCount), 10: 200 - Int(oldCount)])
    }

    /// The process that waits would go on with the old file.
    @Test func noFileIsAcceptedForAPausedRunOfAnotherProcess() async throws {
        let migration = try await MigrationShell(recordCount: 200)
        let runner = try migration.start("run", Self.file, "--yes", "--rate", "5")
        defer { runner.send(SIGKILL) }
        try await migration.waitForStatus { $0.appliedCount > 0 }
        #expect(try await migration.migrate("pause", "1").status == 0)
        let oldSHA = try await sha(migration)
        try write(migration, adding: 10)
        let refused = try await migration.migrate("resume", Self.file, "--accept-script-change")
        #expect(refused.status == 2, "\(refused.output)\(refused.errors)")
        let told = "run 1 is being worked on by distsh process \(runner.processID) "
        #expect(refused.errors.contains(told), "\(refused.errors)")
        #expect(try await migration.status(1).root["control"]?["paused"]?.bool == true)
        try await #expect(sha(migration) == oldSHA)
        runner.send(SIGKILL)
        _ = await runner.finish()
    }

    // MARK: Rollbacks

    /// Neither file's `down` knows what the other has done.
    @Test func aRunOfTwoFilesGetsItsOldValuesBack() async throws {
        let migration = try await MigrationShell(recordCount: 30)
        let id = try await migration.ids()[20]
        let down = "down = function(d) d.\(Self.counter) = 99 return d end,"
        try write(migration, adding: 1, members: down, body: "if d.id == '\(id)' then error('not this one') end")
        #expect(try await migration.migrate("run", Self.file, "--yes", "--max-errors", "1").status == 3)
        try write(migration, adding: 10, members: down)
        #expect(try await migration.migrate("retry", Self.file, "--accept-script-change").status == 0)
        try await #expect(migration.counts() == [1: 29, 10: 1])
        let back = try await migration.migrate("rollback", "1", "--yes")
        #expect(back.status == 0, "\(back.output)\(back.errors)")
        let told =
            "distsh: run 1 went on with a changed file: each record gets its old values back, and down is not called\n"
        #expect(back.errors.contains(told), "\(back.errors)")
        try await #expect(migration.counts() == [0: 30])
    }

    @Test func theMendedFileTakesBackWhatItAloneHasChanged() async throws {
        let migration = try await MigrationShell(recordCount: 5)
        try write(migration, adding: 1, body: "error('none of them')")
        let failed = try await migration.migrate("run", Self.file, "--yes", "--no-canary", "--max-errors", "100%")
        #expect(failed.status == 3, "\(failed.output)\(failed.errors)")
        let down = "down = function(d) d.\(Self.counter) = d.\(Self.counter) - 3 return d end,"
        try write(migration, adding: 10, members: down)
        #expect(try await migration.migrate("retry", Self.file, "--accept-script-change").status == 0)
        let back = try await migration.migrate("rollback", "1", "--yes")
        #expect(back.status == 0, "\(back.output)\(back.errors)")
        try await #expect(migration.counts() == [7: 5])
    }
}
