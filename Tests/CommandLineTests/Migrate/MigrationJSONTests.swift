import Glibc
import JSONDocument
import TestSupport
import Testing

/// What the commands print with `--json`.
@Suite("Migration commands with --json", .serialized, .timeLimit(.minutes(4)))
struct MigrationJSONTests {
    private static let check = [
        "sample_count", "refused_count", "unread_count", "level", "microseconds_per_record", "findings",
    ]

    private static let status = [
        "run", "kind", "migration", "target", "state", "stop_kind", "stop_reason", "created_at", "ended_at",
        "script_sha256",
        "input_sha256", "plan_sha256", "approved_by", "engine_version", "duplicate_count", "control", "holder",
        "records", "records_per_second", "seconds_left", "verification", "taken_back_by", "verdict", "exit_status",
        "next",
    ]

    @Test func hasTheDocumentedMembers() async throws {
        let migration = try await MigrationShell(recordCount: 5)
        let file = MigrationShell.file
        try await expect(Self.check) { try await migration.json("check", file) }
        try await expect(["migration", "shapes"]) { try await migration.json("plan", file) }
        try await expect(Self.status) { try await migration.json("run", file, "--yes") }
        try await expect(Self.status) { try await migration.json("status", "1") }
        try await expect(Self.status) { try await migration.json("verify", "1") }
        try await expect(Self.status + ["problems", "skips"]) { try await migration.json("report", "1") }
        try await expect(["run", "kind", "records", "taken_back_by", "verdict"]) { try await migration.json("list") }
        let id = try await migration.ids()[0]
        try await expect(["run", "migration", "id", "number", "steps", "now", "next"]) {
            try await migration.json("explain", "1", id)
        }
        try await expect(Self.status + ["rollback_of"]) { try await migration.json("rollback", "1", "--yes") }
    }

    private func expect(_ members: [String], of document: () async throws -> JSONDocument) async throws {
        let found = try await document()
        for member in members { #expect(found.root[member] != nil, "\(member) is not in \(found.bytes.text)") }
    }

    @Test(arguments: ["distribution.list", "input.lines 'none.txt'", "input.lines 'unknown.txt'"])
    func aCheckThatTriesNothingPrintsJSON(_ selection: String) async throws {
        let migration = try await MigrationShell(recordCount: 1)
        try migration.shell.write("", to: "none.txt")
        try migration.shell.write("\(Samples.unknownID)\n", to: "unknown.txt")
        let text = MigrationShell.countingUp(select: selection)
        try migration.shell.write(text, to: MigrationShell.file)
        let isUnknown = selection.contains("unknown")
        let count = selection.hasPrefix("distribution") ? "0" : "100"
        let result = try await migration.migrate("check", MigrationShell.file, "--json", "--sample", count)
        #expect(result.status == (isUnknown ? 1 : 0))
        let document = try JSONDocument(parsing: result.outputBytes.dropLast())
        for member in Self.check + ["message"] { #expect(document.root[member] != nil, "\(result.output)") }
        #expect(document.root["level"]?.string == (isUnknown ? "error" : "ok"))
        #expect(document.root["sample_count"]?.int64 == 0)
        #expect(result.errors.isEmpty != isUnknown, "\(result.errors)")
        guard isUnknown else { return }
        let error = try JSONDocument(parsing: Array(result.errors.utf8.dropLast()))
        #expect(error.root["error"]?.string == document.root["message"]?.string)
    }

    @Test func noWordsStandBesideJSON() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        let file = MigrationShell.file
        for words in [["check", file], ["plan", file], ["run", file, "--yes"], ["verify", "1"], ["retry", "1"]] {
            let result = try await migration.shell.run(["migrate"] + words + migration.target + ["--json"])
            #expect(result.errors.isEmpty, "\(words): \(result.errors)")
            #expect((try? JSONDocument(parsing: result.outputBytes.dropLast())) != nil, "\(words): \(result.output)")
        }
        let text = MigrationShell.countingUp(name: "failing").replacing(
            "distribution.list",
            with: "function() error('no') end"
        )
        try migration.shell.write(text, to: file)
        let result = try await migration.migrate("check", file, "--json")
        #expect(result.status == 1)
        let document = try JSONDocument(parsing: Array(result.errors.utf8.dropLast()))
        #expect(document.root["error"] != nil, "\(result.errors)")
    }

    @Test func aDryRunHasNoWordsBesideJSON() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        let file = MigrationShell.file
        #expect(try await migration.migrate("run", file, "--yes").status == 0)
        for words in [["check", file], ["plan", file], ["verify", "1"]] {
            let result = try await migration.shell.run(
                ["migrate"] + words + migration.target + ["--dry-run", "--json"]
            )
            #expect(result.errors.isEmpty, "\(words): \(result.errors)")
            expectJSON(result)
        }
    }

    // MARK: An end before the end

    private static let interrupted = #"{"error":"interrupted; nothing was changed"}"# + "\n"
    private static let timeIsOver = #"{"error":"the time limit is over; nothing was changed"}"# + "\n"

    /// Each line is a value, on both outputs.
    private func expectJSON(_ result: RunningProcess.Result) {
        for line in (result.output + result.errors).split(separator: "\n") {
            #expect((try? JSONDocument(parsing: Array(line.utf8))) != nil, "\(line)")
        }
    }

    @Test func theEndOfTheTimeIsJSON() async throws {
        let migration = try await MigrationShell(recordCount: 1)
        try migration.writeEndless()
        let result = try await migration.migrate("plan", MigrationShell.file, "--json", "--max-time", "300ms")
        #expect(result.status == 7)
        #expect(result.errors == Self.timeIsOver)
        #expect(result.outputBytes.isEmpty)
    }

    @Test func ctrlCWhileTheInputIsReadIsJSON() async throws {
        let migration = try await MigrationShell(recordCount: 1)
        try migration.writeEndless()
        let process = try migration.start("run", MigrationShell.file, "--yes", "--json")
        try await migration.waitForStatus { $0.root["state"]?.string == "freezing" }
        process.send(SIGINT)
        let result = await process.finish()
        #expect(result.status == 130)
        #expect(result.errors == Self.interrupted)
        #expect(result.outputBytes.isEmpty)
    }

    @Test func ctrlCInARunIsJSON() async throws {
        let migration = try await MigrationShell(recordCount: 200)
        let process = try migration.start("run", MigrationShell.file, "--yes", "--rate", "5", "--json")
        try await migration.waitForStatus { $0.appliedCount > 0 }
        process.send(SIGINT)
        let result = await process.finish()
        #expect(result.status == 130)
        #expect(result.errors.isEmpty, "\(result.errors)")
        expectJSON(result)
        let status = try JSONDocument(parsing: result.outputBytes.dropLast())
        #expect(status.root["exit_status"]?.int64 == 130)
    }

    @Test func ctrlCInAPlanAndAVerificationIsJSON() async throws {
        var migration = try await MigrationShell(recordCount: 1)
        let file = MigrationShell.file
        let id = try await migration.ids()[0]
        try migration.shell.write("\(id)\n", to: "ids.txt")
        let text = MigrationShell.countingUp(select: "input.lines 'ids.txt'")
        try migration.shell.write(text, to: file)
        let socket = migration.shell.path("s.sock")
        let words = ["serve", "--store", "records.db", "--unix-socket", socket]
        let service = try migration.shell.start(words, input: .open)
        try await service.wait { $0.errorsSoFar.contains("serving") }
        try await RawHTTPServer.with(script: { _ in [.waitForRelease] }) { silent in
            migration.target = ["--url", silent.url, "--unix-socket", socket]
            #expect(try await migration.migrate("run", file, "--yes").status == 0)
            // The same URL, where nobody answers.
            migration.target = ["--url", silent.url]
            for words in [["plan", file, "--again"], ["verify", "1"]] {
                let count = silent.requests.count
                let process = try migration.shell.start(["migrate"] + words + migration.target + ["--json"])
                await silent.wait { $0.requests.count > count }
                process.send(SIGINT)
                let result = await process.finish()
                #expect(result.status == 130, "\(words)")
                #expect(result.errors == Self.interrupted, "\(words)")
                #expect(result.outputBytes.isEmpty, "\(words)")
            }
        }
        service.send(SIGTERM)
        _ = await service.finish()
    }

    @Test func errorsOfUsageAreJSON() async throws {
        let migration = try await MigrationShell(recordCount: 1)
        let result = try await migration.migrate("check", "none.lua", "--json")
        #expect(result.status == 2)
        let document = try JSONDocument(parsing: Array(result.errors.utf8.dropLast()))
        #expect(document.root["error"]?.string?.hasPrefix("cannot open none.lua: ") == true, "\(result.errors)")
    }

    @Test(arguments: [
        ["migrate", "plan", "file.lua", "--sampel", "3", "--json"], ["migrate", "--json", "plam", "file.lua"],
        ["migrate", "run", "--json"], ["--json", "migrate", "set", "1", "rate=quick"],
        ["get", "--json", "--url", "nowhere"], ["--json", "--no-such-option"], ["--json", "no-such-file.lua"],
    ])
    func errorsOfOptionsAreJSON(_ words: [String]) async throws {
        let result = try await Shell().run(words)
        #expect(result.status == (words.last == "no-such-file.lua" ? 1 : 2), "\(result.errors)")
        #expect(result.outputBytes.isEmpty)
        let document = try JSONDocument(parsing: Array(result.errors.utf8.dropLast()))
        #expect(document.root["error"]?.string?.isEmpty == false, "\(result.errors)")
    }

    // A sanitizer makes it many times slower.
    @Test(.enabled(if: !Shell.isSanitized))
    func theSelftestPrintsItsCounts() async throws {
        let result = try await Shell().run("migrate", "selftest", "--kill9", "3", "--records", "50", "--json")
        #expect(result.status == 0, "\(result.errors)")
        let document = try JSONDocument(parsing: result.outputBytes.dropLast())
        #expect(document.root["verdict"]?.string == "passed")
        #expect(document.root["kills"]?.int64 == 3)
        #expect(document.root["records"]?.int64 == 50)
        for member in ["killed_while", "rounds", "recovered", "seed", "problems"] {
            #expect(document.root[member] != nil, "\(result.output)")
        }
    }

    @Test func theCountsAddUp() async throws {
        let migration = try await MigrationShell(recordCount: 12)
        let status = try await migration.json("run", MigrationShell.file, "--yes")
        #expect(status.count("total") == 12)
        #expect(status.appliedCount == 12)
        #expect(status.count("pending") == 0)
        #expect(status.root["verdict"]?.string == "done")
        #expect(status.root["exit_status"]?.int64 == 0)
    }
}

extension [UInt8] {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
