extension EditorState {
    /// What the newest earlier entry has that begins with the text, behind the text.
    func ghostText(behind text: String) -> String? {
        guard configuration.usesGhostText, configuration.usesColor, menu == nil, search == nil, !buffer.isEmpty,
            buffer.isAtEnd, vi.mode != .normal,
            let index = browser.history.index(before: browser.count, beginningWith: text)
        else { return nil }
        return String(Substring(browser.history.entries[index].utf8.dropFirst(text.utf8.count)))
    }

    /// Takes the ghost text, or its first word, where a motion would leave the text.
    mutating func acceptGhost(for motion: Motion) -> Bool {
        guard buffer.isAtEnd, [.right, .lineEnd, .wordRight].contains(motion),
            let ghost = ghostText(behind: buffer.text)
        else { return false }
        let accepted = motion == .wordRight ? Self.firstWord(of: ghost) : ghost
        return insert(accepted) == .redraw
    }

    private static func firstWord(of text: String) -> String {
        let start = text.firstIndex(where: \.isWordCharacter) ?? text.endIndex
        let end = text[start...].firstIndex { !$0.isWordCharacter } ?? text.endIndex
        return String(text[..<end])
    }
}
