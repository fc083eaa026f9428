import Foundation
import TestSupport
import Testing

/// Help texts, word for word. `RECORD_GOLDEN_FILES=1` writes them anew.
@Suite("Help", .timeLimit(.minutes(4)))
struct HelpTests {
    private static let commands = [
        "get", "update", "list", "create", "delete", "import", "export", "diff", "undo", "sample", "serve", "doctor",
        "run", "migrate",
    ]
    private static let migrateCommands = [
        "new", "check", "plan", "run", "resume", "pause", "set", "status", "retry", "verify", "rollback", "explain",
        "report", "list", "purge", "selftest",
    ].map { "migrate \($0)" }
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Golden/Help")

    @Test(arguments: ["distsh"] + Self.commands + Self.migrateCommands)
    func isAsRecorded(_ command: String) async throws {
        let arguments = (command == "distsh" ? [] : Self.words(command)) + ["--help"]
        let result = try await Shell().run(arguments, environment: ["COLUMNS": "100"])
        #expect(result.status == 0)
        #expect(result.errors.isEmpty)
        let file = Self.folder.appendingPathComponent("\(command.replacing(" ", with: "-")).txt")
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN_FILES"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(result.outputBytes).write(to: file)
        }
        #expect(result.output == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    @Test(arguments: Self.commands + Self.migrateCommands)
    func helpOfACommandIsTheSameBothWays(_ command: String) async throws {
        let shell = Shell()
        let asOption = try await shell.run(Self.words(command) + ["--help"])
        let asCommand = try await shell.run(["help"] + Self.words(command))
        #expect(asOption.output == asCommand.output)
        #expect(command == "migrate" || asOption.output.contains("EXAMPLES"))
    }

    /// Lines of examples are as they were written: none of them is broken.
    @Test(arguments: ["migrate"] + Self.migrateCommands)
    func fitsEightyColumns(_ command: String) async throws {
        let result = try await Shell().run(Self.words(command) + ["--help"], environment: ["COLUMNS": "80"])
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 80 })
        let examples = lines.drop { $0 != "EXAMPLES" }.dropFirst().prefix { !$0.isEmpty }
        #expect(examples.allSatisfy { $0.hasPrefix("  distsh migrate ") }, "\(result.output)")
    }

    private static func words(_ command: String) -> [String] { command.split(separator: " ").map(String.init) }

    @Test func theRootHasTheTableOfExitCodes() async throws {
        let result = try await Shell().run("--help")
        for line in [
            "0    done", "2    usage", "3    finished with failures", "8    could not connect", "130    interrupted",
        ] {
            #expect(result.output.contains(line))
        }
    }
}
