/// Where a motion of vi leads, and what an operator takes with it.
struct ViTarget {
    enum Extent {
        case exclusive, inclusive, lines
    }

    var position: TextBuffer.Position
    var extent = Extent.exclusive
}

extension EditorState {
    /// Where a key leads; `nil` when it is no motion.
    func viTarget(_ key: Character, count: Int?) -> ViTarget? {
        let cursor = buffer.cursor
        switch key {
        case "h", "\u{8}":
            return ViTarget(position: viPosition(cursor.line, cursor.column - (count ?? 1)))
        case "l", " ": return ViTarget(position: viPosition(cursor.line, cursor.column + (count ?? 1)))
        case "j", "+": return viLines(to: cursor.line + (count ?? 1))
        case "k", "-": return viLines(to: cursor.line - (count ?? 1))
        case "0": return ViTarget(position: viPosition(cursor.line, 0))
        case "|": return ViTarget(position: viPosition(cursor.line, (count ?? 1) - 1))
        case "^": return ViTarget(position: buffer.position(.firstNonBlank, from: cursor))
        case "$": return ViTarget(position: viPosition(cursor.line, Int.max), extent: .inclusive)
        case "G": return viLines(to: (count ?? buffer.lines.count) - 1)
        default: return viWordTarget(key, count ?? 1)
        }
    }

    private func viPosition(_ line: Int, _ column: Int) -> TextBuffer.Position {
        buffer.clamped(TextBuffer.Position(line: line, column: column))
    }

    func viLines(to line: Int) -> ViTarget {
        let line = min(max(line, 0), buffer.lines.count - 1)
        return ViTarget(position: viPosition(line, buffer.cursor.column), extent: .lines)
    }

    private func viWordTarget(_ key: Character, _ count: Int) -> ViTarget? {
        switch key {
        case "w", "W": repeated(.viWordRight(isBig: key == "W"), count, .exclusive)
        case "b", "B": repeated(.viWordLeft(isBig: key == "B"), count, .exclusive)
        case "e", "E": repeated(.viWordEnd(isBig: key == "E"), count, .inclusive)
        case ";": vi.lastFind.flatMap { viFind($0, count, isRepeated: true) }
        case ",": vi.lastFind.flatMap { viFind($0.reversed, count, isRepeated: true) }
        default: nil
        }
    }

    private func repeated(_ motion: Motion, _ count: Int, _ extent: ViTarget.Extent) -> ViTarget {
        var position = buffer.cursor
        for _ in 0..<count {
            let next = buffer.position(motion, from: position)
            if next == position { break }
            position = next
        }
        return ViTarget(position: position, extent: extent)
    }

    /// Where a search for a character leads; `nil` when there are too few.
    ///
    /// - Parameter isRepeated: whether a short search goes on past the character it stands at already.
    func viFind(_ search: CharacterSearch, _ count: Int, isRepeated: Bool = false) -> ViTarget? {
        let long = CharacterSearch(character: search.character, isForward: search.isForward, isShort: false)
        let back = search.isForward ? -1 : 1
        var position = buffer.cursor
        if isRepeated, search.isShort,
            buffer.character(at: viPosition(position.line, position.column - back)) == search.character
        {
            position.column -= back
        }
        for _ in 0..<count {
            let next = buffer.position(.find(long), from: position)
            guard next != position else { return nil }
            position = next
        }
        if search.isShort { position.column += back }
        return ViTarget(position: position, extent: search.isForward ? .inclusive : .exclusive)
    }
}
