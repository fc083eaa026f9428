/// Draws an editor on a terminal: remembers what is shown, and sends only what changes it.
///
/// The entry begins in the row where the cursor was, in the first column, when it was first drawn. The last column of a
/// row is written to; the row's cursor is settled by the first cell of the row below, which every terminal puts there
/// whether it wraps at once or waits. Only a row with none below it leaves the cursor waiting, and then a return takes
/// it away.
struct Renderer: Sendable {
    /// An entry that is handed in is drawn whole, when it has no more rows; otherwise what was shown of it stays.
    static let maxFinishedRows = 2000

    private let usesColor: Bool
    private let reflows: Bool
    private var layout: ScreenLayout
    private var writer: ScreenWriter
    private var shown = Screen()
    private var view: EditorView?
    private(set) var size: TerminalSize
    private(set) var isHidden = false

    /// - Parameters:
    ///   - usesColor: whether looks are shown; no SGR sequence is ever sent otherwise.
    ///   - reflows: whether the terminal wraps lines anew when its width changes.
    ///   - windowTop: the first row to show of an entry taller than the terminal, if the cursor allows it.
    init(size: TerminalSize, usesColor: Bool, reflows: Bool = true, windowTop: Int = 0) {
        self.size = size
        self.usesColor = usesColor
        self.reflows = reflows
        layout = ScreenLayout(usesColor: usesColor, windowTop: windowTop)
        writer = ScreenWriter(columns: size.columns)
    }

    /// The first row that is shown of an entry taller than the terminal.
    var windowTop: Int { layout.windowTop }

    /// Shows a view.
    ///
    /// - Returns: what to send to the terminal; nothing while hidden, when the view is kept for `show`.
    mutating func render(_ view: EditorView, size: TerminalSize) -> [UInt8] {
        self.view = view
        guard !isHidden else {
            if size != self.size { forgetScreen(size) }
            return []
        }
        if size != self.size { return resized(to: size) }
        let screen = layout.screen(of: view, size)
        ScreenDifference.write(from: shown, to: screen, columns: size.columns, &writer)
        shown = screen
        return writer.takeBytes()
    }

    /// Leaves a view on the terminal, whole and without the lines below it, and the cursor in the row after it.
    ///
    /// - Parameter view: the last state, such as without ghost text; the one shown last when `nil`.
    mutating func finish(_ view: EditorView? = nil) -> [UInt8] {
        guard var last = view ?? self.view else { return [] }
        last.below = []
        last.cursorLine = max(0, last.lines.count - 1)
        last.cursorCharacters = last.lines.last?.runs.reduce(0) { $0 + $1.text.count } ?? 0
        isHidden = false
        var bytes = render(last, size: size)
        if shown.rows.count < shown.entryRowCount, shown.entryRowCount <= Self.maxFinishedRows {
            bytes += drawWhole(last)
        }
        if shown.hasCursorRowOfItsOwn {
            writer.move(toRow: shown.cursorRow, column: 0)
        } else {
            writer.move(toRow: max(0, shown.rows.count), column: 0)
        }
        bytes += writer.takeBytes()
        forgetScreen(size)
        self.view = nil
        return bytes
    }

    /// Draws every row of an entry taller than the terminal; those above scroll away in order.
    private mutating func drawWhole(_ view: EditorView) -> [UInt8] {
        writer.eraseScreen(fromRow: 0, column: 0)
        let screen = layout.entry(of: view, size.columns, maxRows: Self.maxFinishedRows)
        ScreenDifference.write(from: Screen(), to: screen, columns: size.columns, &writer)
        shown = screen
        return writer.takeBytes()
    }

    /// Takes everything off the terminal, so that other output can be printed where it was; that must end with a new
    /// line.
    mutating func hide() -> [UInt8] {
        guard !isHidden else { return [] }
        isHidden = true
        guard !shown.rows.isEmpty else { return [] }
        writer.eraseScreen(fromRow: 0, column: 0)
        let bytes = writer.takeBytes()
        forgetScreen(size)
        return bytes
    }

    /// Shows the last view again, from the cursor's row on.
    mutating func show() -> [UInt8] {
        guard isHidden else { return [] }
        isHidden = false
        return redraw()
    }

    /// Empties the terminal and draws the view at its top.
    mutating func clearScreen() -> [UInt8] {
        forgetScreen(size)
        let clear: [UInt8] = Array("\u{1B}[H\u{1B}[2J".utf8)
        return isHidden ? clear : clear + redraw()
    }

    /// Draws anew after the terminal's size has changed, whether the terminal wrapped the lines anew or cut them.
    mutating func resized(to size: TerminalSize) -> [UInt8] {
        guard !isHidden, !shown.rows.isEmpty else {
            forgetScreen(size)
            return isHidden ? [] : redraw()
        }
        let rowsAbove =
            reflows && size.columns != self.size.columns
            ? ReflowedRows.above(shown, writer.row, writer.column, self.size.columns, size.columns) : writer.row
        forgetScreen(size)
        writer.append(rowsAbove > 0 ? "\r\u{1B}[\(rowsAbove)A\u{1B}[J" : "\r\u{1B}[J")
        return redraw()
    }

    /// Draws everything, from the cursor's row on.
    private mutating func redraw() -> [UInt8] {
        guard let view else { return writer.takeBytes() }
        return render(view, size: size)
    }

    private mutating func forgetScreen(_ size: TerminalSize) {
        self.size = size
        shown = Screen()
        writer = ScreenWriter(columns: size.columns)
    }
}

/// Where the cursor is after a terminal has wrapped its lines anew.
private enum ReflowedRows {
    /// How many rows stand between the entry's first and the cursor's.
    static func above(_ screen: Screen, _ cursorRow: Int, _ cursorColumn: Int, _ old: Int, _ new: Int) -> Int {
        var above = 0
        // The columns of the rows that the terminal has as one line: all but the last are full.
        var length = 0
        for (row, cells) in screen.rows.enumerated() {
            if row == cursorRow { return above + (length + min(cursorColumn, old - 1)) / new }
            length += cells.count
            if cells.count < old {
                above += max(1, (length + new - 1) / new)
                length = 0
            }
        }
        return above
    }
}
