/// Where the characters of a line stand when it is wrapped at a terminal's width.
///
/// Only the beginnings of the rows are worked out; the cells of a row are made when they are wanted, so that a long
/// line costs little more than a look at its characters, plain ASCII not even that, and a line that has grown no more
/// than what has come to it.
struct LineLayout: Sendable {
    /// A place in the line: before a character, or at the end.
    struct Place: Sendable {
        var run = 0
        var index: String.Index
        /// How many characters stand before.
        var characterCount = 0
        var row = 0
        var column = 0

        init(index: String.Index?) {
            self.index = index ?? "".startIndex
        }

        mutating func beginRow() {
            row += 1
            column = 0
        }

        mutating func pass(to end: String.Index, columns: Int, characters: Int) {
            index = end
            column += columns
            characterCount += characters
        }
    }

    private let line: StyledText
    private let columns: Int
    /// Where the second and the further rows begin.
    private let laterRows: [Place]
    private let end: Place

    /// - Parameter previous: a layout of what the line was before.
    init(_ line: StyledText, columns: Int, previous: LineLayout? = nil) {
        self.line = line
        self.columns = columns
        var starts = previous.map { $0.columns == columns ? $0.startsShared(with: line) : [] } ?? []
        var walker = LineWalker(line, columns: columns, at: starts.last)
        walker.measure { starts.append($0) }
        laterRows = starts
        end = walker.place
    }

    /// The beginnings of rows that are the same in a line that begins as this one does.
    private func startsShared(with other: StyledText) -> [Place] {
        guard !laterRows.isEmpty else { return [] }
        var run = 0
        while run < line.runs.count, run < other.runs.count, line.runs[run] == other.runs[run] { run += 1 }
        guard run < line.runs.count, run < other.runs.count else { return Array(laterRows.prefix { $0.run < run }) }
        let old = line.runs[run].text
        let new = other.runs[run].text
        let shared = zip(old.utf8, new.utf8).prefix { $0 == $1 }.count
        // A row begins between characters whatever comes later, if the next scalar, of four bytes at most, is the same.
        let kept = laterRows.prefix { start in
            start.run < run || start.run == run && Self.offset(start, old) + 4 <= shared
        }
        return kept.map { start in
            guard start.run == run else { return start }
            var moved = start
            moved.index = new.utf8.index(new.startIndex, offsetBy: Self.offset(start, old))
            return moved
        }
    }

    private static func offset(_ place: Place, _ text: String) -> Int {
        text.utf8.distance(from: text.startIndex, to: place.index)
    }

    var rowCount: Int { laterRows.count + 1 }

    /// The row and the column of the cursor that has so many characters before it. A cursor after the last column
    /// stands at the beginning of the row below.
    func position(ofCharacter count: Int) -> (row: Int, column: Int) {
        guard count < end.characterCount else { return settled(end) }
        var low = 0
        var high = laterRows.count
        while low < high {
            let middle = (low + high) / 2
            if laterRows[middle].characterCount <= count { low = middle + 1 } else { high = middle }
        }
        var walker = walker(atRow: low)
        walker.advance(toCharacter: count)
        return settled(walker.place)
    }

    private func settled(_ place: Place) -> (row: Int, column: Int) {
        place.column < columns ? (place.row, place.column) : (place.row + 1, 0)
    }

    private func walker(atRow row: Int) -> LineWalker {
        LineWalker(line, columns: columns, at: row == 0 ? nil : laterRows[row - 1])
    }

    /// The cells of a row of `0..<rowCount`.
    func cells(ofRow row: Int) -> CellRow {
        var walker = walker(atRow: row)
        return walker.cells()
    }
}
