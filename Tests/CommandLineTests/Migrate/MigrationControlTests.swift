import Foundation
import JSONDocument
import TestSupport
import Testing

/// A run that one process works on, told what to do from others.
@Suite("Control of a run under way", .serialized, .timeLimit(.minutes(4)))
struct MigrationControlTests {
    private static let file = MigrationShell.file
    private static let recordCount = 200

    @Test func isPausedResumedAndMadeFaster() async throws {
        let migration = try await MigrationShell(recordCount: Self.recordCount)
        let runner = try migration.start("run", Self.file, "--yes", "--rate", "5")
        try await migration.waitForStatus { $0.appliedCount > 0 }
        let paused = try await migration.migrate("pause", "1")
        #expect(paused.status == 0)
        #expect(paused.errors.hasPrefix("distsh: run 1 pauses: distsh process \(runner.processID) "))
        try await expectStandstill(migration)
        let status = try await migration.migrate("status")
        #expect(status.status == 0)
        #expect(status.output.contains("worked on by distsh process \(runner.processID) "), "\(status.output)")
        #expect(status.output.contains("control: paused, at most 5 records a second"), "\(status.output)")
        #expect(status.output.contains("next: distsh migrate resume 1"), "\(status.output)")

        let resumed = try await migration.migrate("resume", "1")
        #expect(resumed.status == 0)
        #expect(resumed.errors.hasPrefix("distsh: run 1 goes on: distsh process \(runner.processID) "))
        let set = try await migration.migrate("set", "1", "rate=none", "concurrency=2")
        #expect(set.errors == "distsh: run 1: no limit of rate, at most 2 reads and 2 writes in flight\n")
        #expect(await runner.finish().status == 0)
        try await #expect(migration.counts() == [1: Self.recordCount])
        try await expectAudit(migration)
    }

    /// Nothing more is begun once the pause was taken up, which takes a second at the most.
    private func expectStandstill(_ migration: MigrationShell) async throws {
        var last: Int64 = -1
        var since = ContinuousClock.now
        try await migration.waitForStatus { status in
            if status.appliedCount != last { (last, since) = (status.appliedCount, .now) }
            // At 5 a second, no change in so long is no chance.
            return ContinuousClock.now - since > .seconds(2)
        }
        #expect(last < Self.recordCount)
    }

    private func expectAudit(_ migration: MigrationShell) async throws {
        let report = try await migration.migrate("report", "1").output
        let audit = report.components(separatedBy: "## Audit").last ?? ""
        for words in ["pause", "rate", "concurrency"] { #expect(audit.contains(words), "\(words): \(audit)") }
    }

    @Test func aRateIsShownWhileItWorks() async throws {
        let migration = try await MigrationShell(recordCount: Self.recordCount)
        let runner = try migration.start("run", Self.file, "--yes", "--rate", "5")
        try await migration.waitForStatus { ($0.root["records_per_second"]?.double ?? 0) > 0 }
        let status = try await migration.status()
        let rate = try #require(status.root["records_per_second"]?.double)
        #expect(rate > 0 && rate <= 10, "\(rate)")
        let report = try await migration.migrate("report", "1")
        #expect(report.output.contains("\(runner.processID)"), "\(report.output)")
        runner.send(SIGKILL)
        _ = await runner.finish()
    }

    @Test func aSecondProcessIsRefused() async throws {
        let migration = try await MigrationShell(recordCount: Self.recordCount)
        let runner = try migration.start("run", Self.file, "--yes", "--rate", "5")
        try await migration.waitForStatus { $0.appliedCount > 0 }
        for words in [["resume", "1"], ["rollback", "1", "--yes"], ["purge", "1", "--force"]] {
            let result = try await migration.shell.run(["migrate"] + words + migration.target)
            #expect(result.status == 2)
            #expect(result.errors.contains("distsh process \(runner.processID) "), "\(words): \(result.errors)")
        }
        _ = try await migration.migrate("set", Self.file, "rate=none")
        #expect(await runner.finish().status == 0)
        try await #expect(migration.counts() == [1: Self.recordCount])
    }

    @Test func aKilledProcessLosesNothing() async throws {
        try await MigrationShell(recordCount: Self.recordCount).withService { migration in
            let runner = try migration.start("run", Self.file, "--yes", "--rate", "5")
            try await migration.waitForStatus { $0.appliedCount > 2 }
            runner.send(SIGKILL)
            _ = await runner.finish()
            let status = try await migration.migrate("status")
            #expect(status.status == 7)
            #expect(status.output.contains("its process is gone: nothing is lost"), "\(status.output)")
            #expect(status.output.contains("next: distsh migrate resume 1"), "\(status.output)")
            _ = try await migration.migrate("set", "1", "rate=none")
            let resumed = try await migration.migrate("resume", Self.file)
            #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors)")
            try await #expect(migration.counts() == [1: Self.recordCount])
        }
    }
}
