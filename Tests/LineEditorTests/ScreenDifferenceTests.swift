import TestSupport
import Testing

@testable import LineEditor

/// Random views, of the characters that make trouble.
private struct ViewSource {
    var random: SeededGenerator

    private static let characters: [String] = [
        "a", "b", "x", " ", " ", "é", "e\u{301}", "日", "本", "ｱ", "\t", "\u{1}", "👍🏽", "👨‍👩‍👧", "🇫🇷", "❤️", "\u{200B}", "한",
        "\u{1112}\u{1161}\u{11AB}", "1", "2", "(", ")",
    ]
    private static let styles = [
        Style.plain, Style.plain, Style(.red), Style(.brightBlue, isBold: true), Style(isDim: true),
        Style(.green, isUnderlined: true), Style(isReversed: true),
    ]

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func line(_ maxLength: Int) -> StyledText {
        var runs: [StyledText.Run] = [.init("> ", Self.styles[number(0...6)])]
        for _ in 0..<number(0...3) {
            let isPlain = number(0...1) == 0
            let count = number(0...maxLength)
            let text = (0..<count).map { _ in Self.characters[number(0...(isPlain ? 3 : Self.characters.count - 1))] }
            if count > 0 { runs.append(.init(text.joined(), Self.styles[number(0...6)])) }
        }
        return StyledText(runs)
    }

    mutating func view() -> EditorView {
        let lines = (0..<number(1...6)).map { _ in line(12) }
        let below = number(0...2) == 0 ? (0..<number(1...4)).map { _ in line(8) } : []
        return placed(EditorView(lines: lines, cursorLine: 0, cursorCharacters: 0, below: below))
    }

    private mutating func placed(_ view: EditorView) -> EditorView {
        var view = view
        view.cursorLine = number(0...(view.lines.count - 1))
        let count = view.lines[view.cursorLine].runs.reduce(0) { $0 + $1.text.count }
        view.cursorCharacters = number(0...2) == 0 ? count : number(0...count)
        return view
    }

    /// A line with a character more or less somewhere.
    mutating func edited(_ line: StyledText) -> StyledText {
        var line = line
        guard !line.runs.isEmpty else { return line }
        let run = number(0...(line.runs.count - 1))
        var text = Array(line.runs[run].text)
        if number(0...1) == 0, text.count > 1 {
            text.remove(at: number(0...(text.count - 1)))
        } else {
            let isPlain = number(0...1) == 0
            let new = Self.characters[number(0...(isPlain ? 3 : Self.characters.count - 1))]
            text.insert(contentsOf: new, at: number(0...text.count))
        }
        line.runs[run].text = String(text)
        return line
    }

    /// A view a little different from another.
    mutating func changed(_ view: EditorView) -> EditorView {
        var view = view
        let line = number(0...(view.lines.count - 1))
        switch number(0...9) {
        case 0: return self.view()
        case 1: view.lines.insert(self.line(6), at: line)
        case 2 where view.lines.count > 1: view.lines.remove(at: line)
        case 3: view.below = number(0...1) == 0 ? [] : [self.line(5)]
        case 4: view.lines[line].runs.append(.init("xyz", Self.styles[number(0...6)]))
        case 5 where view.lines[line].runs.count > 1: view.lines[line].runs.remove(at: 1)
        case 7...9: view.lines[line] = edited(view.lines[line])
        default: break
        }
        return placed(view)
    }
}

@Suite("Line layout")
struct LineLayoutTests {
    @Test("A layout made of the one before is the same as one made anew", arguments: 300...330 as ClosedRange<UInt64>)
    func reused(seed: UInt64) {
        var source = ViewSource(random: SeededGenerator(seed: seed))
        let columns = source.number(1...20)
        var line = source.line(60)
        var layout = LineLayout(line, columns: columns)
        for round in 0..<60 {
            line = source.edited(line)
            layout = LineLayout(line, columns: columns, previous: layout)
            let fresh = LineLayout(line, columns: columns)
            let comment: Comment = "seed \(seed) round \(round) columns \(columns): \(line)"
            #expect(layout.rowCount == fresh.rowCount, comment)
            let rows = 0..<min(layout.rowCount, fresh.rowCount)
            #expect(rows.map { layout.cells(ofRow: $0) } == rows.map { fresh.cells(ofRow: $0) }, comment)
            for count in 0...line.runs.reduce(0, { $0 + $1.text.count }) {
                #expect(layout.position(ofCharacter: count) == fresh.position(ofCharacter: count), comment)
            }
        }
    }

    @Test("Rows are filled, and none is wider than the terminal", arguments: 400...420 as ClosedRange<UInt64>)
    func filled(seed: UInt64) {
        var source = ViewSource(random: SeededGenerator(seed: seed))
        let columns = source.number(1...20)
        for _ in 0..<30 {
            let layout = LineLayout(source.line(60), columns: columns)
            for row in 0..<layout.rowCount {
                let cells = layout.cells(ofRow: row)
                #expect(cells.count <= columns, "seed \(seed)")
                #expect(cells.reduce(0) { $0 + $1.columns } == cells.count, "seed \(seed)")
                guard row < layout.rowCount - 1 else { continue }
                // A wide character or a control character may leave one column free, or three.
                #expect(cells.count > columns - 4, "seed \(seed)")
            }
        }
    }
}

@Suite("Screen difference")
struct ScreenDifferenceTests {
    /// What a terminal shows when a view is drawn on it for the first time.
    private static func fresh(_ view: EditorView, _ size: TerminalSize, _ windowTop: Int, _ usesColor: Bool)
        -> TerminalEmulator
    {
        var terminal = TerminalEmulator(columns: size.columns, rows: size.rows)
        var renderer = Renderer(size: size, usesColor: usesColor, windowTop: windowTop)
        terminal.feed(renderer.render(view, size: size))
        return terminal
    }

    private static func looks(_ terminal: TerminalEmulator, from top: Int, _ count: Int) -> [[TerminalEmulator.Style]] {
        (top..<(top + count)).map { row in (0..<terminal.columns).map { terminal.style(row, $0) } }
    }

    @Test("Changing the screen gives the same as drawing it anew", arguments: 1...40 as ClosedRange<UInt64>)
    func sameAsFresh(seed: UInt64) {
        var source = ViewSource(random: SeededGenerator(seed: seed))
        let size = TerminalSize(columns: source.number(2...30), rows: source.number(2...12))
        let usesColor = source.number(0...4) > 0
        var terminal = TerminalEmulator(columns: size.columns, rows: size.rows)
        var renderer = Renderer(size: size, usesColor: usesColor)
        var view = source.view()
        for round in 0..<60 {
            terminal.feed(renderer.render(view, size: size))
            let wanted = Self.fresh(view, size, renderer.windowTop, usesColor)
            let top = terminal.cursor.row - wanted.cursor.row
            let comment: Comment = "seed \(seed) round \(round) size \(size): \(view)"
            let lines = terminal.lines.dropFirst(top).map { $0 }
            #expect(lines == wanted.lines, comment)
            #expect(terminal.cursor.column == wanted.cursor.column, comment)
            #expect(terminal.isAtMargin == wanted.isAtMargin && !terminal.isAtMargin, comment)
            let count = size.rows - top
            #expect(Self.looks(terminal, from: top, count) == Self.looks(wanted, from: 0, count), comment)
            #expect(terminal.unknownSequences.isEmpty)
            guard lines == wanted.lines else { return }
            view = source.changed(view)
        }
    }

    @Test("What stood above stays, whatever is drawn", arguments: 100...120 as ClosedRange<UInt64>)
    func keepsAbove(seed: UInt64) {
        var source = ViewSource(random: SeededGenerator(seed: seed))
        let size = TerminalSize(columns: source.number(4...30), rows: source.number(2...12))
        let above = (0..<source.number(0...15)).map { "\($0)" }
        var terminal = TerminalEmulator(columns: size.columns, rows: size.rows)
        for line in above { terminal.feed("\(line)\r\n") }
        var renderer = Renderer(size: size, usesColor: true)
        var view = source.view()
        for round in 0..<40 {
            terminal.feed(renderer.render(view, size: size))
            if source.number(0...5) == 0 {
                terminal.feed(renderer.hide())
                terminal.feed(renderer.show())
            }
            let kept = (terminal.scrollback + terminal.lines).prefix(above.count).map { $0 }
            #expect(kept == above, "seed \(seed) round \(round) size \(size)")
            view = source.changed(view)
        }
        terminal.feed(renderer.hide())
        #expect(terminal.scrollback + terminal.lines == above, "seed \(seed)")
    }

    @Test("Other output between, and finished entries, stand in order", arguments: 200...215 as ClosedRange<UInt64>)
    func transcript(seed: UInt64) {
        var source = ViewSource(random: SeededGenerator(seed: seed))
        let size = TerminalSize(columns: source.number(4...30), rows: source.number(2...12))
        var terminal = TerminalEmulator(columns: size.columns, rows: size.rows)
        var renderer = Renderer(size: size, usesColor: true)
        var wanted: [String] = []
        for round in 0..<20 {
            var view = source.view()
            for _ in 0..<3 {
                terminal.feed(renderer.render(view, size: size))
                view = source.changed(view)
            }
            if source.number(0...2) == 0 {
                terminal.feed(renderer.hide())
                terminal.feed("out \(round)\r\n")
                wanted.append("out \(round)".prefixes(size.columns))
                terminal.feed(renderer.show())
            }
            terminal.feed(renderer.finish(view))
            var whole = view
            whole.below = []
            whole.cursorCharacters = 0
            whole.cursorLine = 0
            let drawn = Self.fresh(whole, TerminalSize(columns: size.columns, rows: 200), 0, true)
            wanted.append(drawn.text)
            #expect(terminal.cursor.column == 0)
            // A wrapped row of blanks at an entry's end is not told from none.
            let shown = (terminal.scrollback + terminal.lines).filter { !$0.isEmpty }
            #expect(
                shown == wanted.flatMap { $0.split(separator: "\n").map(String.init) },
                "seed \(seed) round \(round) size \(size)"
            )
        }
    }
}

extension String {
    /// The text as rows of so many characters.
    fileprivate func prefixes(_ count: Int) -> String {
        var rows: [String] = []
        var rest = self[...]
        while !rest.isEmpty {
            rows.append(String(rest.prefix(count)).trimmedEnd)
            rest = rest.dropFirst(count)
        }
        return rows.joined(separator: "\n")
    }

    private var trimmedEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
