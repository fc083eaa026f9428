import Foundation
import TestSupport
import Testing

@testable import LineEditor

/// A terminal whose keys are set down beforehand and whose screen can be looked at.
private final class ScriptedTerminal: EditingTerminal {
    var screen: TerminalEmulator
    var size: TerminalSize
    /// What the reads bring, one after the other; then the terminal is gone.
    var results: [TerminalDevice.ReadResult] = []
    /// What is done before a read, by the number of reads left.
    var beforeRead: () -> Void = {}
    private(set) var isRaw = false
    private(set) var suspendCount = 0
    private(set) var timeouts: [Int?] = []
    private(set) var bellCount = 0

    init(columns: Int = 40, rows: Int = 12) {
        screen = TerminalEmulator(columns: columns, rows: rows)
        size = TerminalSize(columns: columns, rows: rows)
    }

    func enter() -> Bool {
        isRaw = true
        return true
    }

    func leave() { isRaw = false }

    func suspend() {
        suspendCount += 1
        screen.feed("[1]+  Stopped\r\n$ fg\r\n")
    }

    func read(timeoutMilliseconds: Int?) -> TerminalDevice.ReadResult {
        timeouts.append(timeoutMilliseconds)
        beforeRead()
        return results.isEmpty ? .closed : results.removeFirst()
    }

    func write(_ bytes: [UInt8]) -> Bool {
        bellCount += bytes.count { $0 == 7 }
        // The driver of a terminal puts a return before every new line.
        screen.feed(String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n").replacing("\n", with: "\r\n"))
        return true
    }

    /// The screen's lines, up to the last that is not empty.
    var shown: [String] {
        var lines = screen.lines
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines
    }
}

@Suite("Editing on a terminal")
struct LineEditorTests {
    fileprivate let terminal = ScriptedTerminal()

    fileprivate func editor(
        _ configuration: EditorConfiguration = EditorConfiguration(),
        command: String = "true"
    ) throws -> LineEditor {
        let waker = try #require(TerminalWaker())
        let environment = ["TERM": "xterm"]
        return LineEditor(
            terminal: terminal,
            background: BackgroundOutput(waker: waker, descriptor: -1),
            configuration: configuration,
            capabilities: TerminalCapabilities(
                environment: environment,
                isInputTerminal: true,
                isOutputTerminal: true
            ),
            externalEditor: ExternalEditor(environment: { _ in command })
        )
    }

    fileprivate func readLine(_ editor: LineEditor, _ typed: String...) -> LineEditor.Outcome {
        terminal.results += typed.map { .bytes(Array($0.utf8)) }
        return editor.readLine(prompt: StyledText("> "), continuationPrompt: StyledText(". "))
    }

    @Test(
        "An entry ends",
        arguments: [
            ("one\r", LineEditor.Outcome.line("one"), ["> one"]), ("one\u{3}", .cancelled(hadText: true), ["> one^C"]),
            ("\u{3}", .cancelled(hadText: false), ["> ^C"]), ("\u{4}", .endOfInput, [">"]),
            ("a\u{1B}\rb\r", .line("a\nb"), ["> a", ". b"]), ("ab\u{1B}[D\u{7F}c\r", .line("cb"), ["> cb"]),
            ("\u{1B}[200~x\ny\u{1B}[201~\r", .line("x\ny"), ["> x", ". y"]), ("one", .endOfInput, ["> one"]),
        ]
    )
    func ending(_ typed: String, _ outcome: LineEditor.Outcome, _ shown: [String]) throws {
        let editor = try editor()
        #expect(readLine(editor, typed) == outcome)
        #expect(terminal.shown == shown)
        #expect(!terminal.isRaw)
        #expect(terminal.screen.cursor == (shown.count, 0))
    }

    @Test("What is typed ahead is for the entries that follow")
    func typedAhead() throws {
        let editor = try editor()
        #expect(readLine(editor, "one\rtwo\rth") == .line("one"))
        #expect(readLine(editor) == .line("two"))
        #expect(readLine(editor, "ree\r") == .line("three"))
        #expect(terminal.shown == ["> one", "> two", "> three"])
    }

    @Test("An Escape that nothing follows is a key")
    func escape() throws {
        let editor = try editor(EditorConfiguration(mode: .vi))
        terminal.results = [.bytes(Array("ab\u{1B}".utf8)), .timeout, .bytes(Array("x\r".utf8))]
        #expect(readLine(editor) == .line("a"))
        #expect(terminal.timeouts == [nil, KeyDecoder.escapeMilliseconds, nil])
    }

    @Test("Entries come back, also those of the file")
    func history() throws {
        let path = NSTemporaryDirectory() + "history-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let editor = try editor()
        editor.historyFile = HistoryFile(path: path)
        #expect(readLine(editor, "one\r") == .line("one"))
        var other = HistoryFile(path: path)
        #expect(other.append("two") == ["one"])
        #expect(readLine(editor, "\u{1B}[A!\r") == .line("two!"))
        #expect(editor.history.entries == ["one", "two", "two!"])
        #expect(other.newEntries() == ["two!"])
        #expect(editor.takeHistoryProblem() == nil)
    }

    @Test("Ghost text is gone when the entry is handed in")
    func ghostText() throws {
        let editor = try editor()
        _ = readLine(editor, "print(1)\r")
        terminal.beforeRead = { [terminal] in
            if terminal.results.count == 1 { #expect(terminal.shown.last == "> print(1)") }
        }
        #expect(readLine(editor, "pr", "\r") == .line("pr"))
        #expect(terminal.shown == ["> print(1)", "> pr"])
    }

    @Test("The menu appears below and goes away")
    func menu() throws {
        let editor = try editor()
        editor.assistant = ToyAssistant()
        terminal.beforeRead = { [terminal] in
            if terminal.results.count == 1 {
                #expect(
                    terminal.shown == [
                        "> x print", "print     word  about print", "printf    word  about printf",
                        "pairs     word  about pairs", "position  word  about position",
                    ]
                )
            }
        }
        #expect(readLine(editor, "x p\t", "\r\r") == .line("x print"))
        #expect(terminal.shown == ["> x print"])
    }

    @Test("What others print appears above the entry")
    func printing() throws {
        let editor = try editor()
        terminal.beforeRead = { [terminal] in
            if terminal.results.count == 2 {
                editor.background.print("from a thread")
                editor.printAbove("two\nlines\n")
            }
            if terminal.results.count == 1 { #expect(terminal.shown == ["two", "lines", "from a thread", "> ab"]) }
        }
        terminal.results = [.bytes(Array("ab".utf8)), .interrupted, .bytes(Array("c\r".utf8))]
        #expect(readLine(editor) == .line("abc"))
        #expect(terminal.shown == ["two", "lines", "from a thread", "> abc"])
    }

    @Test("A host with a loop of its own hides and shows the entry")
    func hiding() throws {
        let editor = try editor()
        #expect(editor.start(prompt: StyledText("> "), continuationPrompt: StyledText(". ")) == nil)
        #expect(terminal.isRaw)
        #expect(editor.feed(Array("ab".utf8)) == nil)
        editor.hide()
        #expect(terminal.shown == [])
        #expect(editor.feed(Array("c".utf8)) == nil)
        #expect(terminal.shown == [])
        _ = terminal.write(Array("between\n".utf8))
        editor.show()
        #expect(terminal.shown == ["between", "> abc"])
        editor.stop()
        #expect(terminal.shown == ["between"])
        #expect(!terminal.isRaw)
        #expect(editor.feed(Array("\r".utf8)) == nil)
    }

    @Test("An entry that is begun takes the place of the one that is edited")
    func beginningAgain() throws {
        let editor = try editor()
        for _ in 0..<2 {
            #expect(editor.start(prompt: StyledText("> "), continuationPrompt: StyledText(". ")) == nil)
            #expect(editor.feed(Array("ab".utf8)) == nil)
            #expect(terminal.shown == ["> ab"])
        }
    }

    @Test("After Ctrl-Z the entry is drawn anew")
    func suspending() throws {
        let editor = try editor()
        #expect(readLine(editor, "ab\u{1A}", "c\r") == .line("abc"))
        #expect(terminal.suspendCount == 1)
        #expect(terminal.shown == ["[1]+  Stopped", "$ fg", "> abc"])
    }

    @Test("Ctrl-L empties the screen but for the entry")
    func clearing() throws {
        let editor = try editor()
        #expect(readLine(editor, "one\r") == .line("one"))
        #expect(readLine(editor, "two\u{C}\r") == .line("two"))
        #expect(terminal.shown == ["> two"])
    }

    @Test("A change of the size draws the entry as wide as the terminal is then")
    func resizing() throws {
        let editor = try editor()
        terminal.beforeRead = { [terminal] in
            guard terminal.results.first == .resized else { return }
            terminal.size = TerminalSize(columns: 10, rows: 12)
            terminal.screen.resize(columns: 10, rows: 12, .reflow)
        }
        let text = "abcdefghijklmnopq"
        terminal.results = [.bytes(Array(text.utf8)), .resized, .bytes(Array("\r".utf8))]
        #expect(readLine(editor) == .line(text))
        #expect(terminal.shown == ["> abcdefgh", "ijklmnopq"])
    }

    @Test("The bell tells what is not possible")
    func bell() throws {
        let editor = try editor()
        _ = readLine(editor, "\u{12}zz\u{7}\r")
        #expect(terminal.bellCount == 2)
    }

    @Test(
        "The editor's name comes from the environment",
        arguments: [("", "", "vi"), ("a", "b", "a"), (" ", "b -w", "b -w")]
    )
    func editorName(_ visual: String, _ editor: String, _ command: String) {
        let found = ExternalEditor(environment: { $0 == "VISUAL" ? visual : editor }, suffix: "/x")
        #expect(found.command == command)
        #expect(found.suffix.isEmpty)
    }
}

/// One after another with the tests of signals, as the process ignores some while another program edits.
extension TerminalDeviceTests {
    @Test(
        "Another program edits the text",
        arguments: [("sed -i s/a/x/", "xb\ny"), ("false", "ab\ny"), ("true", "ab\ny"), ("rm", "ab\ny")]
    )
    func externalEditor(_ command: String, _ text: String) throws {
        let editing = LineEditorTests()
        let editor = try editing.editor(command: command)
        #expect(editing.readLine(editor, "ab\u{1B}\ry\u{18}\u{5}", "\r") == .line(text))
        let rows: [String] = text.split(separator: "\n").enumerated().map { ($0 == 0 ? "> " : ". ") + $1 }
        #expect(editing.terminal.shown == rows)
    }
}
