import Foundation
import TestSupport
import Testing

/// Programs that are typed at the prompt line by line print what they print as one file.
@Suite("Programs at the prompt", .timeLimit(.minutes(4)))
struct SessionProgramTests {
    private let shell = Shell()

    /// Words that begin what cannot be an expression.
    private static let statementWords: Set<String> = [
        "local", "function", "if", "for", "while", "repeat", "do", "return", "goto", "break",
    ]

    /// Those with an entry whose first line is one by itself: only Alt-Enter or a paste enters it whole.
    private static let broken: Set<String> = [
        "statements over lines", "a call goes on in the next line", "goto over a local to the end",
    ]
    private static let programs = SessionProgram.all.filter { !broken.contains($0.title) }

    @Test(arguments: programs.indices)
    func `printing is that of the stock interpreter`(index: Int) async throws {
        let program = Self.programs[index]
        let file = try shell.write(program.entries.joined(separator: "\n"), to: "program.lua")
        let expected = try await shell.run([file], program: Shell.lua)
        let entries = program.entries.map(Self.withoutValue).joined(separator: "\n") + "\n"
        let result = try await shell.run(
            ["--store", ":memory:", "-i"],
            input: .bytes(Array(entries.utf8)),
            environment: ["TZ": "UTC"]
        )
        #expect(result.output == expected.output, "\(program.title)")
        #expect(result.status == 0, "\(program.title): \(result.errors)")
    }

    /// The entry as a statement, whose values the prompt does not print.
    private static func withoutValue(_ entry: String) -> String {
        let word = String(entry.prefix { $0.isLetter || $0 == "_" })
        return word.isEmpty || statementWords.contains(word) ? entry : ";" + entry
    }
}
