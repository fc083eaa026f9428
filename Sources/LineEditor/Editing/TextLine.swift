/// One line of a text: what a person takes for characters (grapheme clusters), and the same as a string.
///
/// Both are kept in step, so that a keystroke neither parses nor joins more than the line that it changes.
struct TextLine: Hashable, Sendable {
    private(set) var characters: [Character]
    private(set) var text: String

    init(_ text: String = "") {
        self.text = text
        characters = Array(text)
    }

    var count: Int { characters.count }
    var byteCount: Int { text.utf8.count }
    /// Whether every character is one byte, so that columns are UTF-8 offsets.
    private var isASCII: Bool { characters.count == text.utf8.count }

    static func == (left: TextLine, right: TextLine) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// UTF-8 offset of a column.
    func offset(ofColumn column: Int) -> Int {
        if isASCII { return column }
        if column >= count { return byteCount }
        return characters[..<column].reduce(0) { $0 + $1.utf8.count }
    }

    /// The column at a UTF-8 offset, or the next one when the offset is inside a character.
    func column(ofOffset offset: Int) -> Int {
        if isASCII { return min(offset, count) }
        return column(ofOffset: offset, from: 0, at: 0)
    }

    func string(_ columns: Range<Int>) -> String {
        columns.count == count ? text : String(characters[columns])
    }

    /// Replaces a part by text without line breaks.
    ///
    /// - Returns: The column behind what was put in. Characters that join with their neighbours, such as an accent
    ///   behind its letter, become one with them.
    mutating func replace(_ columns: Range<Int>, with new: String) -> Int {
        let isSimple = isASCII && new.utf8.allSatisfy { $0 < 0x80 }
        let start = offset(ofColumn: columns.lowerBound)
        let end = start + new.utf8.count
        let removedBytes = isASCII ? columns.count : characters[columns].reduce(0) { $0 + $1.utf8.count }
        // Nothing before the character on the left changes its place.
        let left = max(0, columns.lowerBound - 1)
        let leftOffset = start - (columns.lowerBound > 0 ? characters[left].utf8.count : 0)
        let lower = text.utf8.index(text.startIndex, offsetBy: start)
        text.replaceSubrange(lower..<text.utf8.index(lower, offsetBy: removedBytes), with: new)
        characters.replaceSubrange(columns, with: new)
        guard !isSimple else { return end }
        settle(at: columns.lowerBound)
        settle(at: column(ofOffset: end, from: left, at: leftOffset))
        return column(ofOffset: end, from: left, at: leftOffset)
    }

    private func column(ofOffset offset: Int, from column: Int, at start: Int) -> Int {
        var passed = start
        for column in column..<count {
            if passed >= offset { return column }
            passed += characters[column].utf8.count
        }
        return count
    }

    /// Joins characters that belong together across the boundary before `column`; regional indicators may shift the
    /// boundaries that follow, too.
    private mutating func settle(at column: Int) {
        var boundary = column
        while boundary > 0, boundary < characters.count {
            let left = characters[boundary - 1]
            let right = characters[boundary]
            if left.isASCII, right.isASCII { return }
            let joined = Array(String(left) + String(right))
            if joined.count == 2, joined[0].utf8.count == left.utf8.count { return }
            characters.replaceSubrange(boundary - 1...boundary, with: joined)
            boundary += joined.count - 1
        }
    }
}
