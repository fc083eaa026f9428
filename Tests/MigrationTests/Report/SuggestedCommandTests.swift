import Testing

@testable import Migration

@Suite("Commands to type next")
struct SuggestedCommandTests {
    private static let run = RunFixtures.run(.stopped)

    @Test("carry the options that lead to the same journal and records")
    func options() {
        let commands = SuggestedCommand(
            journal: "my journal.sqlite",
            connection: [("--ca-file", "ca.pem")],
            target: .always
        )
        #expect(
            commands.resume(Self.run)
                == "distsh migrate resume 12 --journal 'my journal.sqlite' --ca-file ca.pem --url http://localhost:1000"
        )
        #expect(commands.report(Self.run) == "distsh migrate report 12 --journal 'my journal.sqlite'")
        #expect(
            commands.run(file: "a b.lua", plan: "p.json", target: "/tmp/it's.db", repeatsApplied: true)
                == "distsh migrate run 'a b.lua' --plan p.json --again --journal 'my journal.sqlite' --ca-file ca.pem "
                + #"--store '/tmp/it'\''s.db'"#
        )
        #expect(
            commands.plan(file: "my m.lua", out: "p q.json", target: "/tmp/a.db")
                == "distsh migrate plan 'my m.lua' --out 'p q.json' --journal 'my journal.sqlite' --ca-file ca.pem "
                + "--store /tmp/a.db"
        )
        let file = "'my m.lua'"
        let records = "--ca-file ca.pem --store /tmp/a.db"
        #expect(commands.check(file: "my m.lua", target: "/tmp/a.db") == "distsh migrate check \(file) \(records)")
        let journal = "--journal 'my journal.sqlite'"
        #expect(
            commands.run(file: "my m.lua", target: "/tmp/a.db") == "distsh migrate run \(file) \(journal) \(records)"
        )
        #expect(commands.list == "distsh migrate list \(journal)")
        #expect(commands.latestStatus == "distsh migrate status \(journal)")
        #expect(SuggestedCommand().plan(file: "m.lua", target: nil) == "distsh migrate plan m.lua")
    }

    @Test("do not name what the environment names")
    func environment() {
        let same = SuggestedCommand(journal: nil, connection: [], target: .unless("http://localhost:1000"))
        #expect(same.resume(Self.run) == "distsh migrate resume 12")
        let other = SuggestedCommand(journal: nil, connection: [], target: .unless("/tmp/a.db"))
        #expect(other.resume(Self.run) == "distsh migrate resume 12 --url http://localhost:1000")
    }

    @Test("do not name a store in memory")
    func memory() {
        var run = Self.run
        run.description.target = "sample:50#7f3a9c21"
        #expect(SuggestedCommand(journal: nil, connection: [], target: .always).report(run).hasSuffix("report 12"))
        #expect(SuggestedCommand(journal: nil, connection: [], target: .always).resume(run).hasSuffix("resume 12"))
    }

    @Test("are in the status, the report and the life of a record")
    func everywhere() throws {
        let commands = SuggestedCommand(journal: "j", connection: [], target: .never)
        var journal = RunFixtures.journal(Self.run)
        let id = RunFixtures.id(17)
        journal.lives[id] = RecordLife(sequence: 17, id: id, input: nil, events: [])
        let status = try RunStatus(
            reading: journal,
            run: Self.run.id,
            holder: nil,
            now: RunFixtures.start,
            commands: commands
        )
        #expect(status.nextCommands == ["distsh migrate resume 12 --journal j"])
        let story = try RecordStory(reading: journal, run: Self.run.id, id: id, commands: commands)
        #expect(story?.nextCommands == ["distsh migrate resume 12 --journal j"])
        let model = try ReportModel(
            reading: journal,
            run: Self.run.id,
            holder: nil,
            now: RunFixtures.start,
            commands: commands
        )
        #expect(MarkdownReport.text(of: model).contains("\ndistsh migrate rollback 12 --journal j\n"))
    }
}
