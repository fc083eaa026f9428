import Foundation
import TestSupport
import Testing

/// What `docs/repl.md` says of the prompt, against the program.
@Suite("REPL documentation", .timeLimit(.minutes(4)))
struct TranscriptTests {
    private static let columns = 100
    private static let rows = 40
    private static let documentation = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs")

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: documentation.appendingPathComponent(path), encoding: .utf8)
    }

    private static let transcript = Result { try SessionTranscript(text("repl/session.transcript")) }

    private static var sessions: [SessionTranscript.Session] { (try? transcript.get())?.sessions ?? [] }

    @Test func theTranscriptCanBeRead() throws {
        let sessions = try Self.transcript.get().sessions
        #expect(!sessions.isEmpty)
        for session in sessions {
            #expect(!session.description.isEmpty)
            for step in session.steps where step.outcome == .answered || step.outcome == .running {
                #expect(!step.shown.isEmpty, "line \(step.line) tells not what is shown")
            }
        }
    }

    @Test(arguments: sessions)
    func theProgramDoesWhatTheTranscriptTells(_ session: SessionTranscript.Session) async throws {
        let shell = Shell()
        let screen = try TerminalScreen(
            Shell.binary,
            session.arguments,
            environment: shell.environment(["TERM": "xterm-256color"]),
            directory: shell.folder,
            columns: Self.columns,
            rows: Self.rows
        )
        try await Self.wait(on: screen, after: 0, .answered, session.greeting, "the greeting")
        for step in session.steps {
            let bytesBefore = screen.bytesSent
            screen.type(step.keys)
            if case .ended(let status) = step.outcome {
                #expect(await screen.finish() == status)
            } else {
                let place = "what line \(step.line) of the transcript leads to"
                try await Self.wait(on: screen, after: bytesBefore, step.outcome, step.shown, place)
            }
        }
        #expect(screen.unknownSequences.isEmpty)
    }

    private static func wait(
        on screen: TerminalScreen,
        after byteCount: Int,
        _ outcome: SessionTranscript.Step.Outcome,
        _ shown: [String],
        _ place: String
    ) async throws {
        try await screen.waitForScreen("\(place):\n\(shown.joined(separator: "\n"))\n") { screen in
            var lines = screen.scrollback + screen.lines
            switch outcome {
            case .typed: break
            case .answered:
                // The editor says so when it reads keys again.
                guard screen.output(after: byteCount).contains("\u{1B}[?2004h"), screen.cursorLine == lines.last,
                    lines.removeLast().hasSuffix(">")
                else { return false }
            case .running, .ended: guard !screen.modes.contains(2004) else { return false }
            }
            return TranscriptLines.ends(lines[...], with: shown[...])
        }
    }

    /// The contents of the fenced blocks of a kind, as lines.
    private static func blocks(_ kind: String, of text: String) -> [[String]] {
        var blocks: [[String]] = []
        var block: [String]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line == "```", let ended = block {
                blocks.append(ended)
                block = nil
            } else if line == "```" + kind {
                block = []
            } else {
                block?.append(line)
            }
        }
        return blocks
    }

    @Test func everyQuotedSessionIsInTheTranscript() throws {
        let sessions = try Self.transcript.get().sessions.map(\.shown)
        let blocks = Self.blocks("transcript", of: try Self.text("repl.md"))
        #expect(blocks.count > 3)
        for block in blocks {
            let isFound = sessions.contains { lines in
                lines.indices.contains { lines[$0...].starts(with: block) }
            }
            #expect(isFound, "not in the transcript:\n\(block.joined(separator: "\n"))")
        }
    }

    @Test func theTableOfCommandsIsWhatHelpPrints() async throws {
        let shell = Shell()
        let result = try await shell.run(
            ["-i", "--store", ":memory:"],
            input: .text(".help commands\n")
        )
        let printed = result.output.split(separator: "\n").map { line in
            let usage = line.prefix(upTo: line.range(of: "  ")?.lowerBound ?? line.endIndex)
            return [String(usage), line.dropFirst(usage.count).drop { $0 == " " }.description]
        }
        let table = try Self.text("repl.md").components(separatedBy: "| command | does |\n").last ?? ""
        let rows = table.components(separatedBy: "\n").dropFirst().prefix { $0.hasPrefix("|") }
        let documented = rows.map { row in
            // A bar inside a cell of a table is written `\|`.
            let cells = row.replacing("\\|", with: "\u{0}").split(separator: "|").map {
                $0.replacing("\u{0}", with: "|").trimmingCharacters(in: .whitespaces)
            }
            return [cells[0].replacing("`", with: ""), cells[1]]
        }
        #expect(!printed.isEmpty)
        #expect(documented == printed)
    }
}
