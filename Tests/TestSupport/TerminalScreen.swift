import Testing

/// A program on a terminal with a screen: it is typed at key by key, and what it shows is looked at.
///
/// Waits end when the screen shows what they want, or when the test's time limit is reached: then they fail and tell what
/// it shows.
public final class TerminalScreen {
    public let terminal: PseudoTerminal
    private var emulator: TerminalEmulator
    private let resizeBehavior: TerminalEmulator.ResizeBehavior
    /// How much of the program's output is drawn.
    private var drawnCount = 0

    /// What a test waited for was not shown in time.
    public struct NotShown: Error, CustomStringConvertible {
        public let description: String
    }

    /// Starts a program on a terminal of its own.
    ///
    /// - Parameter environment: all of it; nothing is inherited.
    public init(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String],
        directory: String = "/",
        columns: Int = 80,
        rows: Int = 24,
        resizeBehavior: TerminalEmulator.ResizeBehavior = .reflow
    ) throws {
        emulator = TerminalEmulator(columns: columns, rows: rows)
        self.resizeBehavior = resizeBehavior
        terminal = try PseudoTerminal(
            executable,
            arguments,
            environment: environment,
            directory: directory,
            columns: UInt16(columns),
            rows: UInt16(rows)
        )
    }

    deinit {
        // Nothing once the program has ended.
        terminal.send(9)
    }

    // MARK: Typing

    public func type(_ text: String) {
        terminal.typeInBackground(text)
    }

    public func press(_ keys: TerminalKey...) {
        type(keys.map(\.bytes).joined())
    }

    /// Pastes as a terminal does for a program that asked for marks around it.
    public func paste(_ text: String) {
        type("\u{1B}[200~\(text)\u{1B}[201~")
    }

    /// Gives the window another size.
    public func resize(columns: Int, rows: Int) {
        draw()
        emulator.resize(columns: columns, rows: rows, resizeBehavior)
        terminal.resize(columns: UInt16(columns), rows: UInt16(rows))
    }

    // MARK: Looking

    /// The rows from the top, without the blanks at their ends and without blank rows at the bottom.
    public var lines: [String] { drawn.lines }

    public var text: String { drawn.text }

    /// The rows that scrolled away at the top, oldest first.
    public var scrollback: [String] { drawn.scrollback }

    /// Where the cursor is, from 0.
    public var cursor: (row: Int, column: Int) { drawn.cursor }

    /// The cursor's row, without the blanks at its end.
    public var cursorLine: String {
        // The screen at one time: each look at it draws what has come since.
        let screen = drawn
        let (lines, row) = (screen.lines, screen.cursor.row)
        return lines.indices.contains(row) ? lines[row] : ""
    }

    /// What stands before the cursor in its row.
    public var textBeforeCursor: String {
        let screen = drawn
        let count = screen.cursor.column + (screen.isAtMargin ? 1 : 0)
        return screen.grid[screen.cursor.row].cells.prefix(count).map(\.text).joined()
    }

    /// The terminal's private modes that are set.
    public var modes: Set<Int> { drawn.modes }

    /// Sequences that no terminal is known to understand.
    public var unknownSequences: [String] { drawn.unknownSequences }

    public func style(_ row: Int, _ column: Int) -> TerminalEmulator.Style { drawn.style(row, column) }

    /// How a text is drawn that stands in one row: the style of all its cells at its lowest place on the screen.
    ///
    /// - Parameter row: where to look alone; `nil` looks everywhere.
    /// - Returns: `nil` when it is not there, or not drawn in one style.
    public func style(of text: String, row: Int? = nil) -> TerminalEmulator.Style? {
        guard let styles = styles(of: text, row: row), let first = styles.first, styles.allSatisfy({ $0 == first })
        else {
            return nil
        }
        return first
    }

    /// The styles of the cells of a text at its lowest place on the screen, the last one in that row.
    public func styles(of text: String, row: Int? = nil) -> [TerminalEmulator.Style]? {
        let wanted = text.map(String.init)
        let grid = drawn.grid
        for number in grid.indices.reversed() where row == nil || number == row {
            // The second cell of a wide character is empty.
            let cells = grid[number].cells.filter { !$0.text.isEmpty }
            guard wanted.count <= cells.count else { continue }
            for start in (0...(cells.count - wanted.count)).reversed() {
                let found = cells[start..<(start + wanted.count)]
                if found.map(\.text) == wanted { return found.map(\.style) }
            }
        }
        return nil
    }

    /// The processor time that the program has taken so far: a measure that other programs have little part in.
    public var processorTime: Duration { terminal.processorTime }

    /// Whether the program has ended and all of its output was received.
    public var hasEnded: Bool { terminal.hasEnded }

    /// How many bytes the program has sent.
    public var bytesSent: Int {
        draw()
        return drawnCount
    }

    public func bytesSent(since count: Int) -> Int { bytesSent - count }

    /// What the program has sent after its first bytes.
    public func output(after count: Int) -> String {
        String(decoding: terminal.output(after: count), as: UTF8.self)
    }

    private var drawn: TerminalEmulator {
        draw()
        return emulator
    }

    private func draw() {
        let output = terminal.output(after: drawnCount)
        guard !output.isEmpty else { return }
        drawnCount += output.count
        emulator.feed(output)
    }

    // MARK: Waiting

    /// Waits until the screen is as wanted; the test's time limit bounds the wait.
    ///
    /// - Parameter expectation: what is waited for, in words, for the failure.
    /// - Throws: `NotShown` when that limit is reached.
    public func waitForScreen(
        _ expectation: String,
        where isWanted: (TerminalScreen) -> Bool
    ) async throws {
        while !isWanted(self) {
            do {
                try await Task.sleep(for: .milliseconds(3))
            } catch {
                let problem = NotShown(description: "waited for \(expectation); the screen shows:\n\(description)")
                // What a test throws after its time limit is dropped.
                Issue.record(problem)
                throw problem
            }
        }
    }

    /// Waits until a text is somewhere on the screen, in one row.
    public func waitForScreen(_ text: String) async throws {
        try await waitForScreen(text.debugDescription) { $0.text.contains(text) }
    }

    /// Waits until the screen ends with these lines.
    public func waitForLines(_ lines: String...) async throws {
        try await waitForScreen(lines.joined(separator: "\n")) { $0.lines.suffix(lines.count).elementsEqual(lines) }
    }

    /// Waits until keys are read and the cursor's row is this one.
    public func waitForCursorLine(_ line: String, column: Int? = nil) async throws {
        try await waitForScreen("\(line.debugDescription), cursor at \(column.map(String.init) ?? "any column")") {
            $0.modes.contains(2004) && $0.cursorLine == line && (column == nil || $0.cursor.column == column)
        }
    }

    /// Kills the program as nothing can be done against, and waits for its end.
    public func kill() async {
        terminal.send(9)
        _ = await terminal.finish()
    }

    /// Waits for the program's end and all of its output. One that goes on at the test's time limit is killed.
    ///
    /// - Returns: its exit status; 128 and the signal's number when a signal ended it.
    public func finish() async -> Int32 {
        do {
            try await waitForScreen("the end") { $0.hasEnded }
        } catch {
            terminal.send(9)
        }
        return await terminal.finish()
    }
}

extension TerminalScreen: CustomStringConvertible {
    /// The screen with its cursor's place, for failures.
    public var description: String {
        let edge = String(repeating: "-", count: emulator.columns)
        return "\(edge)\n\(text)\n\(edge)\ncursor: row \(cursor.row), column \(cursor.column)"
    }
}
