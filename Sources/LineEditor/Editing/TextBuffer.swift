/// A text of one or more lines, and the cursor in it.
///
/// Every position handed in is brought into the text first, so no operation can fail.
struct TextBuffer: Hashable, Sendable {
    /// A place between two characters.
    struct Position: Hashable, Comparable, Sendable {
        var line = 0
        /// Characters of the line before it.
        var column = 0

        static func < (left: Position, right: Position) -> Bool {
            (left.line, left.column) < (right.line, right.column)
        }
    }

    /// Never empty.
    private(set) var lines: [TextLine]
    private(set) var cursor = Position()
    /// UTF-8 bytes of the whole text, line breaks included.
    private(set) var byteCount: Int
    /// The column that moves up and down aim for, across shorter lines.
    private var goalColumn: Int?

    /// The text with the cursor at its end.
    init(_ text: String = "") {
        lines = Self.split(text)
        byteCount = lines.reduce(lines.count - 1) { $0 + $1.byteCount }
        cursor = end
    }

    var isEmpty: Bool { byteCount == 0 }
    var end: Position { Position(line: lines.count - 1, column: lines[lines.count - 1].count) }
    var isAtEnd: Bool { cursor == end }
    var currentLine: TextLine { lines[cursor.line] }

    /// The whole text; linear in it.
    var text: String {
        if lines.count == 1 { return lines[0].text }
        var text = ""
        text.reserveCapacity(byteCount)
        for (number, line) in lines.enumerated() {
            if number > 0 { text.append("\n") }
            text.append(line.text)
        }
        return text
    }

    func string(_ range: Range<Position>) -> String {
        let (start, end) = (clamped(range.lowerBound), clamped(range.upperBound))
        if start.line == end.line { return lines[start.line].string(start.column..<end.column) }
        var text = lines[start.line].string(start.column..<lines[start.line].count)
        for line in lines[(start.line + 1)..<end.line] { text += "\n" + line.text }
        return text + "\n" + lines[end.line].string(0..<end.column)
    }

    /// The nearest position that exists.
    func clamped(_ position: Position) -> Position {
        if position.line < 0 { return Position() }
        if position.line >= lines.count { return end }
        return Position(line: position.line, column: min(max(position.column, 0), lines[position.line].count))
    }

    func offset(of position: Position) -> Int {
        let position = clamped(position)
        return offset(ofLine: position.line) + lines[position.line].offset(ofColumn: position.column)
    }

    func offset(ofLine line: Int) -> Int {
        lines[..<line].reduce(line) { $0 + $1.byteCount }
    }

    /// The position at a UTF-8 offset, or the next one when the offset is inside a character.
    func position(ofOffset offset: Int) -> Position {
        var rest = max(0, offset)
        for (number, line) in lines.enumerated() {
            if rest <= line.byteCount { return Position(line: number, column: line.column(ofOffset: rest)) }
            rest -= line.byteCount + 1
        }
        return end
    }

    mutating func move(to position: Position) {
        cursor = clamped(position)
        goalColumn = nil
    }

    /// Moves without forgetting the column that moves up and down aim for.
    mutating func keepGoal(_ move: (inout TextBuffer) -> Void) {
        let goal = goalColumn
        move(&self)
        goalColumn = goal
    }

    /// Moves by lines, aiming for the column where the first of several such moves began.
    ///
    /// - Returns: Whether there is such a line; otherwise nothing changes.
    mutating func moveVertically(by count: Int) -> Bool {
        let line = cursor.line + count
        guard lines.indices.contains(line) else { return false }
        let goal = goalColumn ?? cursor.column
        cursor = clamped(Position(line: line, column: goal))
        goalColumn = goal
        return true
    }

    /// Puts a text in place of a part; the cursor goes behind it.
    mutating func replace(_ range: Range<Position>, with new: String) {
        let (start, end) = (clamped(range.lowerBound), clamped(range.upperBound))
        goalColumn = nil
        if start.line == end.line, !new.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
            byteCount -= lines[start.line].byteCount
            cursor = Position(
                line: start.line,
                column: lines[start.line].replace(start.column..<end.column, with: new)
            )
            byteCount += lines[start.line].byteCount
        } else {
            replaceLines(start, end, with: Self.split(new))
        }
    }

    private mutating func replaceLines(_ start: Position, _ end: Position, with pieces: [TextLine]) {
        let tail = lines[end.line].string(end.column..<lines[end.line].count)
        var first = lines[start.line]
        let removed = offset(of: end) - offset(of: start)
        var column = first.replace(start.column..<first.count, with: pieces[0].text)
        var new = pieces
        new[0] = first
        let last = new.count - 1
        if last > 0 { column = new[last].count }
        _ = new[last].replace(new[last].count..<new[last].count, with: tail)
        lines.replaceSubrange(start.line...end.line, with: new)
        byteCount += pieces.reduce(pieces.count - 1) { $0 + $1.byteCount } - removed
        cursor = clamped(Position(line: start.line + last, column: column))
    }

    mutating func insert(_ text: String) {
        replace(cursor..<cursor, with: text)
    }

    /// Removes what stands between the cursor and a position, and returns it.
    mutating func remove(to position: Position) -> String {
        let target = clamped(position)
        let range = min(target, cursor)..<max(target, cursor)
        guard !range.isEmpty else { return "" }
        let removed = string(range)
        replace(range, with: "")
        return removed
    }

    /// A text's lines; `\r\n` and `\r` count as line breaks, too.
    private static func split(_ text: String) -> [TextLine] {
        let text = text.utf8.contains(0x0D) ? withoutCarriageReturns(text) : text
        return text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { TextLine(String(Substring($0))) }
    }

    private static func withoutCarriageReturns(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            if scalar == "\r" || !(scalar == "\n" && isAfterReturn) { scalars.append(scalar == "\r" ? "\n" : scalar) }
            isAfterReturn = scalar == "\r"
        }
        return String(scalars)
    }
}
