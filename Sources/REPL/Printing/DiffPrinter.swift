/// Shows what writes changed, in place of the records that were written.
public struct DiffPrinter: Sendable {
    /// One member that a write changed.
    public struct Change: Sendable, Hashable {
        /// Where the member is: a JSON Pointer (RFC 6901).
        public var path: String
        /// The JSON text before; `nil` when there was none.
        public var old: String?
        /// The JSON text after; `nil` when there is none.
        public var new: String?

        public init(path: String, old: String?, new: String?) {
            self.path = path
            self.old = old
            self.new = new
        }
    }

    /// One write.
    public struct Write: Sendable, Hashable {
        /// What was done: `updated`, `created`, `deleted`.
        public var verb: String
        public var id: String
        /// Of an update; of others none are shown.
        public var changes: [Change]

        public init(verb: String, id: String, changes: [Change] = []) {
            self.verb = verb
            self.id = id
            self.changes = changes
        }
    }

    /// How many changes of one write are shown.
    public static let maxChanges = 8
    /// How many writes are shown.
    public static let maxWrites = 20
    private static let minValueColumns = 12
    private static let maxValueColumns = 60
    /// The time of the write itself changes with each, and says nothing.
    private static let evidentPath = "/updated/value"
    private static let undoNote = "(undo() takes it back)"

    private let columnCount: Int
    private let paint: Paint

    public init(columnCount: Int = 80, usesColor: Bool = false) {
        self.columnCount = columnCount
        paint = Paint(usesColor: usesColor)
    }

    /// The lines of the writes, without an end of line; empty without writes.
    ///
    /// - Parameters:
    ///   - omittedCount: how many more writes there were that `writes` does not have.
    ///   - canUndo: whether to say, once, that the writes can be taken back.
    public func text(of writes: [Write], omittedCount: Int = 0, canUndo: Bool = true) -> String {
        guard !writes.isEmpty else { return "" }
        var lines = writes.prefix(Self.maxWrites).flatMap(self.lines)
        let rest = omittedCount + max(0, writes.count - Self.maxWrites)
        if rest > 0 { lines.append(Line(paint, omission: "… \(rest) more \(rest == 1 ? "write" : "writes")")) }
        let changedSomething = rest > 0 || writes.contains { $0.verb != "updated" || !Self.telling($0).isEmpty }
        if canUndo, changedSomething { addNote(to: &lines) }
        return lines.map(\.text).joined(separator: "\n")
    }

    /// A line with the columns it takes.
    private struct Line {
        var text: String
        var width: Int

        init(_ text: String, width: Int) {
            self.text = text
            self.width = width
        }

        init(_ paint: Paint, omission: String) {
            self.init(paint(.omission, omission), width: TextWidth.columns(of: omission))
        }
    }

    private static func telling(_ write: Write) -> [Change] {
        write.changes.filter { $0.path != evidentPath }
    }

    private func lines(_ write: Write) -> [Line] {
        let head = "\(TextEscaping.safe(write.verb)) \(TextEscaping.safe(write.id))"
        let headWidth = TextWidth.columns(of: head)
        let changes = Self.telling(write)
        guard !changes.isEmpty else {
            guard write.verb == "updated" else { return [Line(head, width: headWidth)] }
            return [Line(head + "   " + paint(.omission, "nothing changed"), width: headWidth + 18)]
        }
        let shown = changes.prefix(Self.maxChanges)
        let pathWidth = shown.map { TextWidth.columns(of: Self.path($0)) }.max() ?? 0
        // One change stands beside the id where it fits, several stand below it.
        if changes.count == 1, headWidth + 3 + pathWidth + 2 + 2 * Self.minValueColumns + 3 <= columnCount {
            let line = self.line(changes[0], pathWidth: pathWidth, usedColumns: headWidth + 3)
            return [Line(head + "   " + line.text, width: headWidth + 3 + line.width)]
        }
        var lines = [Line(head, width: headWidth)]
        lines += shown.map { change in
            let line = self.line(change, pathWidth: pathWidth, usedColumns: 2)
            return Line("  " + line.text, width: line.width + 2)
        }
        if changes.count > shown.count { lines.append(summary(changes[shown.count...])) }
        return lines
    }

    private func line(_ change: Change, pathWidth: Int, usedColumns: Int) -> Line {
        let path = Self.path(change)
        let padding = String(repeating: " ", count: pathWidth - TextWidth.columns(of: path))
        let available = (columnCount - usedColumns - pathWidth - 2 - 3) / 2
        let limit = min(max(available, Self.minValueColumns), Self.maxValueColumns)
        let old = Self.value(change.old, limit)
        let new = Self.value(change.new, limit)
        let oldText = paint(change.old == nil ? .absent : .removed, old)
        let newText = paint(change.new == nil ? .absent : .added, new)
        let width = pathWidth + 2 + TextWidth.columns(of: old) + 3 + TextWidth.columns(of: new)
        return Line("\(paint(.path, path))\(padding)  \(oldText) → \(newText)", width: width)
    }

    /// What is left out, by the member it is in: `… 12 more changes: /share (5), /github (7)`.
    private func summary(_ changes: ArraySlice<Change>) -> Line {
        var counts: [(name: String, count: Int)] = []
        for change in changes {
            let name = "/" + (change.path.split(separator: "/").first.map { TextEscaping.safe(String($0)) } ?? "")
            if let index = counts.firstIndex(where: { $0.name == name }) {
                counts[index].count += 1
            } else {
                counts.append((name, 1))
            }
        }
        let places = counts.map { "\($0.name) (\($0.count))" }.joined(separator: ", ")
        let noun = changes.count == 1 ? "change" : "changes"
        let text = "  … \(changes.count) more \(noun): \(places)"
        return Line(paint, omission: TextWidth.cut(text, columns: columnCount))
    }

    private func addNote(to lines: inout [Line]) {
        let noteWidth = TextWidth.columns(of: Self.undoNote)
        let note = paint(.omission, Self.undoNote)
        if lines.count == 1, lines[0].width + 3 + noteWidth <= columnCount {
            lines[0].text += "   " + note
        } else {
            lines.append(Line(note, width: noteWidth))
        }
    }

    private static func path(_ change: Change) -> String {
        change.path.isEmpty ? "(document)" : TextEscaping.safe(change.path)
    }

    private static func value(_ text: String?, _ columns: Int) -> String {
        guard let text else { return "nothing" }
        // No more is looked at than can be shown; one line is made of it.
        let start = Array(text.utf8.prefix(columns * 8))
        let shown = TextEscaping.escaped(start, quote: nil).text
        return TextWidth.cut(shown, columns: columns)
    }
}
