import Foundation
import JSONDocument
import TestSupport
import Testing

/// The commands as somebody new to them types them, from `new` to `purge`.
@Suite("Migration commands", .serialized, .timeLimit(.minutes(4)))
struct MigrationCommandTests {
    private static let recordCount = 30

    @Test func aWholeLifeOnAStore() async throws {
        try await live(MigrationShell(recordCount: Self.recordCount))
    }

    @Test func aWholeLifeOnAService() async throws {
        try await MigrationShell(recordCount: Self.recordCount).withService { try await live($0) }
    }

    /// Plays a migration's life, with what each command says.
    private func live(_ migration: MigrationShell) async throws {
        let shell = migration.shell
        let made = try await migration.migrate("new", "demo")
        #expect(made.status == 0)
        #expect(
            made.errors.hasPrefix("distsh: wrote demo.lua; edit it, then: distsh migrate check demo.lua "),
            "\(made.errors)"
        )
        let unchanged = try await migration.migrate("check", "demo.lua")
        #expect(unchanged.status == 0, "\(unchanged.errors)")
        #expect(unchanged.output.contains("tried on 30 records\n"))
        #expect(unchanged.output.contains("  ok      determinism: "))
        try shell.write(MigrationShell.countingUp(name: "demo"), to: "demo.lua")

        let checked = try await migration.migrate("check", "demo.lua")
        #expect(checked.output.contains("  warning idempotence: "), "\(checked.output)")
        let planned = try await migration.migrate("plan", "demo.lua")
        #expect(planned.status == 0, "\(planned.errors)")
        #expect(planned.output.contains("   30 × add /x_count number\n"), "\(planned.output)")
        #expect(FileManager.default.fileExists(atPath: shell.path("demo.plan.json")))
        try await #expect(migration.counts() == [0: 30], "neither check nor plan writes")

        let ran = try await migration.migrate("run", "demo.lua", "--plan", "demo.plan.json", "--yes")
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(ran.output.contains("  30 records, of these\n         30   changed: 30 verified\n"), "\(ran.output)")
        try await #expect(migration.counts() == [1: 30])
        let status = try await migration.migrate("status")
        #expect(status.status == 0)
        #expect(status.output == ran.output)
        let verified = try await migration.migrate("verify", "1")
        #expect(verified.status == 0)
        #expect(verified.errors == "distsh: 30 records as sent\n")

        let id = try await migration.ids()[7]
        let explained = try await migration.migrate("explain", id)
        #expect(explained.output.hasPrefix("\(id)\n"), "\(explained.output)")
        #expect(explained.output.contains("      /x_count  nothing → 1\n"))
        #expect(explained.output.contains("verified later: the record is as sent\n"))
        try await reports(migration)

        let back = try await migration.migrate("rollback", "1", "--yes")
        #expect(back.status == 0, "\(back.errors)")
        #expect(back.output.contains("taken back: 30 verified"), "\(back.output)")
        try await #expect(migration.counts() == [0: 30])
        let listed = try await migration.migrate("list")
        #expect(listed.output.split(separator: "\n").count == 3, "\(listed.output)")
        #expect(listed.output.contains("rollback of run 1, demo on "))
        let purged = try await migration.migrate("purge", "1")
        #expect(purged.errors == "distsh: run 1 is gone from the journal\n")
        try await #expect(migration.migrate("status", "1").status == 2)
        try await #expect(migration.migrate("status", "2").status == 0)
    }

    private func reports(_ migration: MigrationShell) async throws {
        let text = try await migration.migrate("report", "1")
        #expect(text.output.hasPrefix("# Run 1: `demo` on "), "\(text.errors)")
        for name in ["report.md", "report.html"] {
            let written = try await migration.migrate("report", "demo.lua", "--out", name)
            #expect(written.errors == "distsh: wrote \(name)\n")
        }
        #expect(try migration.shell.read("report.md").hasPrefix("# Run 1: "))
        #expect(try migration.shell.read("report.html").hasPrefix("<!DOCTYPE html>"))
    }

    @Test func aFileOfThatNameIsLeftAsItIs() async throws {
        let shell = Shell()
        try shell.write("mine", to: "demo.lua")
        let result = try await shell.run("migrate", "new", "demo")
        #expect(result.status == 2)
        #expect(result.errors == "distsh: demo.lua is there already and was left as it is: give another name\n")
        #expect(try shell.read("demo.lua") == "mine")
    }

    @Test func aFileWithoutRecordsIsChecked() async throws {
        let shell = Shell()
        try shell.write("return migration { name = 'none', select = distribution.list, up = print }", to: "none.lua")
        try #require(await shell.run("list", "--store", "empty.db").status == 0)
        let result = try await shell.run("migrate", "check", "none.lua", "--store", "empty.db")
        #expect(result.status == 0)
        #expect(result.errors.hasSuffix("distsh: the input has no records, so there was nothing to try it on\n"))
    }

    @Test func recordsThatAreNotThereAreTold() async throws {
        let shell = Shell()
        try shell.write("\(Samples.unknownID)\n", to: "ids.txt")
        try shell.write(
            "return migration { name = 'gone', select = input.lines 'ids.txt', up = function(d) return d end }",
            to: "gone.lua"
        )
        try #require(await shell.run("list", "--store", "empty.db").status == 0)
        let result = try await shell.run("migrate", "check", "gone.lua", "--store", "empty.db")
        #expect(result.status == 1)
        let warning = "every record is gone: is --url or --store the right one?"
        #expect(
            result.errors.hasSuffix(
                "distsh: none of 1 record can be read: there is no \(Samples.unknownID); \(warning)\n"
            ),
            "\(result.errors)"
        )
        let ran = try await shell.run("migrate", "run", "gone.lua", "--yes", "--store", "empty.db")
        #expect(ran.status == 0)
        #expect(ran.output.contains("  \(warning)\n"), "\(ran.output)")
    }

    @Test func aStoreInMemoryIsAnotherEachTime() async throws {
        let migration = try await MigrationShell(recordCount: 1)
        let words = ["migrate", "run", MigrationShell.file, "--yes", "--store", "sample:5"]
        for _ in 1...2 {
            let result = try await migration.shell.run(words)
            #expect(result.output.contains("5   changed: 5 verified\n"), "\(result.output)\(result.errors)")
            #expect(!result.output.contains("next: "), "\(result.output)")
        }
        let stopped = try await migration.stopped(on: ["--store", "sample:5"])
        #expect(stopped.output.contains("next: distsh migrate report 3\n"), "\(stopped.output)")
        for words in [["resume", "3"], ["rollback", "1", "--yes"], ["verify", "1"], ["retry", "1"]] {
            let result = try await migration.shell.run(["migrate"] + words + ["--store", "sample:5"])
            #expect(result.status == 2)
            #expect(result.errors.contains("was about a store in memory, sample:5#"), "\(result.errors)")
            #expect(result.errors.hasSuffix(", which is gone with its process: begin another run\n"))
        }
    }

    @Test func aVerificationKeepsToTheRateOfItsRun() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        #expect(try await migration.migrate("run", MigrationShell.file, "--yes", "--rate", "500").status == 0)
        let kept = try await migration.migrate("verify", "1")
        let notice = "at most 500 records a second, as the run; --rate gives another rate"
        #expect(kept.errors == "distsh: \(notice)\ndistsh: 3 records as sent\n")
        let given = try await migration.migrate("verify", "1", "--rate", "1000", "--concurrency", "1")
        #expect(given.errors == "distsh: 3 records as sent\n")
        for words in [["--rate", "0"], ["--concurrency", "0"]] {
            let refused = try await migration.shell.run(["migrate", "verify", "1"] + words + migration.target)
            #expect(refused.status == 2)
            #expect(refused.errors.hasPrefix("distsh: \(words[0]): give a number "), "\(refused.errors)")
        }
    }

    @Test func setTellsThePaceAsTheStatusDoes() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        try await migration.stopped()
        let one = try await migration.migrate("set", "1", "rate=1", "concurrency=1")
        #expect(
            one.errors == "distsh: run 1: at most 1 record a second, at most 1 read and 1 write in flight\n"
        )
        _ = try await migration.migrate("pause", "1")
        let many = try await migration.migrate("set", "1", "rate=1e6", "concurrency=2")
        let words = "paused, at most 1,000,000 records a second, at most 2 reads and 2 writes in flight\n"
        #expect(many.errors == "distsh: run 1: \(words)")
        let status = try await migration.migrate("status", "1")
        #expect(status.output.contains("  control: \(words)"), "\(status.output)")
    }

    @Test func aFileToBeginWithMayBeNamedWithItsEnding() async throws {
        let shell = Shell()
        let made = try await shell.run("migrate", "new", "demo.lua")
        #expect(made.errors.hasPrefix("distsh: wrote demo.lua; "), "\(made.errors)")
        #expect(try shell.read("demo.lua").contains("name = \"demo\""))
    }

    @Test func aSecondRunChangesNothing() async throws {
        let migration = try await MigrationShell(recordCount: 20)
        for already in [0, 20] {
            let result = try await migration.migrate("run", MigrationShell.file, "--yes")
            #expect(result.status == 0, "\(result.errors)")
            try await #expect(migration.status().count("already") == Int64(already))
        }
        try await #expect(migration.counts() == [1: 20])
        #expect(try await migration.migrate("run", MigrationShell.file, "--yes", "--again").status == 0)
        try await #expect(migration.counts() == [2: 20])
    }
}
