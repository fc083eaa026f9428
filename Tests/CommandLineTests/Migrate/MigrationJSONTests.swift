import JSONDocument
import TestSupport
import Testing

/// What the commands print with `--json`.
@Suite("Migration commands with --json", .serialized, .timeLimit(.minutes(4)))
struct MigrationJSONTests {
    private static let status = [
        "run", "kind", "migration", "target", "state", "stop_kind", "stop_reason", "created_at", "ended_at",
        "script_sha256",
        "input_sha256", "plan_sha256", "approved_by", "engine_version", "duplicate_count", "control", "holder",
        "records", "records_per_second", "seconds_left", "verification", "verdict", "exit_status", "next",
    ]

    @Test func hasTheDocumentedMembers() async throws {
        let migration = try await MigrationShell(recordCount: 5)
        let file = MigrationShell.file
        try await expect(["sample_count", "level", "microseconds_per_record", "findings"]) {
            try await migration.json("check", file)
        }
        try await expect(["migration", "shapes"]) { try await migration.json("plan", file) }
        try await expect(Self.status) { try await migration.json("run", file, "--yes") }
        try await expect(Self.status) { try await migration.json("status", "1") }
        try await expect(Self.status) { try await migration.json("verify", "1") }
        try await expect(Self.status) { try await migration.json("report", "1") }
        try await expect(["run", "kind", "records", "verdict"]) { try await migration.json("list") }
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
