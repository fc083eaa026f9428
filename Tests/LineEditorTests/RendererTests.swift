import TestSupport
import Testing

@testable import LineEditor

/// A renderer with the terminal it draws on.
struct DrawnTerminal {
    var terminal: TerminalEmulator
    var renderer: Renderer

    init(columns: Int = 20, rows: Int = 6, usesColor: Bool = true, reflows: Bool = true, above: String = "") {
        terminal = TerminalEmulator(columns: columns, rows: rows)
        terminal.feed(above)
        let size = TerminalSize(columns: columns, rows: rows)
        renderer = Renderer(size: size, usesColor: usesColor, reflows: reflows)
    }

    var size: TerminalSize { TerminalSize(columns: terminal.columns, rows: terminal.rows) }

    /// - Returns: how many bytes it took.
    @discardableResult
    mutating func show(_ view: EditorView) -> Int {
        feed(renderer.render(view, size: size))
    }

    @discardableResult
    mutating func feed(_ bytes: [UInt8]) -> Int {
        terminal.feed(bytes)
        return bytes.count
    }

    mutating func resize(_ columns: Int, _ rows: Int, _ behavior: TerminalEmulator.ResizeBehavior) {
        terminal.resize(columns: columns, rows: rows, behavior)
        feed(renderer.resized(to: TerminalSize(columns: columns, rows: rows)))
    }
}

extension EditorView {
    /// A view of lines with the prompt `> `; the cursor at the end, or after so many characters of a line.
    static func entry(_ text: String, below: [String] = [], line: Int? = nil, characters: Int? = nil) -> EditorView {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "> \($0)" }
        let line = line ?? lines.count - 1
        return EditorView(
            lines: lines.map { StyledText($0) },
            cursorLine: line,
            cursorCharacters: characters.map { $0 + 2 } ?? lines[line].count,
            below: below.map { StyledText($0) }
        )
    }
}

@Suite("Renderer")
struct RendererTests {
    @Test("Typing shows what is typed, below what was there")
    func typing() {
        var drawn = DrawnTerminal(above: "hello\r\n")
        for length in 0...5 {
            drawn.show(.entry(String("print".prefix(length))))
            #expect(drawn.terminal.lines == ["hello", length == 0 ? ">" : "> " + "print".prefix(length)])
            #expect(drawn.terminal.cursor == (1, 2 + length))
        }
        drawn.show(.entry("print", characters: 0))
        #expect(drawn.terminal.cursor == (1, 2))
        drawn.show(.entry("xprint", characters: 1))
        #expect(drawn.terminal.lines == ["hello", "> xprint"])
        drawn.show(.entry(""))
        #expect(drawn.terminal.lines == ["hello", ">"])
    }

    @Test("A line wraps at the terminal's width, and the cursor with it")
    func wrapping() {
        var drawn = DrawnTerminal(columns: 10, rows: 6)
        var text = ""
        for character in "abcdefghijklmnopqrstu" {
            text.append(character)
            drawn.show(.entry(text))
            let whole = "> " + text
            #expect(drawn.terminal.text.filter { $0 != "\n" } == whole)
            #expect(drawn.terminal.cursor == (whole.count / 10, whole.count % 10))
            #expect(!drawn.terminal.isAtMargin)
        }
        while !text.isEmpty {
            text.removeLast()
            drawn.show(.entry(text))
            #expect(drawn.terminal.text.filter { $0 != "\n" } == (text.isEmpty ? ">" : "> " + text))
        }
    }

    @Test("A wide character does not straddle the margin")
    func wideAtMargin() {
        var drawn = DrawnTerminal(columns: 9, rows: 5)
        drawn.show(.entry("日本語"))
        #expect(drawn.terminal.cursor == (0, 8))
        drawn.show(.entry("日本語字"))
        #expect(drawn.terminal.lines == ["> 日本語", "字"])
        #expect(drawn.terminal.cursor == (1, 2))
        drawn.show(.entry("日本語字", characters: 3))
        #expect(drawn.terminal.cursor == (1, 0))
        drawn.show(.entry("a日本語字", characters: 1))
        #expect(drawn.terminal.lines == ["> a日本語", "字"])
        drawn.show(.entry("a日本字"))
        #expect(drawn.terminal.lines == ["> a日本字"])
        #expect(drawn.terminal.cursor == (1, 0))
    }

    @Test("Clusters, tabs and control characters take the columns they take")
    func clusters() {
        var drawn = DrawnTerminal(columns: 30, rows: 5)
        for (text, shown, column) in [
            ("👨‍👩‍👧x", "> 👨‍👩‍👧x", 5),
            ("e\u{301}x", "> e\u{301}x", 4), ("🇫🇷❤️x", "> 🇫🇷❤️x", 7), ("\tx", ">       x", 9),
            ("a\u{1}b", "> a^Ab", 6), ("a\u{200B}b", "> a\u{200B}b", 4),
            ("\u{1112}\u{1161}\u{11AB}x", "> \u{1112}\u{1161}\u{11AB}x", 5),
            ("क्षिx", "> क्षिx", 2 + ColumnWidth.of("क्षिx")),
        ] {
            drawn.show(.entry(text))
            #expect(drawn.terminal.lines == [shown])
            #expect(drawn.terminal.cursor == (0, column))
        }
    }

    @Test("Several lines, and the cursor in each")
    func lines() {
        var drawn = DrawnTerminal(columns: 10, rows: 8, above: "x\r\n")
        drawn.show(.entry("for\nprint(1234)\nend"))
        #expect(drawn.terminal.lines == ["x", "> for", "> print(12", "34)", "> end"])
        #expect(drawn.terminal.cursor == (4, 5))
        drawn.show(.entry("for\nprint(1234)\nend", line: 1, characters: 10))
        #expect(drawn.terminal.cursor == (3, 2))
        drawn.show(.entry("for\nend"))
        #expect(drawn.terminal.lines == ["x", "> for", "> end"])
        drawn.show(.entry("for\n\nend", line: 1))
        #expect(drawn.terminal.lines == ["x", "> for", ">", "> end"])
        #expect(drawn.terminal.cursor == (2, 2))
        drawn.show(.entry("a\nprint123\nb", line: 1))
        #expect(drawn.terminal.lines == ["x", "> a", "> print123", "", "> b"])
        #expect(drawn.terminal.cursor == (3, 0))
    }

    @Test("Lines below appear, are cut at the width, and vanish")
    func below() {
        var drawn = DrawnTerminal(columns: 10, rows: 4, above: "1\r\n2\r\n3\r\n")
        drawn.show(.entry("a"))
        drawn.show(.entry("a", below: ["hint", "0123456789ab"]))
        #expect(drawn.terminal.lines == ["3", "> a", "hint", "01234567…"].suffix(4).map { $0 })
        #expect(drawn.terminal.cursor == (1, 3))
        drawn.show(.entry("ab", below: ["a日本語字x"]))
        #expect(drawn.terminal.lines == ["3", "> ab", "a日本語…"])
        drawn.show(.entry("ab"))
        #expect(drawn.terminal.lines == ["3", "> ab"])
        #expect(drawn.terminal.scrollback == ["1", "2"])
    }

    @Test("An entry taller than the terminal shows the part round the cursor, and scrolls nothing away")
    func tall() {
        let text = (0..<20).map { "line \($0)" }.joined(separator: "\n")
        var drawn = DrawnTerminal(columns: 20, rows: 5, above: "before\r\n")
        drawn.show(.entry(text))
        #expect(drawn.terminal.lines == (15..<20).map { "> line \($0)" })
        #expect(drawn.terminal.scrollback == ["before"])
        for line in stride(from: 19, through: 0, by: -1) {
            drawn.show(.entry(text, line: line))
            #expect(drawn.terminal.lines[drawn.terminal.cursor.row] == "> line \(line)")
            #expect(drawn.terminal.lines.count == 5)
        }
        #expect(drawn.terminal.lines == (0..<5).map { "> line \($0)" })
        drawn.show(.entry(text, below: ["menu", "two"], line: 0))
        #expect(drawn.terminal.lines == ["> line 0", "> line 1", "> line 2", "menu", "two"])
        drawn.show(.entry(text, below: (0..<9).map { "menu \($0)" }, line: 3))
        #expect(drawn.terminal.lines == ["> line 3"] + (0..<4).map { "menu \($0)" })
        #expect(drawn.terminal.scrollback == ["before"])
    }

    @Test("Finishing leaves the entry, whole, and the cursor below it")
    func finishing() {
        var drawn = DrawnTerminal(columns: 10, rows: 5)
        drawn.show(.entry("abc", below: ["hint"], characters: 1))
        drawn.feed(drawn.renderer.finish())
        #expect(drawn.terminal.lines == ["> abc"])
        #expect(drawn.terminal.cursor == (1, 0))
        drawn.show(.entry("abcdefgh ghost"))
        drawn.feed(drawn.renderer.finish(.entry("abcdefgh")))
        #expect(drawn.terminal.lines == ["> abc", "> abcdefgh"])
        #expect(drawn.terminal.cursor == (2, 0))
        let text = (0..<9).map { "line \($0)" }.joined(separator: "\n")
        drawn.show(.entry(text, below: ["hint"], line: 4))
        drawn.feed(drawn.renderer.finish())
        let all = drawn.terminal.scrollback + drawn.terminal.lines
        #expect(all == ["> abc", "> abcdefgh"] + (0..<9).map { "> line \($0)" })
        #expect(drawn.terminal.cursor == (4, 0))
    }

    @Test("Other output is printed above while hidden")
    func printingAbove() {
        var drawn = DrawnTerminal(columns: 10, rows: 5)
        drawn.show(.entry("a\nb", below: ["hint"]))
        drawn.feed(drawn.renderer.hide())
        #expect(drawn.terminal.lines.isEmpty)
        #expect(drawn.renderer.hide().isEmpty)
        drawn.terminal.feed("output\r\n")
        #expect(drawn.renderer.render(.entry("a\nbc"), size: drawn.size).isEmpty)
        drawn.feed(drawn.renderer.show())
        #expect(drawn.terminal.lines == ["output", "> a", "> bc"])
        #expect(drawn.terminal.cursor == (2, 4))
        #expect(drawn.renderer.show().isEmpty)
    }

    @Test("Clearing puts the entry at the top")
    func clearing() {
        var drawn = DrawnTerminal(columns: 10, rows: 5, above: "x\r\ny\r\n")
        drawn.show(.entry("abc", characters: 1))
        drawn.feed(drawn.renderer.clearScreen())
        #expect(drawn.terminal.lines == ["> abc"])
        #expect(drawn.terminal.cursor == (0, 3))
    }

    @Test("Looks are shown; none where colour is off")
    func looks() {
        var view = EditorView.entry("")
        view.lines = [
            StyledText([.init("> ", Style(.green, isBold: true)), .init("x", Style(.brightRed)), .init("y")])
        ]
        view.cursorCharacters = 4
        view.below = [StyledText("menu", Style(isReversed: true))]
        var drawn = DrawnTerminal()
        drawn.show(view)
        var prompt = TerminalEmulator.Style()
        prompt.foreground = 2
        prompt.isBold = true
        #expect(drawn.terminal.style(0, 0) == prompt)
        #expect(drawn.terminal.style(0, 2).foreground == 9)
        #expect(drawn.terminal.style(0, 3) == TerminalEmulator.Style())
        #expect(drawn.terminal.style(1, 0).isReversed)
        drawn.terminal.feed("z")
        #expect(drawn.terminal.style(0, 4) == TerminalEmulator.Style())

        var plain = Renderer(size: TerminalSize(columns: 20, rows: 6), usesColor: false)
        let text = String(decoding: plain.render(view, size: TerminalSize(columns: 20, rows: 6)), as: UTF8.self)
        #expect(text == "> xy\r\nmenu\u{1B}[A")
    }

    @Test("After a character about whose width terminals differ, the column is set")
    func uncertainWidth() {
        var drawn = DrawnTerminal()
        drawn.show(.entry("👨‍👩‍👧"))
        let bytes = drawn.renderer.render(.entry("👨‍👩‍👧xy", characters: 3), size: drawn.size)
        #expect(String(decoding: bytes, as: UTF8.self) == "xy")
        let again = drawn.renderer.render(.entry("👨‍👩‍👦xy", characters: 3), size: drawn.size)
        #expect(String(decoding: again, as: UTF8.self) == "\r\u{1B}[2C👨‍👩‍👦\r\u{1B}[6C")
    }
}

@Suite("Renderer: bytes for a key")
struct RendererBytesTests {
    @Test("A character at the end of a line costs itself", arguments: ["x", " ", "é", "日"])
    func atEnd(_ typed: String) {
        var drawn = DrawnTerminal(columns: 40, rows: 6)
        drawn.show(.entry("print", below: ["hint"]))
        #expect(drawn.show(.entry("print" + typed, below: ["hint"])) == typed.utf8.count)
    }

    @Test("Every key costs few bytes, at the margin too")
    func typing() {
        var drawn = DrawnTerminal(columns: 20, rows: 6)
        var text = ""
        drawn.show(.entry(text))
        for _ in 0..<100 {
            text += "x"
            #expect(drawn.show(.entry(text)) <= 8)
        }
        for _ in 0..<100 {
            text.removeLast()
            #expect(drawn.show(.entry(text)) <= 12)
        }
    }

    @Test("A key within a line costs no more for what follows it")
    func within() {
        let rest = String(repeating: "rest of the line ", count: 4)
        var drawn = DrawnTerminal(columns: 100, rows: 6)
        drawn.show(.entry("ab" + rest, characters: 2))
        #expect(drawn.show(.entry("abc" + rest, characters: 3)) <= 8)
        #expect(drawn.terminal.lines == ["> abc" + rest.dropLast()])
        #expect(drawn.show(.entry("ab" + rest, characters: 2)) <= 8)
        #expect(drawn.show(.entry("b" + rest, characters: 0)) <= 12)
        #expect(drawn.terminal.lines == ["> b" + rest.dropLast()])
        #expect(drawn.terminal.cursor == (0, 2))
    }

    @Test("Moving the cursor costs a movement, and nothing costs nothing")
    func moving() {
        var drawn = DrawnTerminal(columns: 40, rows: 6)
        drawn.show(.entry("one two three\nfour", below: ["hint"]))
        #expect(drawn.show(.entry("one two three\nfour", below: ["hint"])) == 0)
        for characters in stride(from: 3, through: 0, by: -1) {
            #expect(drawn.show(.entry("one two three\nfour", below: ["hint"], characters: characters)) == 1)
        }
        #expect(drawn.show(.entry("one two three\nfour", below: ["hint"], line: 0)) <= 8)
    }

    @Test("A key in a tall entry or a long line costs no more than in a short one")
    func large() {
        let lines = (0..<2000).map { "line \($0)" }.joined(separator: "\n")
        let long = String(repeating: "0123456789", count: 1000)
        for text in [lines, long] {
            var drawn = DrawnTerminal(columns: 80, rows: 24)
            drawn.show(.entry(text))
            #expect(drawn.show(.entry(text + "x")) <= 8)
            #expect(drawn.show(.entry(text + "xy")) <= 8)
        }
    }

    @Test("A full redraw of coloured text is not much more than the text")
    func fullRedraw() {
        var view = EditorView.entry("")
        view.lines = [StyledText([.init("local ", Style(.blue)), .init("x = ", .plain), .init("1", Style(.cyan))])]
        var drawn = DrawnTerminal(columns: 40, rows: 6)
        #expect(drawn.show(view) <= 11 + 5 + 3 + 5 + 3 + 1 + 4)
    }
}
