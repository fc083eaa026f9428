import JSONDocument
import TestSupport
import Testing

/// What a check says of the samples that it is tried on.
@Suite("Samples of checks", .serialized, .timeLimit(.minutes(4)))
struct MigrationCheckTests {
    private static let file = MigrationShell.file

    /// Writes a migration in place of the usual one.
    private func write(_ migration: MigrationShell, _ body: String) throws {
        try migration.shell.write(MigrationShell.countingUp(body: body), to: Self.file)
    }

    @Test func threeWhenASampleCannotBeRead() async throws {
        var migration = try await MigrationShell(recordCount: 1)
        let record = try await migration.shell.run("list", "--store", "records.db").output
        let ids = try await migration.ids() + [Samples.unknownID]
        try migration.shell.write(ids.joined(separator: "\n") + "\n", to: "ids.txt")
        let text = MigrationShell.countingUp(select: "input.lines 'ids.txt'")
        try migration.shell.write(text, to: Self.file)
        try await RawHTTPServer.with(script: { request in
            let isReadable = !request.target.contains(Samples.unknownID)
            return [.send(isReadable ? RawHTTPServer.answer(200, record) : RawHTTPServer.answer(400))]
        }) { server in
            migration.target = ["--url", server.url]
            let checked = try await migration.migrate("check", Self.file)
            #expect(checked.status == 3, "\(checked.output)\(checked.errors)")
            let finding = "  warning result: 1 record could not be read: "
            #expect(checked.output.contains(finding), "\(checked.output)")
            #expect(checked.output.hasSuffix(", e.g. \(Samples.unknownID)\n"), "\(checked.output)")
            let document = try await migration.json("check", Self.file)
            #expect(document.root["sample_count"]?.int64 == 1)
            #expect(document.root["unread_count"]?.int64 == 1)
            #expect(document.root["level"]?.string == "warning")
        }
    }

    @Test func aSampleThatIsGoneIsToldOf() async throws {
        let migration = try await MigrationShell(recordCount: 1)
        let ids = try await migration.ids() + [Samples.unknownID]
        try migration.shell.write(ids.joined(separator: "\n") + "\n", to: "ids.txt")
        let text = MigrationShell.countingUp(select: "input.lines 'ids.txt'")
        try migration.shell.write(text, to: Self.file)
        let checked = try await migration.migrate("check", Self.file)
        #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
        let finding = "  warning result: 1 record of the input does not exist, e.g. \(Samples.unknownID)\n"
        #expect(checked.output.hasSuffix(finding), "\(checked.output)")
    }

    @Test func threeWhenSomeSamplesAreRefused() async throws {
        let migration = try await MigrationShell(recordCount: 30)
        let id = try await migration.ids()[20]
        try write(migration, "if d.id == '\(id)' then error('not this one') end")
        let checked = try await migration.migrate("check", Self.file)
        #expect(checked.status == 3, "\(checked.output)\(checked.errors)")
        #expect(checked.output.contains("  warning result: 1 record refused: "), "\(checked.output)")
        try write(migration, "error('none of them')")
        #expect(try await migration.migrate("check", Self.file).status == 3)
        try write(migration, "d.x_address = tostring({})")
        #expect(try await migration.migrate("check", Self.file).status == 1)
    }
}
