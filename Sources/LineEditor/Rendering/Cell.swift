/// One column of a row on the screen.
struct Cell: Hashable, Sendable {
    static let blank = Cell(text: " ", columns: 1, style: .plain)

    /// What is drawn, with what it is combined with; empty in the columns that a wide character takes besides its
    /// first.
    var text: String
    /// How many columns the text takes; 0 in those further ones.
    var columns: Int
    var style: Style

    /// Whether terminals may differ about the text's width: it is put together of several characters.
    var isUncertain: Bool {
        text.utf8.count > 2 && text.unicodeScalars.count > 1 && !ColumnWidth.isPlain(text)
    }
}

/// The cells of a row up to the last that was drawn; what follows is blank.
typealias CellRow = [Cell]
