import LuaRuntime

/// A list of records, laid out with a row for each and their members as columns.
struct RecordTable {
    /// Wider cells are cut; the text of a uuid is not.
    private static let maxCellColumns = 40
    /// A column of texts is narrowed to this, before it is dropped.
    private static let minTextColumns = 12
    private static let gap = "  "

    private let columns: [FittedColumn]
    private let droppedPaths: [String]
    private let rowCount: Int
    private let omittedRowCount: Int
    private let columnCount: Int

    private struct FittedColumn {
        var header: String
        var width: Int
        var isRightAligned: Bool
        var cells: [RecordCell]
    }

    /// - Returns: `nil` when the value is not a list of two records or more that share a member.
    init?(of value: LuaValue, columnCount: Int, maxRows: Int, times: TimeText) {
        let entries = TableEntries(value, maxCount: max(maxRows, 1))
        guard entries.totalCount >= 2, entries.sequenceCount == entries.totalCount else { return nil }
        let records = entries.shown.map(\.value)
        guard Self.shareMember(records) else { return nil }
        let found = RecordColumns(of: records, times: times).columns
        var fitted = Self.fitted(found, columnCount: columnCount, shortensHeaders: false)
        if fitted.count < found.count {
            fitted = Self.fitted(found, columnCount: columnCount, shortensHeaders: true)
        }
        guard !fitted.isEmpty else { return nil }
        columns = fitted
        droppedPaths = found.dropFirst(fitted.count).map(\.path)
        rowCount = records.count
        omittedRowCount = entries.totalCount - records.count
        self.columnCount = columnCount
    }

    private static func shareMember(_ records: [LuaValue]) -> Bool {
        var shared: Set<[UInt8]>?
        for record in records {
            let entries: [LuaValue.Entry]
            switch record {
            case .table(let own), .object(_, let own): entries = own
            default: return false
            }
            var names: Set<[UInt8]> = []
            for entry in entries {
                guard case .string(let name) = entry.key else { return false }
                names.insert(name)
            }
            shared = shared?.intersection(names) ?? names
        }
        return shared?.isEmpty == false
    }

    // MARK: Fitting

    private static func fitted(
        _ columns: [RecordColumns.Column],
        columnCount: Int,
        shortensHeaders: Bool
    ) -> [FittedColumn] {
        let paths = columns.map(\.path)
        var result: [FittedColumn] = []
        var remaining = columnCount
        for column in columns {
            let cellWidth = min(column.cells.map { TextWidth.columns(of: $0.text) }.max() ?? 0, maxCellColumns)
            let header = shortensHeaders ? header(of: column.path, among: paths, cellWidth: cellWidth) : column.path
            let available = remaining - (result.isEmpty ? 0 : gap.count)
            var width = max(cellWidth, TextWidth.columns(of: header))
            if width > available {
                let canShrink = column.kind == .text && available >= minTextColumns
                guard canShrink || result.isEmpty else { break }
                width = available
            }
            guard width > 0 else { break }
            let isNumber = column.kind == .number || column.kind == .count
            result.append(
                FittedColumn(header: header, width: width, isRightAligned: isNumber, cells: column.cells)
            )
            remaining = available - width
        }
        return result
    }

    /// The path, or its shortest end that no other path has when the path is wider than the cells.
    private static func header(of path: String, among paths: [String], cellWidth: Int) -> String {
        guard TextWidth.columns(of: path) > cellWidth else { return path }
        let mark = path.hasPrefix("#") ? "#" : ""
        let names = path.dropFirst(mark.count).split(separator: ".")
        for count in 1..<max(names.count, 1) {
            let end = names.suffix(count).joined(separator: ".")
            let isTaken = paths.contains { $0 != path && ($0.hasSuffix("." + end) || $0 == end || $0 == "#" + end) }
            if !isTaken { return "\(mark)…\(end)" }
        }
        return path
    }

    // MARK: Text

    func text(paint: Paint) -> String {
        var lines = headerLines(paint)
        for row in 0..<rowCount { lines.append(self.row(row, paint)) }
        if omittedRowCount > 0 { lines.append(paint(.omission, "… \(omittedRowCount) more")) }
        if !droppedPaths.isEmpty {
            let count = droppedPaths.count == 1 ? "1 more column" : "\(droppedPaths.count) more columns"
            let note = "… \(count): \(droppedPaths.joined(separator: ", "))"
            lines.append(paint(.omission, TextWidth.cut(note, columns: max(columnCount, 20))))
        }
        return lines.joined(separator: "\n")
    }

    private func headerLines(_ paint: Paint) -> [String] {
        let headers = columns.enumerated().map { index, column in
            let text = TextWidth.cut(column.header, columns: column.width)
            return padded(text, paint(.header, text), column, isLast: index == columns.count - 1)
        }
        let line = headers.joined(separator: Self.gap)
        if paint.usesColor { return [line] }
        let rules = columns.map { String(repeating: "─", count: $0.width) }
        return [line, rules.joined(separator: Self.gap)]
    }

    private func row(_ row: Int, _ paint: Paint) -> String {
        columns.enumerated().map { index, column in
            let cell = column.cells[row]
            let text = TextWidth.cut(cell.text, columns: column.width)
            let painted = cell.role.map { paint($0, text) } ?? text
            return padded(text, painted, column, isLast: index == columns.count - 1)
        }.joined(separator: Self.gap)
    }

    /// The last column of texts ends where its text ends, so that no line ends in spaces.
    private func padded(_ text: String, _ painted: String, _ column: FittedColumn, isLast: Bool) -> String {
        let padding = String(repeating: " ", count: max(0, column.width - TextWidth.columns(of: text)))
        if column.isRightAligned { return padding + painted }
        return isLast ? painted : painted + padding
    }
}
