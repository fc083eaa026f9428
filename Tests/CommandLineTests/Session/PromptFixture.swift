import TestSupport
import Testing

/// A session on a screen, to be typed at.
struct PromptFixture {
    let shell: Shell
    let screen: TerminalScreen
    let prompt: String

    /// Starts a session and waits for its prompt.
    init(
        _ arguments: [String] = ["--store", "sample:5"],
        environment: [String: String] = [:],
        columns: Int = 80,
        rows: Int = 24,
        shell: Shell = Shell(),
        prompt: String = "sample>"
    ) async throws {
        self.shell = shell
        self.prompt = prompt
        screen = try TerminalScreen(
            Shell.binary,
            ["--quiet"] + arguments,
            environment: shell.environment(environment),
            directory: shell.folder,
            columns: columns,
            rows: rows
        )
        try await screen.waitForCursorLine(prompt)
    }

    /// Types an entry and waits until it is answered and the next prompt is there.
    func enter(_ text: String) async throws {
        try await answered { screen.type(text + "\r") }
    }

    /// Waits for the next prompt, which something done now leads to.
    func answered(by action: () -> Void) async throws {
        let before = screen.bytesSent
        action()
        try await screen.waitForScreen("the next prompt") {
            // Marked pastes are asked for whenever an entry begins.
            $0.output(after: before).contains("\u{1B}[?2004h") && $0.cursorLine == prompt
        }
    }

    /// Types, and waits until the screen ends with these rows. The prompt is written as `> ` and that of further lines as
    /// `| `; a row behind a `=` is taken as it is.
    func type(_ text: String, shows rows: String...) async throws {
        screen.type(text)
        try await shows(rows)
    }

    /// Presses keys, and waits for what is shown then.
    func press(_ keys: TerminalKey..., shows rows: String...) async throws {
        for key in keys { screen.press(key) }
        try await shows(rows)
    }

    /// Waits until the screen ends with these rows.
    ///
    /// A `▏` in them is where the cursor is to be.
    func shows(_ rows: [String]) async throws {
        let wanted = rows.map(expanded)
        let marked = wanted.firstIndex { $0.contains("▏") }
        let lines = wanted.map { Self.trimmed($0.replacing("▏", with: "")) }
        try await screen.waitForScreen("\n" + wanted.joined(separator: "\n")) { screen in
            guard screen.lines.suffix(lines.count).elementsEqual(lines) else { return false }
            guard let marked else { return true }
            return screen.cursor.row == screen.lines.count - lines.count + marked
                && screen.textBeforeCursor == String(wanted[marked].prefix { $0 != "▏" })
        }
    }

    /// Waits until the cursor's row is this one, whatever is below it.
    func showsCursorRow(_ row: String) async throws {
        let wanted = expanded(row)
        try await screen.waitForScreen("\n" + wanted) {
            $0.cursorLine == Self.trimmed(wanted.replacing("▏", with: ""))
                && $0.textBeforeCursor == String(wanted.prefix { $0 != "▏" })
        }
    }

    /// Waits until this stands before the cursor, whatever follows.
    func showsBeforeCursor(_ text: String) async throws {
        let wanted = expanded(text)
        try await screen.waitForScreen(wanted.debugDescription) { $0.textBeforeCursor == wanted }
    }

    private func expanded(_ row: String) -> String {
        if row.hasPrefix("=") { return String(row.dropFirst()) }
        if row.hasPrefix("> ") { return "\(prompt) " + row.dropFirst(2) }
        if row.hasPrefix("| ") { return String(repeating: " ", count: prompt.count - 2) + "…> " + row.dropFirst(2) }
        return row
    }

    private static func trimmed(_ row: String) -> String {
        var row = row
        while row.last == " " { row.removeLast() }
        return row
    }

    /// Gives the entry up and waits for the next prompt.
    func cancel() async throws {
        try await answered { screen.press(.control("c")) }
    }

    /// Leaves with Ctrl-D; everything that was sent was understood, and the terminal is given back.
    func leave() async throws {
        screen.press(.control("d"))
        #expect(await screen.finish() == 0)
        #expect(screen.terminal.isInLineMode)
        #expect(!screen.modes.contains(2004))
        #expect(screen.unknownSequences.isEmpty)
    }
}
