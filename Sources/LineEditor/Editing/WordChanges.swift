/// How letters of a word are written.
enum LetterCase: Hashable, Sendable {
    case upper, lower, capitalized
}

extension TextBuffer {
    /// Swaps the characters around the cursor, or the last two of the line when the cursor is behind them.
    mutating func transposeCharacters() {
        let line = currentLine
        guard line.count >= 2, cursor.column > 0 else { return }
        let column = min(cursor.column, line.count - 1)
        let swapped = String(line.characters[column]) + String(line.characters[column - 1])
        let start = Position(line: cursor.line, column: column - 1)
        replace(start..<Position(line: cursor.line, column: column + 1), with: swapped)
    }

    /// Writes the rest of the word, or the next one, in upper or lower case.
    mutating func changeCase(_ letterCase: LetterCase) {
        let range = cursor..<position(.wordRight, from: cursor)
        let word = string(range)
        let changed =
            switch letterCase {
            case .upper: word.uppercased()
            case .lower: word.lowercased()
            case .capitalized: Self.capitalized(word)
            }
        if changed != word { replace(range, with: changed) } else { move(to: range.upperBound) }
    }

    private static func capitalized(_ word: String) -> String {
        guard let first = word.firstIndex(where: \.isWordCharacter) else { return word }
        let next = word.index(after: first)
        return word[..<first] + word[first].uppercased() + word[next...].lowercased()
    }

    /// How many spaces and tabs the line begins with.
    func indentation(ofLine line: Int) -> Int {
        lines[line].characters.prefix { $0 == " " || $0 == "\t" }.count
    }

    /// Gives a line another indentation; the cursor stays at its character.
    mutating func indent(line: Int, by count: Int) {
        let old = indentation(ofLine: line)
        let kept = cursor
        replace(Position(line: line)..<Position(line: line, column: old), with: String(repeating: " ", count: count))
        guard kept.line == line else { return move(to: kept) }
        move(to: Position(line: line, column: kept.column < old ? min(kept.column, count) : kept.column - old + count))
    }
}
