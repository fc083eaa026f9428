import Glibc
import JSONDocument
import TestSupport
import Testing

/// Each exit status of a run, reached by what it stands for.
@Suite("Exit codes of migrations", .serialized, .timeLimit(.minutes(4)))
struct MigrationExitStatusTests {
    private static let file = MigrationShell.file

    /// Writes a migration in place of the usual one.
    private func write(_ migration: MigrationShell, members: String = "", body: String = "") throws {
        try migration.shell.write(MigrationShell.countingUp(members: members, body: body), to: Self.file)
    }

    private func expectStatus(_ status: Int32, verdict: String, _ migration: MigrationShell) async throws {
        let found = try await migration.migrate("status", "--json")
        #expect(found.status == status)
        let document = try JSONDocument(parsing: found.outputBytes.dropLast())
        #expect(document.root["verdict"]?.string == verdict)
        #expect(document.root["exit_status"]?.int64 == Int64(status))
    }

    private func expectNoRun(_ migration: MigrationShell) async throws {
        let listed = try await migration.migrate("list")
        let isNone = listed.output == "there are no runs\n" || listed.errors.hasPrefix("distsh: there is no journal ")
        #expect(isNone, "\(listed.output)\(listed.errors)")
    }

    @Test func oneWhenTheServiceRefusesEverything() async throws {
        var migration = try await MigrationShell(recordCount: 1)
        let answer = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}"
        try migration.shell.write("\(Samples.firstID)\n", to: "ids.txt")
        try migration.shell.write(
            "return migration { name = 'x', select = input.lines 'ids.txt', up = function(d) return d end }",
            to: "x.lua"
        )
        try await RecordingServer.with(answer: answer) { server in
            migration.target = ["--url", server.url]
            let result = try await migration.migrate("run", "x.lua", "--yes")
            #expect(result.status == 1)
            let texts = result.output + result.errors
            #expect(texts.ranges(of: "refused the application id").count == 1, "\(texts)")
            #expect(texts.contains("401"), "\(texts)")
            #expect(result.output.contains("(exit status 1)"), "\(result.output)")
        }
        try await expectStatus(7, verdict: "stopped", migration)
    }

    @Test func threeWhenARecordIsRefused() async throws {
        let migration = try await MigrationShell(recordCount: 30)
        let id = try await migration.ids()[20]
        try write(migration, body: "if d.id == '\(id)' then error('not this one') end")
        let result = try await migration.migrate("run", Self.file, "--yes", "--max-errors", "1")
        #expect(result.status == 3, "\(result.output)\(result.errors)")
        #expect(result.output.contains("          1   refused\n"))
        try await expectStatus(3, verdict: "failures", migration)
        let explained = try await migration.migrate("explain", id)
        #expect(explained.output.contains("not this one"), "\(explained.output)")
        try await #expect(migration.counts() == [1: 29, 0: 1])
        // With the mended file the one record is done, and no other.
        try write(migration)
        let changed = try await migration.migrate("retry", Self.file)
        #expect(changed.status == 2)
        #expect(changed.errors.contains("--accept-script-change"), "\(changed.errors)")
        let retried = try await migration.migrate("retry", Self.file, "--accept-script-change")
        #expect(retried.status == 0, "\(retried.errors)")
        try await #expect(migration.counts() == [1: 30])
    }

    @Test func threeWhenTheLastRecordIsRefused() async throws {
        let migration = try await MigrationShell(recordCount: 1)
        try write(migration, body: "error('not this one')")
        let result = try await migration.migrate("run", Self.file, "--yes", "--max-errors", "0")
        #expect(result.status == 3, "\(result.output)\(result.errors)")
        try await expectStatus(3, verdict: "failures", migration)
        try write(migration)
        #expect(try await migration.migrate("retry", Self.file, "--accept-script-change").status == 0)
        try await #expect(migration.counts() == [1: 1])
    }

    @Test func fourWhenASmallPartIsRefused() async throws {
        let migration = try await MigrationShell(recordCount: 300)
        let id = try await migration.ids()[5]
        try write(migration, body: "if d.id == '\(id)' then error('not this one') end")
        let result = try await migration.migrate(
            "run",
            Self.file,
            "--yes",
            "--max-errors",
            "0.00001%",
            "--no-canary",
            "--rate",
            "150"
        )
        #expect(result.status == 4, "\(result.output)\(result.errors)")
    }

    @Test func fourWhenTooManyAreRefused() async throws {
        let migration = try await MigrationShell(recordCount: 2000)
        try write(migration, body: "error('none of them')")
        let result = try await migration.migrate("run", Self.file, "--yes", "--max-errors", "1", "--no-canary")
        #expect(result.status == 4)
        #expect(result.output.contains("too many errors: 2 of 2 records failed"), "\(result.output)")
        #expect(result.output.contains("none of them"), "\(result.output)")
        try await expectStatus(4, verdict: "too_many_errors", migration)
        let same = try await migration.migrate("resume", "1")
        #expect(same.status == 4, "\(same.output)\(same.errors)")
        #expect(
            same.output.contains("2 of 2 records failed; the limit is 1 record; no record was begun"),
            "\(same.output)"
        )
        let more = try await migration.migrate("resume", "1", "--max-errors", "100%")
        #expect(more.status == 3, "\(more.output)\(more.errors)")
        try await #expect(migration.counts() == [0: 2000])
    }

    @Test func fourWhenTheFirstRecordIsRefused() async throws {
        let migration = try await MigrationShell(recordCount: 30)
        try write(migration, body: "error('share is nil')")
        let result = try await migration.migrate("run", Self.file, "--yes")
        #expect(result.status == 4)
        #expect(result.output.contains("canary stage 1 of 2"), "\(result.output)")
        #expect(result.output.contains("share is nil"), "\(result.output)")
        let resumed = try await migration.migrate("resume", "1")
        #expect(resumed.status == 4)
        #expect(resumed.output.contains("canary stage 2 of 2 (10 records): 10 of 10 failed"), "\(resumed.output)")
        // With the mended file those that failed are done, too.
        try write(migration)
        let mended = try await migration.migrate("resume", Self.file, "--accept-script-change")
        #expect(mended.status == 0, "\(mended.output)\(mended.errors)")
        #expect(mended.errors.contains("trying 11 records again"), "\(mended.errors)")
        try await #expect(migration.counts() == [1: 30])
    }

    /// Over a limit, and with what is no valid document.
    @Test(arguments: ["while true do end", "d.id = 7"])
    func whatTheOldFileFailedOnIsDoneByTheMendedOne(body: String) async throws {
        let migration = try await MigrationShell(recordCount: 5)
        try write(migration, members: "limits = { instructions = 100000 },", body: body)
        let result = try await migration.migrate("run", Self.file, "--yes", "--no-canary", "--max-errors", "0")
        #expect(result.status == 4, "\(result.output)\(result.errors)")
        try write(migration)
        let mended = try await migration.migrate("resume", Self.file, "--accept-script-change")
        #expect(mended.status == 0, "\(mended.output)\(mended.errors)")
        #expect(mended.errors.contains(" again, on which the old file failed"), "\(mended.errors)")
        try await #expect(migration.counts() == [1: 5])
    }

    @Test func aCountOfErrorsHoldsForTheFirstRecordsToo() async throws {
        let migration = try await MigrationShell(recordCount: 30)
        let id = try await migration.ids()[0]
        try write(migration, body: "if d.id == '\(id)' then error('not this one') end")
        let result = try await migration.migrate("run", Self.file, "--yes", "--max-errors", "20")
        #expect(result.status == 3, "\(result.output)\(result.errors)")
        try await #expect(migration.counts() == [1: 29, 0: 1])
    }

    @Test func fiveWhenOthersHaveChangedWhatIsTakenBack() async throws {
        let migration = try await MigrationShell(recordCount: 20)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        let id = try await migration.ids()[11]
        try await migration.change(
            "local d = distribution.get '\(id)' d.\(MigrationShell.counter) = 7 distribution.update(d)"
        )
        let result = try await migration.migrate("rollback", "1", "--yes")
        #expect(result.status == 5, "\(result.output)\(result.errors)")
        #expect(result.output.contains("          1   in conflict\n"))
        try await expectStatus(5, verdict: "conflicts", migration)
        try await #expect(migration.counts() == [0: 19, 7: 1], "the other's value stands")
        let explained = try await migration.migrate("explain", "2", id)
        #expect(explained.output.contains("conflict"), "\(explained.output)")
    }

    @Test func sixWhenVerifyIsNotSatisfied() async throws {
        let migration = try await MigrationShell(recordCount: 20)
        try write(migration, members: "verify = function(after, before) return false end,")
        let result = try await migration.migrate("run", Self.file, "--yes")
        #expect(result.status == 6, "\(result.output)\(result.errors)")
        try await expectStatus(6, verdict: "mismatch", migration)
        try await #expect(migration.counts() == [1: 1, 0: 19], "the first record is the last")
    }

    @Test func sixWhenTheServiceHasSomethingElseLater() async throws {
        let migration = try await MigrationShell(recordCount: 10)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        let id = try await migration.ids()[3]
        try await migration.change(
            "local d = distribution.get '\(id)' d.\(MigrationShell.counter) = 9 distribution.update(d)"
        )
        let result = try await migration.migrate("verify", "1")
        #expect(result.status == 6)
        #expect(result.errors == "distsh: 9 records as sent, 1 record not\n")
        let explained = try await migration.migrate("explain", "1", id)
        #expect(explained.output.contains("it holds something else in /x_count"), "\(explained.output)")
    }

    @Test func threeWhenARecordCannotBeVerified() async throws {
        var migration = try await MigrationShell(recordCount: 3)
        let socket = migration.shell.path("s.sock")
        let words = ["serve", "--store", "records.db", "--unix-socket", socket]
        let server = try migration.shell.start(words, input: .open)
        try await server.wait { $0.errorsSoFar.contains("serving") }
        let answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}"
        try await RecordingServer.with(answer: answer) { refusing in
            migration.target = ["--url", refusing.url, "--unix-socket", socket]
            #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
            // The same URL, where another answers now.
            migration.target = ["--url", refusing.url]
            let result = try await migration.migrate("verify", "1", "--quiet", "--json")
            #expect(result.status == 3)
            #expect(result.errors.isEmpty, "\(result.errors)")
            let document = try JSONDocument(parsing: result.outputBytes.dropLast())
            #expect(document.root["verification"]?["unverified"]?.int64 == 3)
            #expect(document.root["exit_status"]?.int64 == 3)
            let next = document.root["next"]?.elements.compactMap(\.string).first ?? ""
            #expect(next.hasPrefix("distsh migrate verify 1"), "\(next)")
        }
        server.send(SIGTERM)
        _ = await server.finish()
    }

    @Test func twoWhenAPurgeIsRefusedForItsRollback() async throws {
        let migration = try await MigrationShell(recordCount: 20)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        try await migration.stopped(["rollback", "1", "--yes"])
        for words in [["purge", "1"], ["purge", "1", "--force"]] {
            let purged = try await migration.shell.run(["migrate"] + words)
            #expect(purged.status == 2)
            let told = "run 2 takes run 1 back and is not finished: resume it, or purge it first, with --force"
            #expect(purged.errors == "distsh: \(told)\n")
        }
        #expect(try await migration.migrate("set", "2", "rate=none").status == 0)
        #expect(try await migration.migrate("resume", "2").status == 0)
        try await #expect(migration.counts() == [0: 20])
        #expect(try await migration.migrate("purge", "1").status == 0)
    }

    @Test func sevenWhenTheTimeIsOver() async throws {
        let migration = try await MigrationShell(recordCount: 50)
        let result = try await migration.migrate("run", Self.file, "--yes", "--rate", "0.1", "--max-time", "5s")
        #expect(result.status == 7, "\(result.output)\(result.errors)")
        #expect(result.output.contains("  stopped: the time limit is over (exit status 7)\n"), "\(result.output)")
        #expect(result.output.contains("next: distsh migrate resume 1 --store /"), "\(result.output)")
        try await expectStatus(7, verdict: "stopped", migration)
        #expect(try await migration.migrate("set", "1", "rate=none").status == 0)
        #expect(try await migration.migrate("resume", "1").status == 0)
        try await #expect(migration.counts() == [1: 50])
    }

    @Test(arguments: [["run", "--yes"], ["plan"]])
    func sevenWhenTheTimeIsOverWhileTheInputIsRead(_ words: [String]) async throws {
        let migration = try await MigrationShell(recordCount: 1)
        try migration.writeEndless()
        let limit = ["--max-time", "300ms"]
        let result = try await migration.shell.run(["migrate"] + words + [Self.file] + migration.target + limit)
        #expect(result.status == 7, "\(result.output)\(result.errors)")
        #expect(result.errors == "distsh: the time limit is over; nothing was changed\n")
        try await expectNoRun(migration)
    }

    @Test(arguments: [["run", "--yes"], ["plan"], ["check"]])
    func sevenWhenTheTimeIsOverAndNoInputHasCome(_ words: [String]) async throws {
        let migration = try await MigrationShell(recordCount: 1)
        let text = MigrationShell.countingUp(select: "input.lines '-'")
        try migration.shell.write(text, to: Self.file)
        let arguments = ["migrate"] + words + [Self.file] + migration.target + ["--max-time", "300ms"]
        let result = try await migration.shell.run(arguments, input: .open)
        #expect(result.status == 7, "\(result.output)\(result.errors)")
        #expect(result.errors.contains("distsh: the time limit is over"), "\(result.errors)")
        try await expectNoRun(migration)
    }

    @Test func sevenWhenTheTimeOfAVerificationIsOver() async throws {
        let migration = try await MigrationShell(recordCount: 20)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        let result = try await migration.migrate("verify", "1", "--rate", "1", "--max-time", "1s")
        #expect(result.status == 7, "\(result.output)\(result.errors)")
        #expect(result.errors.hasSuffix("distsh: the time limit is over; nothing was changed\n"), "\(result.errors)")
        try await expectStatus(0, verdict: "done", migration)
    }

    @Test func sevenWhenItIsPausedAfterItWasStopped() async throws {
        let migration = try await MigrationShell(recordCount: 50)
        try await migration.stopped()
        let paused = try await migration.migrate("pause", "1")
        let words = "distsh: run 1 is paused; no process works on it: distsh migrate resume 1 --store /"
        #expect(paused.errors.hasPrefix(words), "\(paused.errors)")
        #expect(paused.errors.hasSuffix("/records.db goes on\n"), "\(paused.errors)")
        let status = try await migration.migrate("status")
        #expect(status.status == 7)
        #expect(status.output.contains("control: paused, "), "\(status.output)")
    }

    @Test func aHundredAndThirtyWhenItIsInterrupted() async throws {
        let migration = try await MigrationShell(recordCount: 200)
        let process = try migration.start("run", Self.file, "--yes", "--rate", "5")
        try await migration.waitForStatus { $0.appliedCount > 0 }
        process.send(SIGINT)
        let result = await process.finish()
        #expect(result.status == 130)
        #expect(result.output.contains("stopped: it was asked to stop (exit status 130)"), "\(result.output)")
        #expect(result.errors.contains("; distsh migrate resume 1 --store /"), "\(result.errors)")
        try await expectStatus(7, verdict: "stopped", migration)
        #expect(try await migration.migrate("set", "1", "rate=none").status == 0)
        #expect(try await migration.migrate("resume", "1").status == 0)
        try await #expect(migration.counts() == [1: 200])
    }
}
