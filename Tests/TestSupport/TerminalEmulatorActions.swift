/// What the sequences do (the xterm document "XTerm Control Sequences" has them all).
extension TerminalEmulator {
    mutating func perform(_ action: TerminalEmulatorParser.Action) {
        switch action {
        case .character(let scalar): write(scalar)
        case .control(let byte): control(byte)
        case .escape(let byte): escape(byte)
        case .sequence(let mark?, let parameters, let final): setMode(mark, parameters, final)
        case .sequence(nil, let parameters, let final): sequence(parameters, Character(UnicodeScalar(final)))
        }
    }

    private mutating func control(_ byte: UInt8) {
        switch byte {
        case 0x07: break
        case 0x08: place(cursorRow, cursorColumn - 1)
        case 0x09: place(cursorRow, (cursorColumn / 8 + 1) * 8)
        case 0x0A, 0x0B, 0x0C:
            isWrapPending = false
            lineFeed()
        case 0x0D: place(cursorRow, 0)
        default: unknownSequences.append("control \(byte)")
        }
    }

    private mutating func escape(_ byte: UInt8) {
        switch Character(UnicodeScalar(byte)) {
        case "7": savedCursor = cursor
        case "8": place(savedCursor.row, savedCursor.column)
        case "D": lineFeed()
        case "E":
            place(cursorRow, 0)
            lineFeed()
        case "M": if cursorRow == 0 { scrollDown(1) } else { cursorRow -= 1 }
        case "c": self = TerminalEmulator(columns: columns, rows: rows)
        default: unknownSequences.append("ESC \(Character(UnicodeScalar(byte)))")
        }
    }

    private mutating func setMode(_ mark: UInt8, _ parameters: [Int?], _ final: UInt8) {
        switch (mark, final) {
        case (UInt8(ascii: "?"), UInt8(ascii: "h")): modes.formUnion(parameters.compactMap { $0 })
        case (UInt8(ascii: "?"), UInt8(ascii: "l")): modes.subtract(parameters.compactMap { $0 })
        default: unknownSequences.append("CSI \(Character(UnicodeScalar(mark))) \(Character(UnicodeScalar(final)))")
        }
    }

    /// Puts the cursor into a cell of the grid, as near as possible.
    private mutating func place(_ row: Int, _ column: Int) {
        cursorRow = min(max(0, row), rows - 1)
        cursorColumn = min(max(0, column), columns - 1)
        isWrapPending = false
    }

    private mutating func sequence(_ parameters: [Int?], _ final: Character) {
        let first = (parameters.first ?? nil) ?? 0
        let count = max(1, first)
        switch final {
        case "A": place(cursorRow - count, cursorColumn)
        case "B": place(cursorRow + count, cursorColumn)
        case "C": place(cursorRow, cursorColumn + count)
        case "D": place(cursorRow, cursorColumn - count)
        case "E": place(cursorRow + count, 0)
        case "F": place(cursorRow - count, 0)
        case "G": place(cursorRow, count - 1)
        case "d": place(count - 1, cursorColumn)
        case "H", "f": place(count - 1, max(1, (parameters.count > 1 ? parameters[1] : nil) ?? 1) - 1)
        case "J": eraseScreen(first)
        case "K": eraseRow(first)
        case "P", "@", "X": editRow(final, count)
        case "L", "M": editRows(final, count)
        case "S": scrollUp(count)
        case "T": scrollDown(count)
        case "m": setStyle(parameters.map { $0 ?? 0 })
        case "h", "l": break
        default: unknownSequences.append("CSI \(final)")
        }
    }

    // MARK: Erasing and moving cells

    private mutating func eraseRow(_ kind: Int) {
        isWrapPending = false
        switch kind {
        case 0: erase(cursorRow, cursorColumn..<columns)
        case 1: erase(cursorRow, 0..<(cursorColumn + 1))
        default: erase(cursorRow, 0..<columns)
        }
    }

    private mutating func eraseScreen(_ kind: Int) {
        switch kind {
        case 0:
            eraseRow(0)
            for row in (cursorRow + 1)..<max(cursorRow + 1, rows) { erase(row, 0..<columns) }
        case 1:
            for row in 0..<cursorRow { erase(row, 0..<columns) }
            eraseRow(1)
        case 2: for row in 0..<rows { erase(row, 0..<columns) }
        default: scrolledAway = []
        }
    }

    private mutating func editRow(_ final: Character, _ count: Int) {
        isWrapPending = false
        let count = min(count, columns - cursorColumn)
        splitWide(cursorRow, at: cursorColumn)
        switch final {
        case "X": erase(cursorRow, cursorColumn..<(cursorColumn + count))
        case "P":
            splitWide(cursorRow, at: cursorColumn + count)
            grid[cursorRow].cells.removeSubrange(cursorColumn..<(cursorColumn + count))
            grid[cursorRow].cells += Array(repeating: Cell(), count: count)
        default:
            splitWide(cursorRow, at: columns - count)
            grid[cursorRow].cells.removeLast(count)
            grid[cursorRow].cells.insert(contentsOf: Array(repeating: Cell(), count: count), at: cursorColumn)
        }
    }

    private mutating func editRows(_ final: Character, _ count: Int) {
        place(cursorRow, 0)
        for _ in 0..<min(count, rows - cursorRow) {
            if final == "L" {
                grid.removeLast()
                grid.insert(contentsOf: Self.blankRows(1, columns), at: cursorRow)
            } else {
                grid.remove(at: cursorRow)
                grid += Self.blankRows(1, columns)
            }
        }
    }

    // MARK: Style

    private mutating func setStyle(_ codes: [Int]) {
        var rest = codes[...]
        while let code = rest.popFirst() {
            switch code {
            case 0: style = Style()
            case 1: style.isBold = true
            case 2: style.isDim = true
            case 4: style.isUnderlined = true
            case 7: style.isReversed = true
            case 22: (style.isBold, style.isDim) = (false, false)
            case 24: style.isUnderlined = false
            case 27: style.isReversed = false
            case 30...37: style.foreground = code - 30
            case 38, 48:
                guard rest.first == 5, rest.count > 1 else { return unknownSequences.append("SGR \(code)") }
                let color = rest[rest.startIndex + 1]
                rest = rest.dropFirst(2)
                if code == 38 { style.foreground = color } else { style.background = color }
            case 39: style.foreground = nil
            case 40...47: style.background = code - 40
            case 49: style.background = nil
            case 90...97: style.foreground = code - 82
            case 100...107: style.background = code - 92
            default: unknownSequences.append("SGR \(code)")
            }
        }
    }
}
