import Foundation
import TestSupport
import Testing

/// A session on a screen whose entries are answered one by one; what each prints is looked at exactly.
struct SessionTerminal {
    /// The processor time that a session may take until its prompt is back when something that runs was broken off. What
    /// never ends meets the suite's time limit.
    static let maxTimeToPrompt = Duration.seconds(Shell.isSanitized ? 40 : 4)
    /// Long answers are not paged. The Swift runtime's reports of crashes take many seconds.
    private static let environment = ["PAGER": "cat", "SWIFT_BACKTRACE": "enable=no"]
    private static let entryBegins = "\u{1B}[?2004h"
    private static let entryEnds = "\u{1B}[?2004l"

    let shell: Shell
    let screen: TerminalScreen

    /// Starts a session and waits for its first prompt.
    init(
        _ arguments: [String] = ["--store", "sample:5"],
        environment: [String: String] = [:],
        shell: Shell = Shell()
    ) async throws {
        self.shell = shell
        screen = try TerminalScreen(
            Shell.binary,
            ["--color=never"] + arguments,
            environment: shell.environment(Self.environment.merging(environment) { $1 }),
            directory: shell.folder,
            columns: 200,
            rows: 60
        )
        try await waitForPrompt(after: 0)
    }

    /// Types an entry and waits for the next prompt.
    ///
    /// - Returns: what was printed in between.
    @discardableResult
    func enter(_ entry: String) async throws -> String {
        let before = screen.bytesSent
        screen.type(entry + "\r")
        return try await waitForAnswer(after: before)
    }

    /// Types an entry and waits until it has printed a text, such as that it runs.
    ///
    /// - Returns: how much of the output came before.
    func enter(_ entry: String, untilShown text: String) async throws -> Int {
        let before = screen.bytesSent
        screen.type(entry + "\r")
        try await screen.waitForScreen("\(text) to be printed") {
            $0.output(after: before).split(separator: Self.entryEnds).dropFirst().contains { $0.contains(text) }
        }
        return before
    }

    /// Presses Ctrl-C and waits for the prompt.
    ///
    /// - Parameter before: how much of the output came before the entry that runs.
    /// - Returns: what the entry has printed, and the processor time that the session took until the prompt.
    func interrupt(after before: Int, times count: Int = 1) async throws -> (answer: String, time: Duration) {
        let start = screen.processorTime
        screen.type(String(repeating: "\u{03}", count: count))
        let answer = try await waitForAnswer(after: before)
        return (answer, screen.processorTime - start)
    }

    /// Waits until the entry typed after the first bytes is answered and the next prompt is there.
    func waitForAnswer(after count: Int) async throws -> String {
        var answer = ""
        try await screen.waitForScreen("an answer and a prompt") { screen in
            let output = screen.output(after: count)
            guard let start = output.range(of: Self.entryEnds),
                let end = output.range(of: Self.entryBegins, options: .backwards),
                end.lowerBound >= start.upperBound, screen.cursorLine.hasSuffix(">")
            else { return false }
            answer = Self.printed(String(output[start.upperBound..<end.lowerBound]))
            return true
        }
        return answer
    }

    /// What was printed, without what the prompt sends to begin in a row of its own.
    private static func printed(_ output: String) -> String {
        let mark = "(\u{1B}\\[2m)?⏎(\u{1B}\\[0m)? *\r\u{1B}\\[K$"
        return output.replacingOccurrences(of: mark, with: "", options: .regularExpression)
            .replacing("\r\n", with: "\n")
    }

    /// What all entries printed, in the output of a session after its first prompt.
    static func answers(in output: String) -> String {
        output.components(separatedBy: entryEnds).dropFirst()
            .map { printed($0.components(separatedBy: entryBegins)[0]) }.joined()
    }

    private func waitForPrompt(after count: Int) async throws {
        try await screen.waitForScreen("a prompt") {
            $0.output(after: count).contains(Self.entryBegins) && $0.cursorLine.hasSuffix(">")
        }
    }

    /// Leaves with Ctrl-D.
    func leave() async {
        screen.press(.control("d"))
        #expect(await screen.finish() == 0)
        #expect(screen.terminal.isInLineMode)
    }
}
