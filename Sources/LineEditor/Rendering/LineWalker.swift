/// Goes over the characters of a line and puts each in its row and column.
struct LineWalker {
    static let tabColumns = 8

    private let runs: [StyledText.Run]
    private let columns: Int
    private(set) var place: LineLayout.Place

    /// - Parameter place: where to begin; the line's beginning when `nil`.
    init(_ line: StyledText, columns: Int, at place: LineLayout.Place? = nil) {
        runs = line.runs
        self.columns = columns
        self.place = place ?? LineLayout.Place(index: line.runs.first?.text.startIndex)
    }

    // MARK: Without cells

    /// Goes to the line's end and tells where each row after the first begins.
    mutating func measure(_ startsRow: (LineLayout.Place) -> Void) {
        while place.run < runs.count {
            let text = runs[place.run].text
            if ColumnWidth.isPlain(text[place.index...]) {
                measurePlain(text, startsRow)
            } else {
                while place.index < text.endIndex { step(over: text, startsRow) }
            }
            nextRun()
        }
    }

    /// The rest of a run of one column a byte: its rows follow from its length.
    private mutating func measurePlain(_ text: String, _ startsRow: (LineLayout.Place) -> Void) {
        var rest = text.utf8.distance(from: place.index, to: text.endIndex)
        while rest > 0 {
            if place.column >= columns {
                place.beginRow()
                startsRow(place)
            }
            let count = min(rest, columns - place.column)
            place.pass(to: text.utf8.index(place.index, offsetBy: count), columns: count, characters: count)
            rest -= count
        }
    }

    /// Goes on to where a character stands.
    mutating func advance(toCharacter count: Int) {
        while place.run < runs.count, place.characterCount < count {
            let text = runs[place.run].text
            while place.index < text.endIndex, place.characterCount < count { step(over: text) { _ in } }
            if place.index == text.endIndex { nextRun() }
        }
        if let width = nextWidth { _ = beginRowIfNeeded(forColumns: width) }
    }

    /// The columns of the next character, in whichever run it is.
    private var nextWidth: Int? {
        var run = place.run
        var index = place.index
        while run < runs.count {
            let text = runs[run].text
            if index < text.endIndex { return character(of: text, at: index).width }
            run += 1
            if run < runs.count { index = runs[run].text.startIndex }
        }
        return nil
    }

    private mutating func nextRun() {
        place.run += 1
        if place.run < runs.count { place.index = runs[place.run].text.startIndex }
    }

    /// Passes over a character, and tells when it begins a row, because it did not fit.
    private mutating func step(over text: String, _ startsRow: (LineLayout.Place) -> Void) {
        let next = character(of: text, at: place.index)
        if beginRowIfNeeded(forColumns: next.width) { startsRow(place) }
        place.pass(to: next.end, columns: next.width, characters: 1)
    }

    private mutating func beginRowIfNeeded(forColumns width: Int) -> Bool {
        guard width > 0, place.column + width > columns else { return false }
        place.beginRow()
        return true
    }

    /// The columns of the character that stands at an index, and where it ends.
    private func character(of text: String, at index: String.Index) -> (width: Int, end: String.Index) {
        if let end = ColumnWidth.endOfPlainCharacter(of: text, at: index) { return (1, end) }
        // The first of a part: taken from the whole, a character would be looked for backwards, too.
        guard let character = text[index...].first else { return (0, text.endIndex) }
        return (width(of: character), text.utf8.index(index, offsetBy: character.utf8.count))
    }

    /// The columns of a character where it stands, or at the beginning of the next row when this one is full: a tab
    /// reaches to the next stop or the row's end, and what is wider than the terminal is shown as a mark of one column.
    private func width(of character: Character) -> Int {
        if character == "\t" {
            guard place.column < columns else { return min(Self.tabColumns, columns) }
            return min(Self.tabColumns - place.column % Self.tabColumns, columns - place.column)
        }
        let width = ColumnWidth.of(character)
        return width > columns ? 1 : width
    }

    // MARK: With cells

    /// The cells from here to the row's end.
    mutating func cells() -> CellRow {
        var cells: CellRow = []
        cells.reserveCapacity(columns)
        while place.run < runs.count {
            let run = runs[place.run]
            while place.index < run.text.endIndex {
                let next = character(of: run.text, at: place.index)
                if next.width > 0, place.column + next.width > columns { return cells }
                append(run.text[place.index..<next.end], next.width, run.style, to: &cells)
                place.pass(to: next.end, columns: next.width, characters: 1)
            }
            nextRun()
        }
        return cells
    }

    private func append(_ text: Substring, _ width: Int, _ style: Style, to cells: inout CellRow) {
        if let byte = text.utf8.first, text.utf8.count == 1, byte >= 0x20, byte < 0x7F {
            return cells.append(Cell(text: String(text), columns: 1, style: style))
        }
        guard let character = text.first else { return }
        switch width {
        case 0:
            // Shown with what stands before it; a row's first cell has nothing to be shown with.
            guard let last = cells.lastIndex(where: { $0.columns > 0 }) else { return }
            cells[last].text += ColumnWidth.shown(character)
        case _ where character == "\t":
            for _ in 0..<width { cells.append(Cell(text: " ", columns: 1, style: style)) }
        case 1:
            let isShown = ColumnWidth.of(character) == 1
            cells.append(Cell(text: isShown ? ColumnWidth.shown(character) : "\u{FFFD}", columns: 1, style: style))
        default:
            cells.append(Cell(text: ColumnWidth.shown(character), columns: width, style: style))
            for _ in 1..<width { cells.append(Cell(text: "", columns: 0, style: style)) }
        }
    }
}
