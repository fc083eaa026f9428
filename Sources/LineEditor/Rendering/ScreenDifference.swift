/// Turns what a terminal shows into what it is to show, by writing what differs.
enum ScreenDifference {
    /// So many equal cells between two that differ are written again rather than passed over by a sequence of that
    /// length.
    private static let maxRewrittenCells = 4
    /// More cells that come or go within a row are not worth a sequence, and less of a row behind them neither.
    private static let maxShiftedCells = 16
    private static let minShiftedRest = 5

    static func write(from old: Screen, to new: Screen, columns: Int, _ writer: inout ScreenWriter) {
        for (row, cells) in new.rows.enumerated() {
            let isLast = row == new.rows.count - 1
            let oldCells = row < old.rows.count ? old.rows[row] : []
            if writeShifted(row, oldCells, cells, columns, &writer) { continue }
            writeCells(row, oldCells, cells, &writer)
            guard oldCells.count > cells.count, !isLast || old.rows.count <= new.rows.count else { continue }
            writer.eraseRow(row, from: cells.count)
        }
        if old.rows.count > new.rows.count { eraseBelow(new, columns, &writer) }
        writer.move(toRow: new.cursorRow, column: new.cursorColumn)
        writer.set(.plain)
    }

    /// Erases the rows that are no more, from the end of the last one that is.
    private static func eraseBelow(_ new: Screen, _ columns: Int, _ writer: inout ScreenWriter) {
        let end = new.rows.last?.count ?? 0
        if new.rows.isEmpty || end >= columns {
            writer.eraseScreen(fromRow: new.rows.count, column: 0)
        } else {
            writer.eraseScreen(fromRow: new.rows.count - 1, column: end)
        }
    }

    /// Lets the terminal move the rest of a row (ECMA-48, ICH and DCH) when a few cells have come or gone within it.
    ///
    /// - Returns: whether that was all that differed. Full rows are left alone: what follows them would move, too.
    private static func writeShifted(
        _ row: Int,
        _ old: CellRow,
        _ new: CellRow,
        _ columns: Int,
        _ writer: inout ScreenWriter
    ) -> Bool {
        let count = new.count - old.count
        guard count != 0, abs(count) <= maxShiftedCells, max(old.count, new.count) < columns, !writer.wraps else {
            return false
        }
        let start = nextDifference(old, new, from: 0)
        let rest = (count > 0 ? old : new)[start...]
        guard rest.count >= minShiftedRest, rest.allSatisfy({ $0.columns == 1 && !$0.isUncertain }) else {
            return false
        }
        if count > 0 {
            guard new[(start + count)...] == rest, new[start + count - 1].columns == 1 else { return false }
            writer.insert(new[start..<(start + count)], atRow: row, column: start)
        } else {
            guard old[(start - count)...] == rest, old[start].columns > 0 else { return false }
            writer.delete(-count, atRow: row, column: start)
        }
        return true
    }

    private static func writeCells(_ row: Int, _ old: CellRow, _ new: CellRow, _ writer: inout ScreenWriter) {
        // The row above was filled: its cursor is settled by this row's first cell.
        let isWrappedInto = writer.wraps && writer.row == row - 1
        if isWrappedInto, new.isEmpty { return writer.write([Cell.blank], atRow: row, column: 0) }
        guard isWrappedInto || old != new else { return }
        var start = isWrappedInto ? 0 : nextDifference(old, new, from: 0)
        while start < new.count {
            let end = endOfDifference(old, new, from: start)
            writer.write(new[start..<end], atRow: row, column: start)
            start = nextDifference(old, new, from: end)
        }
    }

    /// - Returns: the first cell from `start` on that differs; the count of `new` when there is none.
    private static func nextDifference(_ old: CellRow, _ new: CellRow, from start: Int) -> Int {
        var position = start
        while position < new.count, position < old.count, old[position] == new[position] { position += 1 }
        return position
    }

    /// Where the cells end that are to be written in one go. The second column of a wide character differs only with
    /// the first, so that it begins none.
    private static func endOfDifference(_ old: CellRow, _ new: CellRow, from start: Int) -> Int {
        var end = start + 1
        while true {
            let next = nextDifference(old, new, from: end)
            guard next < new.count, next - end <= maxRewrittenCells else { break }
            end = next + 1
        }
        return end
    }
}
