extension EditorState {
    /// Puts another entry of the history in place, with the cursor at its end.
    ///
    /// - Returns: Whether there is one.
    mutating func recall(_ position: Int) -> Bool {
        let left = HistoryBrowser.Version(buffer: buffer, undoStack: undoStack)
        guard let version = browser.go(to: position, leaving: left) else { return false }
        buffer = version.buffer
        undoStack = version.undoStack
        buffer.move(.textEnd)
        return true
    }

    /// Goes to the nearest entry that begins with what stood before the cursor when the first of such moves was made.
    mutating func prefixSearch(isOlder: Bool) -> EditorAction {
        var prefix = buffer.string(TextBuffer.Position()..<buffer.cursor)
        if case .prefixSearch(let earlier) = previousEffect { prefix = earlier }
        effect = .prefixSearch(prefix)
        let current = buffer.text
        var index = browser.position
        while let next = nextIndex(from: index, isOlder: isOlder, prefix) {
            index = next
            if browser.text(at: index) != current { return recall(index) ? .redraw : .bell }
        }
        // Past the newest entry comes the one that was begun.
        return !isOlder && recall(browser.count) ? .redraw : .bell
    }

    private func nextIndex(from index: Int, isOlder: Bool, _ prefix: String) -> Int? {
        isOlder
            ? browser.history.index(before: index, beginningWith: prefix)
            : browser.history.index(after: index, beginningWith: prefix)
    }
}
