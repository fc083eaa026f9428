import Foundation
import JSONDocument
import TestSupport
import Testing

/// Command lines and files of migrations that cannot be carried out: what is said, and that nothing is changed.
@Suite("Bad input of migrations", .serialized, .timeLimit(.minutes(4)))
struct MigrationBadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// The words after `migrate`.
        let words: [String]
        let status: Int32
        /// What standard error must have.
        let errors: [String]
        /// A file of the test's own.
        var name = "m.lua"
        var text = ""

        var testDescription: String { "\(words.joined(separator: " ")): \(errors[0])" }
    }

    @Test(arguments: Self.files + Self.input + Self.values)
    func isToldAndNothingIsChanged(_ wanted: Case) async throws {
        let migration = try await MigrationShell(recordCount: 3)
        try migration.shell.write(wanted.text, to: wanted.name)
        let result = try await migration.shell.run(["migrate"] + wanted.words + migration.target)
        try await expect(result, wanted.status, wanted.errors, migration)
    }

    @Test(arguments: Self.afterARun)
    func isToldBesideARun(_ wanted: Case) async throws {
        let migration = try await MigrationShell(recordCount: 3)
        try await migration.stopped()
        let before = try await migration.counts()
        let result = try await migration.shell.run(["migrate"] + wanted.words + migration.target)
        #expect(result.status == wanted.status, "\(result.errors)")
        for text in wanted.errors { #expect(result.errors.contains(text), "\(result.errors)") }
        try await #expect(migration.counts() == before)
    }

    private func expect(
        _ result: RunningProcess.Result,
        _ status: Int32,
        _ errors: [String],
        _ migration: MigrationShell
    ) async throws {
        #expect(result.status == status, "\(result.errors)")
        for text in errors { #expect(result.errors.contains(text), "\(result.errors)") }
        #expect(result.output.isEmpty)
        try await #expect(migration.counts() == [0: 3])
    }

    private static func description(_ members: String) -> String { "return migration { name = 'm', \(members) }" }

    /// Longer than a file's name may be, so that nobody can look whether there is such a file.
    private static let longName = String(repeating: "j", count: 300)

    private static let up = "up = function(d) d.x = 1 return d end"

    private static let files: [Case] = ["check", "plan", "run --yes"].flatMap { command in
        let words = command.split(separator: " ").map(String.init)
        return [
            Case(words: words + ["none.lua"], status: 2, errors: ["cannot open none.lua: No such file or directory"]),
            Case(
                words: words + ["m.lua"],
                status: 1,
                errors: ["m.lua:1: unexpected symbol"],
                text: "return migration {"
            ),
            Case(
                words: words + ["m.lua"],
                status: 1,
                errors: [#"m.lua:1: unknown field "selct": did you mean "select"?"#],
                text: description("selct = distribution.list, \(up)")
            ),
            Case(
                words: words + ["m.lua"],
                status: 1,
                errors: ["ids.txt"],
                text: description("select = input.lines 'ids.txt', \(up)")
            ),
        ]
    }

    private static let input: [Case] = [
        Case(
            words: ["run", "--yes", "l.lua"],
            status: 1,
            errors: [#"l.lua:1: "--[[" is no id of a distribution"#],
            name: "l.lua",
            text: "--[[\n]] return migration { name = 'm', select = input.lines 'l.lua', \(up) }\n"
        ),
        Case(
            words: ["run", "--yes", "c.lua"],
            status: 1,
            errors: ["c.lua"],
            name: "c.lua",
            text: "return migration { name = 'm', select = input.csv('c.lua', { id = 'uuid' }), \(up) }\n"
        ),
    ]

    private static let values: [Case] = [
        Case(words: ["run"], status: 2, errors: ["<file>", "see: distsh migrate run --help"]),
        Case(words: ["set", "1"], status: 2, errors: ["<value>", "see: distsh migrate set --help"]),
        Case(words: ["run", "--rate", "0", "m.lua"], status: 2, errors: ["--rate: give a number of records a second"]),
        Case(
            words: ["rollback", "--rate", "0", "1"],
            status: 2,
            errors: ["--rate: give a number of records a second"]
        ),
        Case(words: ["rollback", "--rate", "inf", "1"], status: 2, errors: ["--rate: give a number"]),
        Case(words: ["rollback", "--rate", "nan", "1"], status: 2, errors: ["--rate: give a number"]),
        Case(words: ["rollback", "--rate=-1", "1"], status: 2, errors: ["--rate: give a number"]),
        Case(words: ["rollback", "--rate", "1000001", "1"], status: 2, errors: ["at most 1000000"]),
        Case(words: ["run", "--concurrency", "0", "m.lua"], status: 2, errors: ["from 1 to 4096"]),
        Case(words: ["run", "--max-errors", "200%", "m.lua"], status: 2, errors: ["no limit of errors", "25 or 1%"]),
        Case(words: ["run", "--durability", "maybe", "m.lua"], status: 2, errors: ["give power or process"]),
        Case(words: ["check", "--sample", "-1", "m.lua"], status: 2, errors: ["--sample"]),
        Case(words: ["new", "a/b"], status: 2, errors: [#""a/b" is no name"#]),
        Case(words: ["new", "."], status: 2, errors: [#""." is no name"#]),
        Case(words: ["new", ".lua"], status: 2, errors: [#"".lua" is no name"#]),
        Case(
            words: ["run", "--yes", "--plan", "none.json", MigrationShell.file],
            status: 2,
            errors: [
                "there is no plan none.json: distsh migrate plan count-up.lua --out none.json --store /", " makes one",
            ]
        ),
        Case(
            words: ["retry", "1", "--class", "nonsense"],
            status: 2,
            errors: [#"--class: "nonsense" is no class of failures: give one of timeout, network, "#]
        ),
        Case(words: ["purge", "x"], status: 2, errors: ["is no number of a run"]),
        Case(
            words: ["run", MigrationShell.file],
            status: 2,
            errors: ["there is nobody to ask for approval: give --yes"]
        ),
        Case(words: ["run", "none.lua"], status: 2, errors: ["cannot open none.lua: No such file or directory"]),
        Case(
            words: ["run", "--yes", "--dry-run", MigrationShell.file],
            status: 2,
            errors: ["this command has no dry form", "migrate plan"]
        ),
        Case(words: ["run", "--yes", "--read-only", MigrationShell.file], status: 2, errors: ["--read-only"]),
        Case(words: ["status"], status: 2, errors: ["there is no journal", "--journal"]),
        Case(words: ["status", "--journal", "none/j"], status: 2, errors: ["there is no journal none/j"]),
        Case(
            words: ["status", "--journal", "m.lua/j"],
            status: 2,
            errors: ["there is no journal m.lua/j"],
            text: "a file, not a folder"
        ),
        Case(
            words: ["status", "--journal", longName],
            status: 1,
            errors: ["cannot look for the journal \(longName): File name too long"]
        ),
        Case(
            words: ["plan", "--journal", longName, MigrationShell.file],
            status: 1,
            errors: ["cannot look for the journal \(longName): File name too long"]
        ),
        Case(words: ["rollback", "1"], status: 2, errors: ["there is no journal"]),
        Case(
            words: ["run", "--yes", "--journal", "none/j", MigrationShell.file],
            status: 1,
            errors: ["none/j", "the folder must exist"]
        ),
        Case(
            words: ["list", "--journal", "m.lua"],
            status: 1,
            errors: ["m.lua is not a SQLite database"],
            text: "junk"
        ),
        Case(
            words: ["lst"],
            status: 2,
            errors: ["there is no command migrate lst; did you mean list?", "see: distsh migrate --help"]
        ),
    ]

    private static let afterARun: [Case] = [
        Case(words: ["status", "9"], status: 2, errors: ["there is no run 9", "distsh migrate list"]),
        Case(words: ["resume", "9"], status: 2, errors: ["there is no run 9"]),
        Case(words: ["status", "x.lua"], status: 2, errors: ["give a migration's file or the number of a run"]),
        Case(
            words: ["report", "1", "--out", "x.html", "--json"],
            status: 2,
            errors: ["--out and --json exclude each other"]
        ),
        Case(words: ["set", "1", "rate=fast"], status: 2, errors: ["rate=fast: give a number of records a second"]),
        Case(words: ["set", "1", "rate=-1"], status: 2, errors: ["rate=-1: give"]),
        Case(words: ["set", "1", "rate=inf"], status: 2, errors: ["rate=inf: give"]),
        Case(words: ["set", "1", "rate=nan"], status: 2, errors: ["rate=nan: give"]),
        Case(words: ["resume", "1", "--accept-script-change"], status: 2, errors: ["name the migration's file"]),
        Case(words: ["retry", "1", "--accept-script-change"], status: 2, errors: ["name the migration's file"]),
        Case(words: ["resume", "1", "--max-errors", "x"], status: 2, errors: ["no limit of errors"]),
        Case(words: ["set", "1", "concurrency=0"], status: 2, errors: ["from 1 to 4096"]),
        Case(words: ["set", "1", "speed=1"], status: 2, errors: ["give rate=NUMBER or concurrency=COUNT"]),
        Case(words: ["set", "1", "rate"], status: 2, errors: ["\"rate\" cannot be set"]),
        Case(
            words: ["explain", "1", Samples.unknownID],
            status: 2,
            errors: ["run 1 has no record \(Samples.unknownID)"]
        ),
        Case(words: ["explain", Samples.unknownID], status: 2, errors: ["no run in this journal has a record"]),
        Case(words: ["explain", "1", "7f1c"], status: 2, errors: [#""7f1c" is no id of a distribution"#]),
        Case(words: ["explain"], status: 2, errors: ["<id>"]),
        Case(words: ["retry", "1"], status: 2, errors: ["is not finished: distsh migrate resume 1"]),
        Case(words: ["purge", "1"], status: 2, errors: ["run 1 is not finished", "--force"]),
        Case(words: ["resume", "1", "--dry-run"], status: 2, errors: ["this command has no dry form"]),
        Case(words: ["rollback", "9"], status: 2, errors: ["there is no run 9"]),
        Case(
            words: ["run", "--yes", MigrationShell.file],
            status: 2,
            errors: ["run 1 of count-up is not finished", "distsh migrate resume 1", "--new"]
        ),
    ]

    @Test func aRunOrPlanIsAdvisedWithItsOptions() async throws {
        let migration = try await MigrationShell(recordCount: 1)
        try migration.shell.write(MigrationShell.countingUp(), to: "my m.lua")
        let store = "--store \(migration.shell.folder)/records.db"
        let dry = try await migration.migrate("run", "my m.lua", "--yes", "--dry-run", "--journal", "j.sqlite")
        let plan = "distsh migrate plan 'my m.lua' --journal j.sqlite \(store) shows what it would do"
        #expect(dry.errors.contains(plan), "\(dry.errors)")
        let missing = try await migration.migrate("run", "my m.lua", "--yes", "--plan", "my plan.json")
        let making = "distsh migrate plan 'my m.lua' --out 'my plan.json' \(store) makes one"
        #expect(missing.errors.contains(making), "\(missing.errors)")
    }

    /// A command that is typed as it is told finds the same journal and records.
    @Test func whatIsToTypeHasTheOptionsThatWereGiven() async throws {
        let migration = try await MigrationShell(recordCount: 1)
        try migration.shell.write(MigrationShell.countingUp(name: "other"), to: "my m.lua")
        try #require(await migration.migrate("run", MigrationShell.file, "--yes", "--journal", "my j").status == 0)
        let store = "--store \(migration.shell.folder)/records.db"
        let cases = [
            (
                ["status", "my m.lua"],
                "no run of other is in this journal; begin one with: "
                    + "distsh migrate run 'my m.lua' --journal 'my j' \(store)"
            ),
            (
                ["status", "9"],
                "there is no run 9 in this journal; distsh migrate list --journal 'my j' shows those that are"
            ),
            (
                ["status", "none.lua"],
                "cannot open none.lua: No such file or directory; give a migration's file or "
                    + "the number of a run (distsh migrate list --journal 'my j')"
            ),
            (
                ["retry", "1", "--dry-run"],
                "--dry-run: this command has no dry form; leave --dry-run out, or look with distsh migrate status --journal 'my j'"
            ),
        ]
        for (words, told) in cases {
            let result = try await migration.shell.run(["migrate"] + words + migration.target + ["--journal", "my j"])
            #expect(result.status == 2)
            #expect(result.errors == "distsh: \(told)\n")
        }
        #expect(try await migration.migrate("purge", "1", "--journal", "my j").status == 0)
        let empty = try await migration.migrate("status", "--journal", "my j")
        let first = "distsh migrate run FILE --journal 'my j' \(store)"
        #expect(empty.errors == "distsh: this journal has no run yet: begin one with \(first)\n")
        let made = try await migration.migrate("new", "zed")
        #expect(made.errors == "distsh: wrote zed.lua; edit it, then: distsh migrate check zed.lua \(store)\n")
    }

    @Test func anOlderRunThatIsNotFinishedIsInTheWay() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        try await migration.stopped()
        #expect(try await migration.migrate("run", MigrationShell.file, "--yes", "--new").status == 0)
        let result = try await migration.migrate("run", MigrationShell.file, "--yes")
        #expect(result.status == 2)
        #expect(result.errors.contains("run 1 of count-up is not finished"), "\(result.errors)")
        #expect(try await migration.migrate("set", "1", "rate=none").status == 0)
        #expect(try await migration.migrate("resume", MigrationShell.file).status == 0)
        #expect(try await migration.migrate("run", MigrationShell.file, "--yes").status == 0)
    }

    @Test func anUnfinishedRunIsInTheWayOfARetry() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        try migration.shell.write(MigrationShell.countingUp(body: "error('not yet')"), to: MigrationShell.file)
        let first = try await migration.migrate("run", MigrationShell.file, "--yes", "--no-canary", "--max-errors", "3")
        #expect(first.status == 3, "\(first.output)\(first.errors)")
        try migration.shell.write(MigrationShell.countingUp(), to: MigrationShell.file)
        try await migration.stopped()
        let result = try await migration.migrate("retry", "1")
        #expect(result.status == 2)
        let words = "run 2 of count-up is not finished: go on with distsh migrate resume 2 --store "
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(result.errors.hasSuffix("/records.db, then retry run 1\n"), "\(result.errors)")
        try await #expect(migration.status(1).root["state"]?.string == "finished", "nothing was opened")
    }

    @Test func damagedOptionsOfARunAreToldInPlaceOfOthers() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        try await migration.stopped()
        let journal = URL(fileURLWithPath: migration.shell.path("state/distsh/migrations.sqlite"))
        var bytes = try Data(contentsOf: journal)
        let options = try #require(bytes.range(of: Data(#"{"canary":true"#.utf8)))
        bytes.replaceSubrange(options, with: Data(#"{"canary":trux"#.utf8))
        try bytes.write(to: journal)
        let result = try await migration.migrate("resume", "1")
        #expect(result.status != 0)
        #expect(result.errors.contains("the text of the options of run 1 is damaged"), "\(result.errors)")
        let counts = try await migration.counts()
        #expect((counts[0] ?? 0) + (counts[1] ?? 0) == 3 && (counts[0] ?? 0) > 0, "nothing went on: \(counts)")
    }

    @Test func aFileThatIsNotThereIsNoNumberOfARun() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        let result = try await migration.migrate("check", "none.lua")
        #expect(
            result.errors == "distsh: cannot open none.lua: No such file or directory; give a migration's file\n"
        )
    }

    @Test func idsThatComeTwiceAreToldAndCountOnce() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        let id = try await migration.ids()[0]
        try migration.shell.write("\(id)\n\(id)\n", to: "ids.txt")
        try migration.shell.write(
            MigrationShell.countingUp(select: "input.lines 'ids.txt'"),
            to: MigrationShell.file
        )
        let result = try await migration.migrate("run", MigrationShell.file, "--yes")
        #expect(result.status == 0)
        #expect(result.output.contains("1 id of the input came more than once; each counts once"), "\(result.output)")
        try await #expect(migration.counts() == [1: 1, 0: 2])
    }
}
