/// A terminal without a window: what a program sends is drawn on a grid, which tests look at.
///
/// It does what xterm does with the sequences that line editors use. A character written to the last column leaves the
/// cursor there; the next one begins the next row. It decides about the columns of characters by the C library's table,
/// not by that of the program under test.
public struct TerminalEmulator: Sendable {
    /// Rows that scrolled away are kept up to so many.
    public static let maxScrollbackRows = 10_000

    /// How a cell is drawn; colours by their numbers in the 256-colour palette.
    public struct Style: Hashable, Sendable {
        public var foreground: Int?
        public var background: Int?
        public var isBold = false
        public var isDim = false
        public var isUnderlined = false
        public var isReversed = false

        public init() {}
    }

    struct Cell: Equatable, Sendable {
        /// A character with what is combined with it; empty in the second column of a wide one.
        var text = " "
        var style = Style()
    }

    struct Row: Equatable, Sendable {
        var cells: [Cell]
        /// Whether the row below goes on with the same line, for want of columns.
        var wraps = false
    }

    /// What becomes of lines when the width changes.
    public enum ResizeBehavior: Sendable {
        /// Rows are cut or padded, as in xterm.
        case cut
        /// Lines are wrapped anew, as in most others.
        case reflow
    }

    public private(set) var columns: Int
    public private(set) var rows: Int
    var grid: [Row]
    var scrolledAway: [Row] = []
    var cursorRow = 0
    var cursorColumn = 0
    var isWrapPending = false
    var savedCursor = (row: 0, column: 0)
    var style = Style()
    var parser = TerminalEmulatorParser()
    /// The private modes that are set, such as 2004 (bracketed paste); 25 (the cursor is shown) is from the beginning.
    public internal(set) var modes: Set<Int> = [25]
    /// The numbers of the sequences that were not understood, as text: a test can demand that there are none.
    public internal(set) var unknownSequences: [String] = []

    public init(columns: Int, rows: Int) {
        self.columns = max(1, columns)
        self.rows = max(1, rows)
        grid = Self.blankRows(self.rows, self.columns)
    }

    /// Draws what a program sent.
    public mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if let action = parser.take(byte) { perform(action) }
        }
    }

    public mutating func feed(_ text: String) {
        feed(text.utf8)
    }

    // MARK: Looking at it

    /// The rows from the top, without the blanks at their ends; blank rows at the bottom are left out.
    public var lines: [String] {
        var lines = grid.map(Self.text)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    public var text: String { lines.joined(separator: "\n") }

    /// The rows that scrolled away at the top, oldest first.
    public var scrollback: [String] { scrolledAway.map(Self.text) }

    /// Where the next character is drawn, from 0; when it would begin the next row, the last column of this one.
    public var cursor: (row: Int, column: Int) { (cursorRow, cursorColumn) }

    /// Whether the last column was just written, so that the next character begins the next row.
    public var isAtMargin: Bool { isWrapPending }

    /// How a cell is drawn; plain for a cell that is not there.
    public func style(_ row: Int, _ column: Int) -> Style {
        guard grid.indices.contains(row), grid[row].cells.indices.contains(column) else { return Style() }
        return grid[row].cells[column].style
    }

    private static func text(_ row: Row) -> String {
        var text = row.cells.map(\.text).joined()
        while text.last == " " { text.removeLast() }
        return text
    }

    // MARK: The grid

    static func blankRows(_ count: Int, _ columns: Int) -> [Row] {
        Array(repeating: Row(cells: Array(repeating: Cell(), count: columns)), count: max(0, count))
    }

    /// An erased cell keeps the background that is set.
    private var erased: Cell {
        var cell = Cell()
        cell.style.background = style.background
        return cell
    }

    mutating func erase(_ row: Int, _ range: Range<Int>) {
        let range = range.clamped(to: 0..<columns)
        guard !range.isEmpty else { return }
        splitWide(row, at: range.lowerBound)
        splitWide(row, at: range.upperBound)
        for column in range { grid[row].cells[column] = erased }
        if range.upperBound == columns { grid[row].wraps = false }
    }

    /// A wide character that would be cut between a column and the one before is taken away.
    mutating func splitWide(_ row: Int, at column: Int) {
        guard column > 0, column < columns, grid[row].cells[column].text.isEmpty else { return }
        grid[row].cells[column - 1].text = " "
        grid[row].cells[column].text = " "
    }

    mutating func scrollUp(_ count: Int = 1) {
        for _ in 0..<min(count, rows) {
            scrolledAway.append(grid.removeFirst())
            if scrolledAway.count > Self.maxScrollbackRows { scrolledAway.removeFirst() }
            grid.append(contentsOf: Self.blankRows(1, columns))
        }
    }

    mutating func scrollDown(_ count: Int) {
        for _ in 0..<min(count, rows) {
            grid.removeLast()
            grid.insert(contentsOf: Self.blankRows(1, columns), at: 0)
        }
    }

    mutating func lineFeed() {
        if cursorRow == rows - 1 { scrollUp() } else { cursorRow += 1 }
    }

    // MARK: Size

    public mutating func resize(columns: Int, rows: Int, _ behavior: ResizeBehavior = .cut) {
        let columns = max(1, columns)
        let rows = max(1, rows)
        if columns != self.columns {
            switch behavior {
            case .cut: cut(columns)
            case .reflow: reflow(columns)
            }
        }
        self.columns = columns
        setHeight(rows, behavior)
        isWrapPending = false
        cursorColumn = min(cursorColumn, columns - 1)
    }

    private mutating func cut(_ columns: Int) {
        for row in grid.indices {
            splitWide(row, at: columns)
            let missing = columns - grid[row].cells.count
            if missing > 0 {
                grid[row].cells += Array(repeating: Cell(), count: missing)
            } else {
                grid[row].cells.removeLast(-missing)
            }
            grid[row].wraps = false
        }
    }

    /// Blank rows at the bottom go first. Then xterm drops rows below the cursor, others those at the top, into the
    /// scrollback; the cursor stays on the screen.
    private mutating func setHeight(_ rows: Int, _ behavior: ResizeBehavior) {
        while grid.count > rows, cursorRow < grid.count - 1, grid.last.map(Self.text)?.isEmpty == true {
            grid.removeLast()
        }
        while behavior == .reflow, grid.count > rows, cursorRow > 0 { scrollTopAway() }
        while grid.count > rows, cursorRow < grid.count - 1 { grid.removeLast() }
        while grid.count > rows { scrollTopAway() }
        grid += Self.blankRows(rows - grid.count, columns)
        self.rows = rows
    }

    private mutating func scrollTopAway() {
        scrolledAway.append(grid.removeFirst())
        cursorRow -= 1
    }
}
