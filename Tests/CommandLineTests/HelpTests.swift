import Foundation
import TestSupport
import Testing

/// Help texts, word for word. `RECORD_GOLDEN_FILES=1` writes them anew.
@Suite("Help", .timeLimit(.minutes(1)))
struct HelpTests {
    private static let commands = [
        "get", "update", "list", "create", "delete", "import", "export", "diff", "undo", "sample", "serve", "doctor",
        "run",
    ]
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Golden/Help")

    @Test(arguments: ["distsh"] + Self.commands)
    func isAsRecorded(_ command: String) async throws {
        let arguments = command == "distsh" ? ["--help"] : [command, "--help"]
        let result = try await Shell().run(arguments, environment: ["COLUMNS": "100"])
        #expect(result.status == 0)
        #expect(result.errors.isEmpty)
        let file = Self.folder.appendingPathComponent("\(command).txt")
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN_FILES"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(result.outputBytes).write(to: file)
        }
        #expect(result.output == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    @Test(arguments: Self.commands)
    func helpOfACommandIsTheSameBothWays(_ command: String) async throws {
        let shell = Shell()
        let asOption = try await shell.run(command, "--help")
        let asCommand = try await shell.run("help", command)
        #expect(asOption.output == asCommand.output)
        #expect(asOption.output.contains("EXAMPLES"))
    }

    @Test func theRootHasTheTableOfExitCodes() async throws {
        let result = try await Shell().run("--help")
        for line in [
            "0    done", "2    usage", "3    finished with failures", "8    could not connect", "130    interrupted",
        ] {
            #expect(result.output.contains(line))
        }
    }
}
