extension TextBuffer {
    /// What `vi` tells words apart by.
    private enum WordClass {
        case blank, sign, word
    }

    private func wordClass(at position: Position, _ isBig: Bool) -> WordClass {
        guard let character = character(at: position), !character.isWhitespace else { return .blank }
        return isBig || character.isWordCharacter ? .word : .sign
    }

    /// An empty line counts as a word.
    private func isEmptyLine(_ position: Position) -> Bool {
        lines[position.line].count == 0
    }

    func viWordRight(from start: Position, _ isBig: Bool) -> Position {
        var position = start
        let first = wordClass(at: start, isBig)
        while first != .blank, wordClass(at: position, isBig) == first {
            guard let next = after(position) else { return end }
            position = next
        }
        while wordClass(at: position, isBig) == .blank {
            if position != start, isEmptyLine(position) { return position }
            guard let next = after(position) else { return end }
            position = next
        }
        return position
    }

    func viWordLeft(from start: Position, _ isBig: Bool) -> Position {
        guard var position = before(start) else { return start }
        while wordClass(at: position, isBig) == .blank {
            if isEmptyLine(position) { return position }
            guard let previous = before(position) else { return position }
            position = previous
        }
        let kind = wordClass(at: position, isBig)
        while let previous = before(position), wordClass(at: previous, isBig) == kind { position = previous }
        return position
    }

    /// Whether a word's last character stands at a position.
    func endsViWord(at position: Position, _ isBig: Bool) -> Bool {
        guard let next = after(position) else { return true }
        return wordClass(at: next, isBig) != wordClass(at: position, isBig)
    }

    func viWordEnd(from start: Position, _ isBig: Bool) -> Position {
        guard var position = after(start) else { return start }
        while wordClass(at: position, isBig) == .blank {
            guard let next = after(position) else { return before(end) ?? end }
            position = next
        }
        let kind = wordClass(at: position, isBig)
        while let next = after(position), wordClass(at: next, isBig) == kind { position = next }
        return position
    }
}
