import Glibc

/// How characters get into cells.
extension TerminalEmulator {
    mutating func write(_ scalar: Unicode.Scalar) {
        let width = CharacterTable.columns(of: scalar)
        if let target = joinTarget(scalar, width) { return join(scalar, target) }
        guard width > 0 else { return }
        let shown = min(width, columns)
        if isWrapPending || cursorColumn + shown > columns { wrap() }
        splitWide(cursorRow, at: cursorColumn)
        splitWide(cursorRow, at: cursorColumn + shown)
        grid[cursorRow].cells[cursorColumn] = Cell(text: String(scalar), style: style)
        for column in cursorColumn + 1..<max(cursorColumn + 1, cursorColumn + shown) {
            grid[cursorRow].cells[column] = Cell(text: "", style: style)
        }
        advance(by: shown)
    }

    private mutating func wrap() {
        grid[cursorRow].wraps = true
        isWrapPending = false
        cursorColumn = 0
        lineFeed()
    }

    private mutating func advance(by count: Int) {
        isWrapPending = cursorColumn + count >= columns
        cursorColumn = min(cursorColumn + count, columns - 1)
    }

    /// The column of the character before the cursor, when the new one becomes part of it.
    private func joinTarget(_ scalar: Unicode.Scalar, _ width: Int) -> Int? {
        var column = isWrapPending ? cursorColumn : cursorColumn - 1
        while column > 0, grid[cursorRow].cells[column].text.isEmpty { column -= 1 }
        guard column >= 0 else { return nil }
        let before = grid[cursorRow].cells[column].text.unicodeScalars
        guard let base = before.first, let last = before.last else { return nil }
        if width == 0 { return column }
        if last.value == 0x200D, base.properties.isEmoji, scalar.properties.isEmoji { return column }
        if CharacterTable.isRegional(scalar), before.count == 1, CharacterTable.isRegional(last) { return column }
        return CharacterTable.isSkinTone(scalar) && last.properties.isEmojiModifierBase ? column : nil
    }

    private mutating func join(_ scalar: Unicode.Scalar, _ column: Int) {
        grid[cursorRow].cells[column].text += String(scalar)
        let isWide = column + 1 < columns && grid[cursorRow].cells[column + 1].text.isEmpty
        guard !isWide, column + 1 < columns, widens(scalar, grid[cursorRow].cells[column].text) else { return }
        splitWide(cursorRow, at: column + 2)
        grid[cursorRow].cells[column + 1] = Cell(text: "", style: grid[cursorRow].cells[column].style)
        cursorColumn = column + 1
        advance(by: 1)
    }

    /// Whether a narrow character becomes a wide picture by what joins it.
    private func widens(_ scalar: Unicode.Scalar, _ joined: String) -> Bool {
        guard let base = joined.unicodeScalars.first else { return false }
        if scalar.value == 0xFE0F { return base.properties.isEmoji }
        return CharacterTable.isRegional(scalar) || CharacterTable.isSkinTone(scalar)
            || (base.properties.isEmoji && scalar.properties.isEmoji && joined.unicodeScalars.contains("\u{200D}"))
    }
}

/// What the C library knows of characters.
private enum CharacterTable {
    /// `wcwidth` in a UTF-8 locale; 1 for what it does not know.
    static func columns(of scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x7F { return 1 }
        let before = uselocale(locale)
        defer { uselocale(before) }
        guard let wcwidth, let character = wchar_t(exactly: scalar.value) else { return 1 }
        let width = wcwidth(character)
        return width < 0 ? 1 : Int(width)
    }

    private typealias Function = @convention(c) (wchar_t) -> CInt

    /// Found by its name: the C library's headers declare it for X/Open programs alone.
    private static let wcwidth: Function? = dlsym(nil, "wcwidth").map { unsafeBitCast($0, to: Function.self) }

    // `nonisolated(unsafe)`: made once and never changed; the C library lets threads share a locale.
    private nonisolated(unsafe) static let locale = newlocale(CInt(1 << LC_CTYPE), "C.UTF-8", nil)

    static func isRegional(_ scalar: Unicode.Scalar) -> Bool { (0x1F1E6...0x1F1FF).contains(scalar.value) }
    static func isSkinTone(_ scalar: Unicode.Scalar) -> Bool { (0x1F3FB...0x1F3FF).contains(scalar.value) }
}
