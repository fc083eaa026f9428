import Foundation
import TestSupport
import Testing

/// The options that every command takes, where a migration is to be dry, or has no use for them.
@Suite("Options of every command at migrations", .serialized, .timeLimit(.minutes(4)))
struct MigrationHostOptionTests {
    private static let file = MigrationShell.file

    // MARK: Dryness

    private static let changingCommands = [
        ["run", file, "--yes", "--new"], ["resume", "1"], ["retry", "1"], ["rollback", "1", "--yes"],
        ["purge", "1", "--force"], ["pause", "1"], ["set", "1", "rate=2"], ["new", "other"],
    ]

    @Test(arguments: [
        ("--dry-run", "--dry-run: this command has no dry form; "),
        ("--read-only", "--read-only refuses every write, and this command has to write\n"),
    ])
    func whatChangesAnythingIsRefused(option: String, refusal: String) async throws {
        let migration = try await MigrationShell(recordCount: 3)
        try await migration.stopped()
        let before = try contents(of: migration.shell.folder)
        for words in Self.changingCommands {
            let result = try await migration.shell.run(["migrate"] + words + migration.target + [option])
            #expect(result.status == 2, "\(words)")
            #expect(result.errors.hasPrefix("distsh: \(refusal)"), "\(words): \(result.errors)")
            #expect(!result.errors.contains("dry run: "), "\(words): \(result.errors)")
            #expect(result.output.isEmpty, "\(words): \(result.output)")
            #expect(try contents(of: migration.shell.folder) == before, "\(words)")
        }
    }

    /// Every file in a folder, with the bytes of each.
    private func contents(of folder: String) throws -> [String: Data] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return paths.reduce(into: [:]) { $0[$1] = FileManager.default.contents(atPath: "\(folder)/\($1)") }
    }

    @Test(arguments: ["--dry-run", "--read-only"])
    func aPlanIsDryByItself(_ option: String) async throws {
        let migration = try await MigrationShell(recordCount: 3)
        let planned = try await migration.migrate("plan", Self.file, option)
        #expect(planned.status == 0)
        #expect(planned.errors.isEmpty, "\(planned.errors)")
        let ran = try await migration.migrate("run", Self.file, "--plan", "count-up.plan.json", "--yes")
        #expect(ran.status == 0, "\(ran.errors)")
        try await #expect(migration.counts() == [1: 3])
        let verified = try await migration.migrate("verify", "1", option)
        #expect(verified.errors == "distsh: 3 records as sent\n")
    }

    // MARK: Options without a use

    @Test(arguments: [
        (["--sandbox"], "--sandbox does nothing for migrations: "),
        (["--memory-limit", "64M"], "--memory-limit does not hold for migrations: give limits.memory "),
        (["--workers", "2"], "--workers does nothing for migrations: give limits.concurrency "),
        (["--history", "h.db"], "--history keeps nothing of migrations: distsh migrate rollback "),
        (["--plan", "p.json", "--dry-run"], "--plan goes with distsh migrate run: distsh migrate plan --out FILE "),
    ])
    func whatWouldDoNothingIsRefused(options: [String], refusal: String) async throws {
        let migration = try await MigrationShell(recordCount: 1)
        for words in [["check", Self.file], ["plan", Self.file], ["status"], ["new", "other"]] {
            let result = try await migration.shell.run(["migrate"] + words + migration.target + options)
            #expect(result.status == 2, "\(words)")
            #expect(result.errors.hasPrefix("distsh: \(refusal)"), "\(words): \(result.errors)")
            #expect(result.errors.hasSuffix("see: distsh migrate \(words[0]) --help\n"), "\(result.errors)")
        }
        for name in ["h.db", "p.json", "other.lua"] {
            #expect(!FileManager.default.fileExists(atPath: migration.shell.path(name)), "\(name)")
        }
    }

    @Test func aHistoryOfAProfileKeepsNoMigration() async throws {
        let migration = try await MigrationShell(recordCount: 3)
        let folder = migration.shell.path(".config/distsh")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let profile = "profile 'work' { store = 'records.db', history = 'h.db' }\n"
        try migration.shell.write(profile, to: ".config/distsh/init.lua")
        let words = ["migrate", "run", Self.file, "--yes", "--profile", "work"]
        #expect(try await migration.shell.run(words).status == 0)
        #expect(try await migration.shell.run(words + ["--again", "--history", "none"]).status == 0)
        try await #expect(migration.counts() == [2: 3])
        #expect(!FileManager.default.fileExists(atPath: migration.shell.path("h.db")))
    }
}
