import Foundation
import TestSupport
import Testing

/// What `docs/migrations.md` tells of the commands, against the program.
@Suite("Migration documentation", .timeLimit(.minutes(2)))
struct MigrationTutorialTests {
    private static let columns = 240
    private static let rows = 60
    private static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func tutorial() throws -> MigrationTutorial {
        try MigrationTutorial(
            String(contentsOf: repository.appendingPathComponent("docs/migrations.md"), encoding: .utf8)
        )
    }

    // A sanitizer makes it too slow to be interrupted where the page says.
    @Test(.enabled(if: !Shell.isSanitized))
    func theProgramDoesWhatThePageTells() async throws {
        let shell = Shell()
        let folder = shell.path("bin")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/distsh", withDestinationPath: Shell.binary)
        let screen = try TerminalScreen(
            "/bin/sh",
            ["-i"],
            environment: shell.environment(["PATH": "\(folder):/usr/bin:/bin", "PS1": "$ "]),
            directory: shell.folder,
            columns: Self.columns,
            rows: Self.rows
        )
        try await screen.waitForScreen("the shell") { $0.cursorLine == "$" }
        let parts = try Self.tutorial().parts
        #expect(parts.contains { if case .file = $0 { true } else { false } })
        #expect(parts.count > 20)
        var place = ""
        for part in parts {
            switch part {
            case .file(let name, let text): try shell.write(text, to: place + name)
            case .step(let step):
                try await Self.perform(step, on: screen)
                if let folder = step.command.firstMatch(of: /&& cd (\S+)$/)?.output.1 { place += "\(folder)/" }
            }
        }
    }

    private static func perform(_ step: MigrationTutorial.Step, on screen: TerminalScreen) async throws {
        screen.type(step.command + "\n")
        for line in step.shown {
            if line.hasSuffix(MigrationTutorial.answer) {
                let question = String(line.dropLast(2))
                try await waitForLine(question, of: step, on: screen)
                screen.type("y\n")
            } else if line.hasSuffix(MigrationTutorial.interrupt) {
                try await waitForLine(String(line.dropLast(2)), of: step, on: screen)
                screen.type("\u{3}")
            }
        }
        let wanted = ["$ \(step.command)"] + step.shown
        try await screen.waitForScreen("line \(step.number):\n\(wanted.joined(separator: "\n"))\n") { screen in
            screen.cursorLine == "$"
                && TranscriptLines.ends((screen.scrollback + screen.lines).dropLast()[...], with: wanted[...])
        }
    }

    private static func waitForLine(
        _ line: String,
        of step: MigrationTutorial.Step,
        on screen: TerminalScreen
    ) async throws {
        try await screen.waitForScreen("line \(step.number): \(line)") { screen in
            TranscriptLines.matches(screen.cursorLine, line)
        }
    }

    @Test func everyCommandIsInTheTableWithItsOptions() async throws {
        let help = try await Shell().run("migrate", "--help").output
        let names =
            help.components(separatedBy: "SUBCOMMANDS:\n").last?.split(separator: "\n")
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) } ?? []
        #expect(names.count > 10)
        let documented = try Self.tutorial().commands
        #expect(documented.map(\.name).sorted() == names.sorted())
        // It has none of its own.
        let common = try await Self.options(of: "status")
        #expect(common.contains("--journal"))
        for command in documented {
            let options = try await Self.options(of: command.name)
            #expect(options.subtracting(common).subtracting(command.options).isEmpty, "\(command.name) has more")
            #expect(command.options.subtracting(options).isEmpty, "\(command.name) has fewer")
        }
    }

    /// The options that the help of a command lists.
    private static func options(of command: String) async throws -> Set<String> {
        let help = try await Shell().run("migrate", command, "--help").output
        return Set(
            help.split(separator: "\n").compactMap { $0.firstMatch(of: /^ {2}(--[a-z0-9-]+)/)?.output.1 }.map(
                String.init
            )
        )
    }

    @Test func everyRecipeIsNamed() throws {
        let folder = Self.repository.appendingPathComponent("scripts/migrations")
        let recipes = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".lua") }
        let text = try Self.tutorial().text
        #expect(!recipes.isEmpty)
        for recipe in recipes {
            #expect(text.contains("(../scripts/migrations/\(recipe))"), "\(recipe) is not in docs/migrations.md")
        }
    }
}

/// The parts of a page that can be played: files, and commands with what they show.
///
/// - A `lua` block whose first line is `-- NAME.lua: …` is a file.
/// - In a `console` block a line that begins with `$ ` is typed into a shell. The lines after it are what is shown, with
///   `…` for what varies. One that ends with `[y/N] y` is answered so; one that ends with `^C` is interrupted when the
///   rest of the line is shown.
private struct MigrationTutorial {
    struct Step {
        /// The command's line in the page.
        let number: Int
        let command: String
        var shown: [String] = []
    }

    enum Part {
        case file(name: String, text: String)
        case step(Step)
    }

    /// What is wrong with the page, and where.
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    static let answer = "[y/N] y"
    static let interrupt = "^C"

    let text: String
    private(set) var parts: [Part] = []

    init(_ text: String) throws {
        self.text = text
        var kind: Substring?
        var block: [Substring] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.hasPrefix("```") else {
                block.append(line)
                continue
            }
            if let ended = kind {
                try add(block, kind: ended, lastLine: index)
                kind = nil
            } else {
                kind = line.dropFirst(3)
            }
            block = []
        }
    }

    private mutating func add(_ block: [Substring], kind: Substring, lastLine: Int) throws {
        switch kind {
        case "lua":
            guard let name = block.first?.firstMatch(of: /^-- ([a-z0-9-]+\.lua):/)?.output.1 else { return }
            parts.append(.file(name: String(name), text: block.joined(separator: "\n") + "\n"))
        case "console": try addSteps(block, firstLine: lastLine - block.count + 1)
        default: return
        }
    }

    private mutating func addSteps(_ block: [Substring], firstLine: Int) throws {
        var steps: [Step] = []
        for (offset, line) in block.enumerated() {
            if line.hasPrefix("$ ") {
                steps.append(Step(number: firstLine + offset, command: String(line.dropFirst(2))))
            } else if steps.isEmpty {
                throw Malformed(description: "line \(firstLine + offset): no command has shown this")
            } else {
                steps[steps.count - 1].shown.append(String(line))
            }
        }
        parts += steps.map { .step($0) }
    }

    /// The table of commands: the names in the first column, and the options in the row.
    var commands: [(name: String, options: Set<String>)] {
        let table = text.components(separatedBy: "| command | does |\n").last ?? ""
        return table.split(separator: "\n").dropFirst().prefix { $0.hasPrefix("| `") }.map { row in
            let name = row.dropFirst(3).prefix { $0 != " " && $0 != "`" }
            return (String(name), Set(row.matches(of: /`(--[a-z0-9-]+)/).map { String($0.output.1) }))
        }
    }
}
