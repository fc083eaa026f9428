import LuaRuntime

/// The members of records as columns, the most useful first.
struct RecordColumns {
    struct Column {
        /// The names that lead to the member; with `#` before it, the member is a list and the cells are its counts.
        var path: String
        var depth: Int
        var cells: [RecordCell]

        /// The one kind of the cells that there are; `nil` when there are several.
        let kind: RecordCell.Kind?
        let isConstant: Bool
        fileprivate let rank: Rank
    }

    private(set) var columns: [Column]

    /// More members than these are not looked at.
    private static let maxColumns = 500
    /// Tables nested deeper are one cell.
    private static let maxDepth = 4

    /// - Parameter records: tables with names as keys.
    init(of records: [LuaValue], times: TimeText) {
        var collector = Collector(times: times, rowCount: records.count)
        for (row, record) in records.enumerated() { collector.add(record, row: row) }
        columns = collector.columns()
        columns.sort { $0.rank < $1.rank }
    }

    // MARK: Collecting

    /// Walks through records and keeps the cells by path.
    private struct Collector {
        let times: TimeText
        let rowCount: Int
        private var indices: [String: Int] = [:]
        private var found: [(path: String, depth: Int, cells: [RecordCell])] = []

        init(times: TimeText, rowCount: Int) {
            self.times = times
            self.rowCount = rowCount
        }

        mutating func add(_ record: LuaValue, row: Int) {
            for entry in TableEntries(record, maxCount: RecordColumns.maxColumns).shown {
                guard case .string(let name) = entry.key else { continue }
                add(entry.value, at: Self.path(name), depth: 1, isTime: TimeText.isTime(name, inTime: false), row: row)
            }
        }

        private mutating func add(_ value: LuaValue, at path: String, depth: Int, isTime: Bool, row: Int) {
            switch value {
            case .array(let elements): set(.count(elements.count), at: "#" + path, depth: depth, row: row)
            case .table, .object: addTable(value, at: path, depth: depth, isTime: isTime, row: row)
            default: set(RecordCell(value, isTime: isTime, times: times), at: path, depth: depth, row: row)
            }
        }

        private mutating func addTable(_ value: LuaValue, at path: String, depth: Int, isTime: Bool, row: Int) {
            let entries = TableEntries(value, maxCount: RecordColumns.maxColumns)
            if entries.totalCount == 0 { return set(.emptyTable, at: path, depth: depth, row: row) }
            if entries.sequenceCount == entries.totalCount {
                return set(.count(entries.totalCount), at: "#" + path, depth: depth, row: row)
            }
            guard entries.sequenceCount == 0, depth < RecordColumns.maxDepth else {
                return set(RecordCell(value, isTime: false, times: times), at: path, depth: depth, row: row)
            }
            if let only = entries.shown.first, entries.totalCount == 1, addWrapped(only, path, depth, isTime, row) {
                return
            }
            for entry in entries.shown {
                guard case .string(let name) = entry.key else { continue }
                let inner = path + (LuaLiteral.isName(name) ? "." : "") + Self.path(name)
                let isTime = TimeText.isTime(name, inTime: isTime)
                add(entry.value, at: inner, depth: depth + 1, isTime: isTime, row: row)
            }
        }

        /// A table that only wraps a value or a list counts as that.
        private mutating func addWrapped(
            _ entry: TableEntries.Entry,
            _ path: String,
            _ depth: Int,
            _ isTime: Bool,
            _ row: Int
        ) -> Bool {
            if entry.key == "iterable" {
                let list = TableEntries(entry.value, maxCount: 0)
                guard entry.value.isTable, list.sequenceCount == list.totalCount else { return false }
                set(.count(list.totalCount), at: "#" + path, depth: depth, row: row)
                return true
            }
            guard entry.key == "value" else { return false }
            add(entry.value, at: path, depth: depth, isTime: isTime, row: row)
            return true
        }

        private mutating func set(_ cell: RecordCell, at path: String, depth: Int, row: Int) {
            if let index = indices[path] {
                found[index].cells[row] = cell
            } else if found.count < RecordColumns.maxColumns {
                indices[path] = found.count
                var cells = [RecordCell](repeating: .absent, count: rowCount)
                cells[row] = cell
                found.append((path, depth, cells))
            }
        }

        /// The columns; an empty table counts as a list where others have one, and says nothing beside members.
        mutating func columns() -> [Column] {
            for index in found.indices {
                guard let list = indices["#" + found[index].path] else { continue }
                for row in found[index].cells.indices where found[index].cells[row].text == "{}" {
                    found[list].cells[row] = .count(0)
                    found[index].cells[row] = .absent
                }
            }
            return found.filter { column in column.cells.contains { $0.kind != .absent } }
                .filter { column in
                    !column.cells.allSatisfy { $0.kind == .absent || $0.text == "{}" }
                        || !found.contains { $0.path.hasPrefix(column.path + ".") }
                }
                .map { Column(path: $0.path, depth: $0.depth, cells: $0.cells) }
        }

        private static func path(_ name: [UInt8]) -> String {
            if LuaLiteral.isName(name) { return String(decoding: name, as: UTF8.self) }
            return "[\"\(TextEscaping.escaped(name, maxCharacters: 40).text)\"]"
        }
    }
}

// MARK: - Usefulness

extension RecordColumns {
    /// Columns that say more come first.
    fileprivate struct Rank: Comparable {
        var group: Int
        var sparseness: Int
        var nesting: Int
        var sort: Int
        var path: String

        static func < (left: Rank, right: Rank) -> Bool {
            (left.group, left.sparseness, left.nesting, left.sort, left.path)
                < (right.group, right.sparseness, right.nesting, right.sort, right.path)
        }
    }
}

extension RecordColumns.Column {
    /// A text no wider than this, with few different values, is one of a set of words.
    private static let maxWordColumns = 12

    fileprivate init(path: String, depth: Int, cells: [RecordCell]) {
        self.path = path
        self.depth = depth
        self.cells = cells
        let present = cells.filter { $0.kind != .absent && $0.kind != .null }
        let kinds = Set(present.map(\.kind))
        kind = kinds.count == 1 ? kinds.first : kinds == [.number, .count] ? .number : nil
        let values = Set(cells.map(\.text))
        isConstant = values.count == 1 && cells.count > 1
        let isFlat = depth == 1 && kind != .time && kind != .count
        rank = RecordColumns.Rank(
            group: path == "id" ? 0 : isConstant ? 2 : 1,
            sparseness: present.count * 2 < cells.count ? 1 : 0,
            nesting: isFlat ? 0 : 1,
            sort: Self.sort(of: path, kind: kind, values: values, rowCount: cells.count),
            path: path
        )
    }

    private static func sort(of path: String, kind: RecordCell.Kind?, values: Set<String>, rowCount: Int) -> Int {
        let name = path.split(separator: ".").last ?? ""
        if ["name", "title", "label", "subject", "username"].contains(name) { return 0 }
        if name == "id" || name.hasSuffix("_id") || ["link", "url", "short", "href"].contains(name) { return 6 }
        switch kind {
        case .boolean: return 1
        case .number, .count: return 2
        case .time: return 3
        default:
            let isWord = values.count * 2 <= rowCount && values.allSatisfy { $0.utf8.count <= maxWordColumns }
            return isWord ? 1 : 5
        }
    }
}
