/// Writes cells at places of the screen, and knows where the terminal's cursor is and how it draws.
///
/// Rows are counted from the first row of the entry, wherever that is in the terminal; every movement is relative.
///
/// After the last column a terminal's cursor stays there until another character comes, which begins the next row. Such
/// a cursor is never moved from but by that character or by a return.
struct ScreenWriter: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var row = 0
    /// The terminal's width when the last column was just written.
    private(set) var column = 0
    /// Whether the column is known for sure; it is not after characters about whose width terminals differ.
    private var isColumnCertain = true
    /// How many rows of the terminal are there to move in; further ones must be made, which may scroll.
    private var rowCount = 1
    private var style = Style.plain
    private let columns: Int

    init(columns: Int) {
        self.columns = columns
    }

    /// Whether the next character begins the next row by itself.
    var wraps: Bool { column >= columns && isColumnCertain }

    mutating func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    // MARK: Cells

    /// Writes cells from a place on.
    mutating func write(_ cells: some Collection<Cell>, atRow row: Int, column: Int) {
        if wraps, row == self.row + 1, column == 0 {
            self.row = row
            self.column = 0
            rowCount = max(rowCount, row + 1)
        }
        var target = column
        for cell in cells where cell.columns > 0 {
            move(toRow: row, column: target)
            set(cell.style)
            append(cell.text)
            target += cell.columns
            self.column = target
            isColumnCertain = !cell.isUncertain
        }
    }

    mutating func set(_ wanted: Style) {
        append(StyleSequence.change(from: style, to: wanted))
        style = wanted
    }

    /// Erases from a place to the row's end.
    mutating func eraseRow(_ row: Int, from column: Int) {
        move(toRow: row, column: column)
        set(.plain)
        append("\u{1B}[K")
    }

    /// Erases from a place to the end of the screen.
    mutating func eraseScreen(fromRow row: Int, column: Int) {
        move(toRow: row, column: column)
        set(.plain)
        append("\u{1B}[J")
    }

    /// Moves the rest of a row to the right and writes cells into the gap.
    mutating func insert(_ cells: ArraySlice<Cell>, atRow row: Int, column: Int) {
        move(toRow: row, column: column)
        set(.plain)
        append("\u{1B}[\(Self.count(cells.count))@")
        write(cells, atRow: row, column: column)
    }

    /// Takes cells out of a row, and moves the rest of it to the left.
    mutating func delete(_ count: Int, atRow row: Int, column: Int) {
        move(toRow: row, column: column)
        set(.plain)
        append("\u{1B}[\(Self.count(count))P")
    }

    // MARK: Movement

    mutating func move(toRow row: Int, column: Int) {
        guard row != self.row || column != self.column || !isColumnCertain else { return }
        if self.column >= columns || !isColumnCertain { returnToStart() }
        moveVertically(to: row, column)
        moveHorizontally(to: column)
    }

    private mutating func returnToStart() {
        append("\r")
        column = 0
        isColumnCertain = true
    }

    private mutating func moveVertically(to wanted: Int, _ wantedColumn: Int) {
        if wanted < row { append("\u{1B}[\(Self.count(row - wanted))A") }
        if wanted > row {
            let existing = min(wanted, rowCount - 1)
            if existing > row, wanted - row > 1 || wantedColumn > 0 {
                append("\u{1B}[\(Self.count(existing - row))B")
                row = existing
            }
            // A line feed makes rows that are not there yet; it is never sent alone, since the terminal driver may turn
            // it into both.
            if wanted > row {
                append(String(repeating: "\r\n", count: wanted - row))
                column = 0
            }
            rowCount = max(rowCount, wanted + 1)
        }
        row = wanted
    }

    private mutating func moveHorizontally(to wanted: Int) {
        guard wanted != column else { return }
        if wanted == 0 {
            append("\r")
        } else if wanted < column, column - wanted <= 3 {
            append(String(repeating: "\u{8}", count: column - wanted))
        } else if wanted < column, column - wanted <= wanted {
            append("\u{1B}[\(column - wanted)D")
        } else {
            if wanted < column { append("\r") }
            append("\u{1B}[\(Self.count(wanted < column ? wanted : wanted - column))C")
        }
        column = wanted
    }

    /// A count of one may be left out.
    private static func count(_ count: Int) -> String {
        count == 1 ? "" : String(count)
    }
}
