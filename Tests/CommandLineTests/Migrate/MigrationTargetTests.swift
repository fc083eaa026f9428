import Foundation
import TestSupport
import Testing

/// A run is about one service or store: what is told on another one, and that nothing is changed there.
@Suite("Targets of migrations", .serialized, .timeLimit(.minutes(4)))
struct MigrationTargetTests {
    @Test func aRunOfAnotherTarget() async throws {
        var migration = try await MigrationShell(recordCount: 3)
        try await migration.stopped()
        try #require(await migration.shell.run("list", "--store", "other.db").status == 0)
        _ = try await migration.migrate("pause", "1")
        migration.target = ["--store", "other.db"]
        for words in [["resume", "1"], ["verify", "1"], ["rollback", "1", "--yes"]] {
            let result = try await migration.shell.run(["migrate"] + words + migration.target)
            #expect(result.status == 2)
            #expect(result.errors.contains("run 1 is about \(migration.shell.folder)/records.db, not "))
            #expect(result.errors.contains("add --store \(migration.shell.folder)/records.db\n"))
        }
        let status = try await migration.migrate("status")
        #expect(status.output.contains("control: paused, "), "what is refused changes nothing: \(status.output)")
    }

    @Test func aFileMeansRunsOfItsTarget() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        let file = MigrationShell.file
        let shell = migration.shell
        #expect(try await shell.run("sample", "3", "--store", "other.db").status == 0)
        for store in ["other.db", "sample:3"] { try await migration.stopped(on: ["--store", store]) }
        for words in [["resume", file], ["retry", file], ["verify", file], ["rollback", file, "--yes"]] {
            let result = try await shell.run(["migrate"] + words + migration.target)
            #expect(result.status == 2)
            let problem = "no run of count-up on \(shell.folder)/records.db is in this journal; "
            let other = "run 1 is about \(shell.folder)/other.db: add --store \(shell.folder)/other.db\n"
            #expect(result.errors == "distsh: \(problem)\(other)")
        }
        let inMemory = try await shell.run("migrate", "purge", "2")
        #expect(inMemory.errors == "distsh: run 2 is not finished: --force deletes it\n")
        #expect(try await migration.migrate("run", file, "--yes").status == 0)
        let verified = try await migration.migrate("verify", file)
        #expect(verified.errors == "distsh: 3 records as sent\n")
        #expect(try await shell.run("migrate", "set", "1", "rate=none").status == 0)
        #expect(try await shell.run("migrate", "resume", file, "--store", "other.db").status == 0)
        #expect(try await migration.migrate("rollback", file, "--yes").status == 0)
        try await #expect(migration.counts() == [0: 3])
    }

    @Test func aProfileThatLeadsElsewhereIsNotAdvisedAlone() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        let folder = migration.shell.path(".config/distsh")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let profiles = "profile 'work' { store = 'records.db' }\nprofile 'other' { store = 'other.db' }\n"
        try migration.shell.write(profiles, to: ".config/distsh/init.lua")
        #expect(try await migration.migrate("run", MigrationShell.file, "--yes").status == 0)
        for (profile, option) in [("work", ""), ("other", " --store \(migration.shell.folder)/records.db")] {
            let status = try await migration.shell.run(["migrate", "status", "1", "--profile", profile])
            let next = "next: distsh migrate verify 1 --profile \(profile)\(option)\n"
            #expect(status.output.contains(next), "\(status.output)\(status.errors)")
        }
    }

    @Test func anUnfinishedRunOfAnotherTargetIsNotInTheWay() async throws {
        var migration = try await MigrationShell(recordCount: 3)
        try await migration.stopped()
        try #require(await migration.shell.run("list", "--store", "other.db").status == 0)
        migration.target = ["--store", "other.db"]
        let result = try await migration.migrate("run", MigrationShell.file, "--yes")
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func aStoreThatIsNotThereIsNotMade() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        #expect(try await migration.migrate("run", MigrationShell.file, "--yes").status == 0)
        let commands = [
            ["check", MigrationShell.file], ["plan", MigrationShell.file], ["run", MigrationShell.file, "--yes"],
            ["resume", "1"], ["verify", "1"], ["rollback", "1", "--yes"], ["retry", "1"],
        ]
        for words in commands {
            let result = try await migration.shell.run(["migrate"] + words + ["--store", "typo.db"])
            #expect(result.status == 2)
            #expect(result.errors.contains("distsh: there is no store typo.db: "), "\(words): \(result.errors)")
            #expect(!FileManager.default.fileExists(atPath: migration.shell.path("typo.db")), "\(words)")
        }
    }
}
