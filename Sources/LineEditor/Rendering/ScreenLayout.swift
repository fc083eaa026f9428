/// What a terminal is to show of an editor, row by row.
struct Screen: Equatable, Sendable {
    var rows: [CellRow] = []
    var cursorRow = 0
    var cursorColumn = 0
    /// How many rows of the entry stand above those shown, and how many it has.
    var hiddenRowCount = 0
    var entryRowCount = 0
    /// Whether the cursor's row is there for the cursor alone, the row above being full.
    var hasCursorRowOfItsOwn = false
}

/// Lays out views for a terminal's size.
///
/// Lines wrap at the terminal's width, never within a character. The layouts of lines are kept: a line that did not
/// change costs a comparison.
struct ScreenLayout: Sendable {
    private var columns = 0
    private var lines: [StyledText] = []
    private var layouts: [LineLayout] = []
    /// The first row that is shown of an entry taller than the terminal; it moves no more than the cursor makes it.
    private(set) var windowTop: Int
    private let usesColor: Bool

    init(usesColor: Bool, windowTop: Int = 0) {
        self.usesColor = usesColor
        self.windowTop = windowTop
    }

    /// The part of a view that fits into a terminal: the lines below, but for one row of the entry at least, and the
    /// rows of the entry round the cursor.
    mutating func screen(of view: EditorView, _ size: TerminalSize) -> Screen {
        let below = view.below.prefix(size.rows - 1)
        var screen = entry(of: view, size.columns, maxRows: size.rows - below.count)
        // The last column stays free: nothing follows that would settle where the terminal's cursor is.
        for line in below { screen.rows.append(Self.cut(line, max(1, size.columns - 1), usesColor)) }
        return screen
    }

    /// The rows of the entry, those round the cursor when there are more than `maxRows`.
    mutating func entry(of view: EditorView, _ columns: Int, maxRows: Int) -> Screen {
        update(view.lines.isEmpty ? [StyledText()] : view.lines, columns)
        let cursorLine = min(max(0, view.cursorLine), lines.count - 1)
        let cursor = layouts[cursorLine].position(ofCharacter: max(0, view.cursorCharacters))
        var screen = Screen()
        screen.cursorColumn = cursor.column
        screen.hasCursorRowOfItsOwn = cursor.row == layouts[cursorLine].rowCount
        screen.entryRowCount = layouts.reduce(screen.hasCursorRowOfItsOwn ? 1 : 0) { $0 + $1.rowCount }
        let cursorRow = layouts[..<cursorLine].reduce(cursor.row) { $0 + $1.rowCount }
        moveWindow(to: cursorRow, of: screen.entryRowCount, maxRows)
        screen.hiddenRowCount = windowTop
        screen.cursorRow = cursorRow - windowTop
        let ownRowLine = screen.hasCursorRowOfItsOwn ? cursorLine : nil
        screen.rows = rows(windowTop..<min(windowTop + maxRows, screen.entryRowCount), ownRowLine)
        return screen
    }

    private mutating func moveWindow(to cursorRow: Int, of count: Int, _ maxRows: Int) {
        windowTop = min(windowTop, cursorRow)
        windowTop = max(windowTop, cursorRow - maxRows + 1)
        windowTop = max(0, min(windowTop, count - maxRows))
    }

    /// - Parameter ownRowLine: the line that has a row more, for the cursor.
    private func rows(_ wanted: Range<Int>, _ ownRowLine: Int?) -> [CellRow] {
        var rows: [CellRow] = []
        var first = 0
        for (line, layout) in layouts.enumerated() {
            guard first < wanted.upperBound else { break }
            let count = layout.rowCount + (line == ownRowLine ? 1 : 0)
            for row in wanted.clamped(to: first..<(first + count)) {
                rows.append(row - first < layout.rowCount ? cells(layout, row - first) : [])
            }
            first += count
        }
        return rows
    }

    private func cells(_ layout: LineLayout, _ row: Int) -> CellRow {
        let cells = layout.cells(ofRow: row)
        return usesColor ? cells : Self.plain(cells)
    }

    private static func plain(_ cells: CellRow) -> CellRow {
        cells.map { Cell(text: $0.text, columns: $0.columns, style: .plain) }
    }

    private static func cut(_ line: StyledText, _ columns: Int, _ usesColor: Bool) -> CellRow {
        let whole = LineLayout(line, columns: columns)
        var cells = whole.cells(ofRow: 0)
        if whole.rowCount > 1, columns > 1 {
            cells = LineLayout(line, columns: columns - 1).cells(ofRow: 0)
            cells.append(Cell(text: "…", columns: 1, style: cells.last?.style ?? .plain))
        }
        return usesColor ? cells : plain(cells)
    }

    /// Takes the lines over; those that are the same at the beginning and at the end keep their layouts.
    private mutating func update(_ wanted: [StyledText], _ columns: Int) {
        var kept = 0
        var keptAtEnd = 0
        if columns == self.columns {
            let shared = min(lines.count, wanted.count)
            while kept < shared, lines[kept] == wanted[kept] { kept += 1 }
            while keptAtEnd < shared - kept,
                lines[lines.count - 1 - keptAtEnd] == wanted[wanted.count - 1 - keptAtEnd]
            {
                keptAtEnd += 1
            }
        }
        let replaced = kept..<(layouts.count - keptAtEnd)
        let changed = (kept..<(wanted.count - keptAtEnd)).map { line in
            LineLayout(wanted[line], columns: columns, previous: replaced.contains(line) ? layouts[line] : nil)
        }
        layouts.replaceSubrange(replaced, with: changed)
        lines = wanted
        self.columns = columns
    }
}
