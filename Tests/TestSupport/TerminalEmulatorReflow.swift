/// Wrapping lines anew when the width changes.
extension TerminalEmulator {
    /// One line, whatever rows it took.
    private struct Line {
        var cells: [Cell] = []
        /// How many of its cells stand before the cursor, when the cursor is in it.
        var cursor: Int?
    }

    mutating func reflow(_ columns: Int) {
        var rows: [Row] = []
        for line in linesOfGrid() { wrap(line, columns, &rows) }
        grid = rows
    }

    private func linesOfGrid() -> [Line] {
        var lines: [Line] = []
        var line = Line()
        for (row, content) in grid.enumerated() {
            if row == cursorRow { line.cursor = line.cells.count + cursorColumn + (isWrapPending ? 1 : 0) }
            line.cells += content.cells
            if !content.wraps {
                lines.append(line)
                line = Line()
            }
        }
        if !line.cells.isEmpty { lines.append(line) }
        // Blank rows at the bottom are none.
        while let last = lines.last, last.cursor == nil, last.cells.allSatisfy({ $0 == Cell() }) { lines.removeLast() }
        return lines
    }

    private mutating func wrap(_ line: Line, _ columns: Int, _ rows: inout [Row]) {
        var cells = line.cells
        while cells.last == Cell(), cells.count > line.cursor ?? 0 { cells.removeLast() }
        var row: [Cell] = []
        for (position, cell) in cells.enumerated() {
            let isWide = position + 1 < cells.count && cells[position + 1].text.isEmpty && !cell.text.isEmpty
            if row.count + (isWide && columns > 1 ? 2 : 1) > columns {
                finish(&row, columns, wraps: true, &rows)
            }
            if position == line.cursor { (cursorRow, cursorColumn) = (rows.count, row.count) }
            row.append(cell)
        }
        if let cursor = line.cursor, cursor >= cells.count {
            let extra = row.count + cursor - cells.count
            if extra >= columns, !row.isEmpty { finish(&row, columns, wraps: true, &rows) }
            (cursorRow, cursorColumn) = (rows.count, extra >= columns ? 0 : extra)
        }
        finish(&row, columns, wraps: false, &rows)
    }

    private func finish(_ row: inout [Cell], _ columns: Int, wraps: Bool, _ rows: inout [Row]) {
        let padding = Array(repeating: Cell(), count: max(0, columns - row.count))
        rows.append(Row(cells: row + padding, wraps: wraps))
        row = []
    }
}
