/// What the normal mode of vi changes.
extension EditorState {
    /// A command that is neither a motion nor an operator.
    mutating func viCommand(_ key: Character, _ count: Int?, _ assistant: (any EditorAssistant)?) -> EditorAction {
        if let motion = Self.abbreviated[key] { return operate(motion.0, by: motion.1, count: count) }
        if Self.insertKeys.contains(key) { return beginInserting(key, count ?? 1) }
        switch key {
        case "p", "P": return noted(putBack(isBefore: key == "P", count: count ?? 1))
        case "J": return noted(joinLines(count: count ?? 1))
        case "~": return noted(switchCase(count: count ?? 1))
        case "u": return undo(count ?? 1, assistant)
        case ".": return repeatChange(count, assistant)
        case "/": return beginSearch(isOlder: true)
        default: return .bell
        }
    }

    /// Keys that stand for an operator and a motion.
    private static let abbreviated: [Character: (ViState.Operator, Character)] = [
        "x": (.delete, "l"), "X": (.delete, "h"), "D": (.delete, "$"),
        "C": (.change, "$"), "s": (.change, "l"), "S": (.change, "c"), "Y": (.yank, "y"),
    ]
    private static let insertKeys: Set<Character> = ["i", "I", "a", "A", "o", "O", "R"]

    /// Makes the command that was typed the last change.
    private mutating func noted(_ action: EditorAction) -> EditorAction {
        if !vi.isReplaying { vi.lastChange = vi.recorded }
        undoStack.endRun()
        return action
    }

    private mutating func operate(_ wanted: ViState.Operator, by motion: Character, count: Int?) -> EditorAction {
        let lines = buffer.cursor.line + (count ?? 1) - 1
        let target = motion == wanted.rawValue ? viLines(to: lines) : viTarget(motion, count: count)
        return target.map { operate(wanted, on: $0) } ?? .bell
    }

    mutating func operate(_ wanted: ViState.Operator, on target: ViTarget) -> EditorAction {
        if case .lines = target.extent { return operateOnLines(wanted, buffer.cursor.line, target.position.line) }
        let range = taken(by: target)
        guard !range.isEmpty || wanted == .change else { return .bell }
        killRing.add(buffer.string(range), joins: false, isBackward: false)
        if wanted != .yank { edit(.other) { $0.replace(range, with: "") } }
        buffer.move(to: range.lowerBound)
        return finish(wanted)
    }

    /// What an operator acts on between the cursor and a target.
    private func taken(by target: ViTarget) -> Range<TextBuffer.Position> {
        let start = min(buffer.cursor, target.position)
        var end = max(buffer.cursor, target.position)
        if case .inclusive = target.extent {
            if end.column < buffer.lines[end.line].count { end.column += 1 }
        } else if end.line > start.line, end.column <= buffer.indentation(ofLine: end.line), start == buffer.cursor {
            // A word at a line's end is taken without the line break behind it.
            end = TextBuffer.Position(line: end.line - 1, column: buffer.lines[end.line - 1].count)
        }
        return start..<max(start, end)
    }

    private mutating func operateOnLines(_ wanted: ViState.Operator, _ line: Int, _ other: Int) -> EditorAction {
        if buffer.isEmpty, wanted != .change { return .bell }
        let (first, last) = (min(line, other), max(line, other))
        let start = TextBuffer.Position(line: first)
        let end = TextBuffer.Position(line: last, column: buffer.lines[last].count)
        killRing.add(buffer.string(start..<end) + "\n", joins: false, isBackward: false)
        switch wanted {
        case .yank: buffer.move(to: TextBuffer.Position(line: first, column: buffer.cursor.column))
        case .change: edit(.other) { $0.replace(start..<end, with: "") }
        case .delete:
            let isLast = last == buffer.lines.count - 1
            // With the last line goes the line break before it.
            let from = isLast ? buffer.before(start) ?? start : start
            let to = isLast ? end : TextBuffer.Position(line: last + 1)
            edit(.other) { buffer in
                buffer.replace(from..<to, with: "")
                buffer.move(to: TextBuffer.Position(line: min(first, buffer.lines.count - 1)))
                buffer.move(.firstNonBlank)
            }
        }
        return finish(wanted)
    }

    private mutating func finish(_ wanted: ViState.Operator) -> EditorAction {
        switch wanted {
        case .yank: return .redraw
        case .delete: return noted(.redraw)
        case .change:
            enterInsertMode()
            return .redraw
        }
    }

    private mutating func beginInserting(_ key: Character, _ count: Int) -> EditorAction {
        switch key {
        case "I": buffer.move(.firstNonBlank)
        case "a": if buffer.cursor.column < buffer.currentLine.count { buffer.move(.right) }
        case "A": buffer.move(.lineEnd)
        case "o":
            buffer.move(.lineEnd)
            edit(.other) { $0.insert("\n") }
        case "O":
            buffer.move(.lineStart)
            edit(.other) { buffer in
                buffer.insert("\n")
                buffer.move(.left)
            }
        default: break
        }
        enterInsertMode(key == "R" ? .replace : .insert, count: "oO".contains(key) ? 1 : count)
        return .redraw
    }

    mutating func replaceCharacters(by key: Character, count: Int) -> EditorAction {
        let start = buffer.cursor
        guard start.column + count <= buffer.currentLine.count else { return .bell }
        let end = TextBuffer.Position(line: start.line, column: start.column + count)
        edit(.other) { buffer in
            buffer.replace(start..<end, with: String(repeating: key, count: count))
            buffer.move(to: TextBuffer.Position(line: start.line, column: start.column + count - 1))
        }
        return noted(.redraw)
    }

    /// Puts the newest piece back: whole lines below or above, other text behind or before the cursor.
    private mutating func putBack(isBefore: Bool, count: Int) -> EditorAction {
        guard let piece = killRing.newest(), hasRoom(for: (piece.utf8.count + 1) * count) else { return .bell }
        let text = String(repeating: piece, count: count)
        guard piece.utf8.last == 0x0A else {
            edit(.other) { buffer in
                if !isBefore, buffer.cursor.column < buffer.currentLine.count { buffer.move(.right) }
                buffer.insert(text)
                buffer.move(.left)
            }
            return .redraw
        }
        edit(.other) { buffer in
            let line = isBefore ? buffer.cursor.line : buffer.cursor.line + 1
            if isBefore {
                buffer.move(.lineStart)
                buffer.insert(text)
            } else {
                buffer.move(.lineEnd)
                buffer.insert("\n" + text.dropLast())
            }
            buffer.move(to: TextBuffer.Position(line: line))
            buffer.move(.firstNonBlank)
        }
        return .redraw
    }

    /// Joins lines with one space between them; a count of 2 means these two, as 1 does.
    private mutating func joinLines(count: Int) -> EditorAction {
        guard buffer.cursor.line + 1 < buffer.lines.count else { return .bell }
        edit(.other) { buffer in
            for _ in 0..<max(1, count - 1) where buffer.cursor.line + 1 < buffer.lines.count {
                buffer.move(.lineEnd)
                let start = buffer.cursor
                let next = buffer.indentation(ofLine: start.line + 1)
                let isBare = start.column == 0 || next == buffer.lines[start.line + 1].count
                let end = TextBuffer.Position(line: start.line + 1, column: next)
                buffer.replace(start..<end, with: isBare ? "" : " ")
                buffer.move(to: start)
            }
        }
        return .redraw
    }

    private mutating func switchCase(count: Int) -> EditorAction {
        let start = buffer.cursor
        let end = min(start.column + count, buffer.currentLine.count)
        guard start.column < end else { return .bell }
        let switched = buffer.currentLine.characters[start.column..<end]
            .map { $0.isUppercase ? $0.lowercased() : $0.uppercased() }
            .joined()
        edit(.other) { $0.replace(start..<TextBuffer.Position(line: start.line, column: end), with: switched) }
        return .redraw
    }

    private mutating func undo(_ count: Int, _ assistant: (any EditorAssistant)?) -> EditorAction {
        for _ in 0..<count where perform(.undo, assistant) == .bell { return .bell }
        return .redraw
    }

    /// Does the last change once more, with another count if one is given.
    private mutating func repeatChange(_ count: Int?, _ assistant: (any EditorAssistant)?) -> EditorAction {
        guard !vi.isReplaying, !vi.lastChange.isEmpty else { return .bell }
        var events = vi.lastChange[...]
        if let count {
            events = events.drop { $0.isDigit }
            events = (String(count).map { .key(KeyPress(.character($0))) } + events)[...]
        }
        vi.reset()
        vi.isReplaying = true
        for event in events { _ = applyVi(event, assistant) }
        vi.isReplaying = false
        return .redraw
    }
}

extension InputEvent {
    fileprivate var isDigit: Bool {
        guard case .key(let key) = self, case .character(let character) = key.code else { return false }
        return character.isASCII && character.isNumber
    }
}

extension TextBuffer {
    /// Moves the cursor back to a column without forgetting the one that moves up and down aim for.
    mutating func keepColumn(atMost column: Int) {
        keepGoal { $0.move(to: Position(line: $0.cursor.line, column: column)) }
    }
}
