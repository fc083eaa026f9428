/// A way through a text, from one position to another.
enum Motion: Hashable, Sendable {
    /// One character, over line breaks.
    case left, right
    case lineStart, lineEnd, firstNonBlank
    /// The end of the line, or past the line break when already there.
    case lineEndOrBreak
    case textStart, textEnd
    /// Over a word of letters, digits and `_`, to its far end.
    case wordLeft, wordRight
    /// Back over a word that ends at white space.
    case blankWordLeft
    /// To the start of the next or the previous word, or to the last character of the word, as `vi` has words:
    /// letters, digits and `_`, or signs; with `isBig`, whatever has no white space.
    case viWordRight(isBig: Bool)
    case viWordLeft(isBig: Bool)
    case viWordEnd(isBig: Bool)
    case find(CharacterSearch)
}

/// A search for a character in the cursor's line.
struct CharacterSearch: Hashable, Sendable {
    var character: Character
    var isForward: Bool
    /// Whether to stop one character before the one looked for.
    var isShort: Bool

    var reversed: CharacterSearch {
        CharacterSearch(character: character, isForward: !isForward, isShort: isShort)
    }
}

extension TextBuffer {
    /// Where a motion leads; the same position when it leads nowhere.
    func position(_ motion: Motion, from start: Position) -> Position {
        let line = lines[start.line]
        switch motion {
        case .left: return before(start) ?? start
        case .right: return after(start) ?? start
        case .lineStart: return Position(line: start.line)
        case .lineEnd: return Position(line: start.line, column: line.count)
        case .firstNonBlank:
            return Position(line: start.line, column: line.characters.firstIndex { !$0.isWhitespace } ?? line.count)
        case .lineEndOrBreak:
            return start.column < line.count
                ? Position(line: start.line, column: line.count) : after(start) ?? start
        case .textStart: return Position()
        case .textEnd: return end
        case .wordLeft: return backward(from: start) { $0.isWordCharacter }
        case .wordRight: return forward(from: start)
        case .blankWordLeft: return backward(from: start) { !$0.isWhitespace }
        case .viWordRight(let isBig): return viWordRight(from: start, isBig)
        case .viWordLeft(let isBig): return viWordLeft(from: start, isBig)
        case .viWordEnd(let isBig): return viWordEnd(from: start, isBig)
        case .find(let search): return find(search, from: start) ?? start
        }
    }

    mutating func move(_ motion: Motion) {
        move(to: position(motion, from: cursor))
    }

    func after(_ position: Position) -> Position? {
        if position.column < lines[position.line].count {
            return Position(line: position.line, column: position.column + 1)
        }
        return position.line + 1 < lines.count ? Position(line: position.line + 1) : nil
    }

    func before(_ position: Position) -> Position? {
        if position.column > 0 { return Position(line: position.line, column: position.column - 1) }
        return position.line > 0 ? Position(line: position.line - 1, column: lines[position.line - 1].count) : nil
    }

    /// The character behind a position; a line break at a line's end, nothing at the text's.
    func character(at position: Position) -> Character? {
        let line = lines[position.line]
        if position.column < line.count { return line.characters[position.column] }
        return position.line + 1 < lines.count ? "\n" : nil
    }

    private func forward(from start: Position) -> Position {
        var position = start
        var isInWord = false
        while let character = character(at: position), let next = after(position) {
            if isInWord, !character.isWordCharacter { break }
            isInWord = character.isWordCharacter
            position = next
        }
        return position
    }

    private func backward(from start: Position, over belongs: (Character) -> Bool) -> Position {
        var position = start
        var isInWord = false
        while let previous = before(position), let character = character(at: previous) {
            if isInWord, !belongs(character) { break }
            isInWord = belongs(character)
            position = previous
        }
        return position
    }

    private func find(_ search: CharacterSearch, from start: Position) -> Position? {
        let characters = lines[start.line].characters
        let skipped = search.isShort ? 2 : 1
        if search.isForward {
            guard start.column + skipped <= characters.count,
                let column = characters[(start.column + skipped - (search.isShort ? 1 : 0))...].firstIndex(
                    of: search.character
                )
            else { return nil }
            return Position(line: start.line, column: search.isShort ? column - 1 : column)
        }
        guard let column = characters[..<start.column].lastIndex(of: search.character) else { return nil }
        return Position(line: start.line, column: search.isShort ? column + 1 : column)
    }
}

extension Character {
    /// Whether it is part of a word: a letter, a digit or `_`.
    var isWordCharacter: Bool {
        if let byte = asciiValue {
            return (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == 0x5F
        }
        return isLetter || isNumber
    }
}
