import Glibc
import TestSupport
import Testing

/// A run with a plan does what was planned, and nothing else.
@Suite("Planned migrations", .serialized, .timeLimit(.minutes(4)))
struct MigrationPlanTests {
    private static let file = MigrationShell.file
    private static let plan = "count-up.plan.json"

    private func planned(recordCount: Int = 20) async throws -> MigrationShell {
        let migration = try await MigrationShell(recordCount: recordCount)
        let result = try await migration.migrate("plan", Self.file)
        try #require(result.status == 0, "\(result.errors)")
        return migration
    }

    private func expectRefusal(
        _ text: String,
        status: Int32 = 2,
        _ migration: MigrationShell,
        recordCount: Int = 20
    ) async throws {
        let result = try await migration.migrate("run", Self.file, "--plan", Self.plan, "--yes")
        #expect(result.status == status)
        #expect(result.errors.contains(text), "\(result.errors)")
        try await #expect(migration.counts() == [0: recordCount])
        let listed = try await migration.migrate("list")
        #expect(!listed.output.contains("count-up on"), "nothing of it is left: \(listed.output)")
    }

    @Test func aRecordOnWhichUpFailsIsRefused() async throws {
        let migration = try await planned()
        let id = try await migration.ids()[15]
        try await migration.change("local d = distribution.get '\(id)' d.x_count = 'many' distribution.update(d)")
        let result = try await migration.migrate(
            "run",
            Self.file,
            "--plan",
            Self.plan,
            "--yes",
            "--max-errors",
            "1"
        )
        #expect(result.status == 3, "\(result.output)\(result.errors)")
        let explained = try await migration.migrate("explain", id)
        #expect(explained.output.contains("refused before anything was sent (script"), "\(explained.output)")
        let report = try await migration.migrate("report", "1")
        #expect(report.output.contains("script"), "\(report.output)")
    }

    @Test func aChangeThatWasNotPlannedIsRefused() async throws {
        let migration = try await planned()
        let id = try await migration.ids()[15]
        try await migration.change("local d = distribution.get '\(id)' d.x_count = 4 distribution.update(d)")
        let result = try await migration.migrate(
            "run",
            Self.file,
            "--plan",
            Self.plan,
            "--yes",
            "--max-errors",
            "1"
        )
        #expect(result.status == 3, "\(result.output)\(result.errors)")
        let explained = try await migration.migrate("explain", id)
        #expect(explained.output.contains("unseenShape"), "\(explained.output)")
        try await #expect(migration.counts() == [1: 19, 4: 1])
    }

    @Test func isNotForAnotherFile() async throws {
        let migration = try await planned()
        try migration.shell.write(MigrationShell.countingUp(body: "-- another"), to: Self.file)
        try await expectRefusal("the migration file was changed after the plan was made", migration)
    }

    @Test func isNotForAnotherInput() async throws {
        let migration = try await planned()
        try #require(await migration.shell.run("sample", "21", "--store", "records.db").status == 0)
        try await expectRefusal("the input has 21 records now, the plan is for 20", migration, recordCount: 21)
    }

    /// What a row says is written into the record, so that it is a part of what was approved.
    @Test(arguments: [("rows.csv", "id,owner\nID,alice\n"), ("rows.jsonl", "{\"id\":\"ID\",\"owner\":\"alice\"}\n")])
    func isNotForAnotherRow(name: String, rows: String) async throws {
        let migration = try await MigrationShell(recordCount: 1)
        let text = rows.replacing("ID", with: try await migration.ids()[0])
        try migration.shell.write(text, to: name)
        let select = "input.\(name.split(separator: ".")[1]) '\(name)'"
        let file = MigrationShell.countingUp(select: select, body: "d.x_owner = row.owner")
        try migration.shell.write(file, to: Self.file)
        #expect(try await migration.migrate("plan", Self.file, "--out", Self.plan).status == 0)
        try migration.shell.write(text.replacing("alice", with: "mallory"), to: name)
        try await expectRefusal("the input has other ids, rows or another order", migration, recordCount: 1)
        try migration.shell.write(text, to: name)
        #expect(try await migration.migrate("run", Self.file, "--plan", Self.plan, "--yes").status == 0)
    }

    @Test func isNotForAnotherTarget() async throws {
        var migration = try await planned()
        try #require(await migration.shell.run("sample", "20", "--store", "other.db").status == 0)
        migration.target = ["--store", "other.db"]
        try await expectRefusal("records.db, not for ", migration)
    }

    @Test func isNotTakenWhenItWasTamperedWith() async throws {
        let migration = try await planned()
        let text = try migration.shell.read(Self.plan)
        try migration.shell.write(text.replacing("/x_count", with: "/y_count"), to: Self.plan)
        let words = "\(Self.plan): the plan was changed after it was written: "
        try await expectRefusal(words, status: 1, migration)
    }

    @Test func namesTheCommandThatCarriesItOut() async throws {
        let migration = try await planned()
        let words = "next: distsh migrate run count-up.lua --plan count-up.plan.json"
        let named = try await migration.migrate("plan", Self.file, "--journal", "my.sqlite")
        #expect(named.output.contains("\n\(words) --journal my.sqlite --store /"), "\(named.output)")
        let plain = try await migration.shell.run(
            ["migrate", "plan", Self.file],
            environment: ["DISTSH_STORE": "records.db"]
        )
        #expect(plain.output.hasSuffix("\n\(words)\n"), "\(plain.output)")
    }

    @Test(arguments: ["records.db", MigrationShell.file, "notes.md"])
    func doesNotTakeThePlaceOfAnotherFile(_ name: String) async throws {
        let migration = try await planned()
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        try migration.shell.write("# Run 1: notes of mine\n", to: "notes.md")
        for words in [["plan", Self.file], ["report", "1"]] {
            let result = try await migration.shell.run(["migrate"] + words + ["--out", name] + migration.target)
            #expect(result.status == 2)
            let problem = "\(name) is there already and is no earlier \(words[0]): give another name with --out"
            #expect(result.errors.contains(problem), "\(result.errors)")
        }
        #expect(try migration.shell.read("notes.md") == "# Run 1: notes of mine\n")
        #expect(try migration.shell.read(Self.file) == MigrationShell.countingUp())
        try await #expect(migration.counts() == [1: 20])
    }

    @Test func takesThePlaceOfAnEarlierOne() async throws {
        let migration = try await planned()
        #expect(try await migration.migrate("plan", Self.file).status == 0)
        #expect(try await migration.migrate("run", Self.file, "--yes").status == 0)
        for name in ["report.md", "report.html"] {
            for _ in 1...2 { #expect(try await migration.migrate("report", "1", "--out", name).status == 0) }
        }
        let shown = try await migration.migrate("report", "1", "--out", "/dev/stdout")
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(shown.output.hasPrefix("# Run 1: "), "\(shown.output)")
    }

    @Test func isNotTakenWhenItIsNone() async throws {
        let migration = try await planned()
        try migration.shell.write("{}", to: Self.plan)
        try await expectRefusal("\(Self.plan) is no plan: it has no \"format\"", status: 1, migration)
    }

    @Test(arguments: ["plan", "check"])
    func theTimeoutHoldsForEachRead(_ command: String) async throws {
        var migration = try await MigrationShell(recordCount: 1)
        try migration.shell.write("\(Samples.firstID)\n", to: "ids.txt")
        try migration.shell.write(
            "return migration { name = 'x', select = input.lines 'ids.txt', up = function(d) return d end }",
            to: "x.lua"
        )
        try await RecordingServer.with { server in
            migration.target = ["--url", server.url, "--timeout", "200ms"]
            let result = try await migration.migrate(command, "x.lua")
            #expect(result.status == 9, "\(result.output)\(result.errors)")
            #expect(result.errors.contains("no answer within 200 ms"), "\(result.errors)")
        }
    }

    @Test(arguments: ["plan", "check"])
    func readsKeepToTheRateOfTheFile(_ command: String) async throws {
        let migration = try await MigrationShell(recordCount: 5)
        let text = MigrationShell.countingUp(members: "limits = { rate = 2 },")
        try migration.shell.write(text, to: Self.file)
        let start = ContinuousClock.now
        let result = try await migration.migrate(command, Self.file)
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        // Five records are four times half a second apart, less what a late timer is forgiven.
        #expect(ContinuousClock.now - start > .milliseconds(1900))
    }

    @Test func ctrlCEndsAPlanAfterTheRecordThatItIsAt() async throws {
        let migration = try await MigrationShell(recordCount: 200)
        let limits = "limits = { instructions = 1000000000, time = '10s' },"
        let slow = "print('begun') local t = 0 for i = 1, 5000000 do t = t + i end"
        try migration.shell.write(MigrationShell.countingUp(members: limits, body: slow), to: Self.file)
        let process = try migration.start("plan", Self.file)
        try await process.wait { $0.errorsSoFar.contains("begun") }
        process.send(SIGINT)
        let result = await process.finish()
        #expect(result.status == 130, "\(result.errors)")
        let parts = result.errors.split(separator: "distsh: stopping\n")
        #expect(parts.count == 2, "\(result.errors)")
        #expect((parts.last ?? "").ranges(of: "begun").count <= 1, "\(result.errors)")
        #expect(result.errors.hasSuffix("distsh: interrupted; nothing was changed\n"), "\(result.errors)")
    }

    @Test(arguments: [["plan"], ["run", "--yes"]])
    func ctrlCEndsTheReadingOfTheInput(_ words: [String]) async throws {
        let migration = try await MigrationShell(recordCount: 1)
        let pipe = migration.shell.path("ids.pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        let text = MigrationShell.countingUp(select: "input.lines 'ids.pipe'")
        try migration.shell.write(text, to: Self.file)
        let process = try migration.shell.start(["migrate"] + words + [Self.file] + migration.target, input: .open)
        defer { process.send(SIGKILL) }
        // It can be opened when the program does so to read.
        let writing = try await Self.opened(pipe)
        process.send(SIGINT)
        try await process.wait { $0.errorsSoFar.contains("distsh: stopping: ") }
        let line = Array("\(Samples.unknownID)\n".utf8)
        // Nobody reads it when Ctrl-C came before the first read.
        _ = write(writing, line, line.count)
        close(writing)
        let result = await process.finish()
        #expect(result.status == 130, "\(result.errors)")
        #expect(result.errors.contains("the reading of the input ends with the next record"), "\(result.errors)")
        #expect(result.errors.hasSuffix("distsh: interrupted; nothing was changed\n"), "\(result.errors)")
    }

    /// Opens a pipe for writing when somebody reads it; the test's time limit bounds the wait.
    private static func opened(_ path: String) async throws -> Int32 {
        while true {
            let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            if descriptor >= 0 { return descriptor }
            try #require(errno == ENXIO)
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
