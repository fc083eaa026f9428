/// The way through the history while one entry is edited: what was changed on the way is kept.
struct HistoryBrowser: Sendable {
    /// An entry as it was left.
    struct Version: Sendable {
        var buffer: TextBuffer
        var undoStack = UndoStack()
    }

    let history: History
    /// Which entry is edited; the count of the history for the new one.
    private(set) var position: Int
    private var versions: [Int: Version] = [:]

    init(_ history: History) {
        self.history = history
        position = history.entries.count
    }

    var count: Int { history.entries.count }

    /// Goes to another entry.
    ///
    /// - Returns: The entry, as it was left if it was there before; `nil` when there is no such entry.
    mutating func go(to wanted: Int, leaving version: Version) -> Version? {
        guard (0...count).contains(wanted), wanted != position else { return nil }
        versions[position] = version
        position = wanted
        return versions[wanted] ?? Version(buffer: TextBuffer(wanted < count ? history.entries[wanted] : ""))
    }

    /// An entry's text, as it was left if it was there before.
    func text(at index: Int) -> String? {
        if let version = versions[index] { return version.buffer.text }
        return history.entries.indices.contains(index) ? history.entries[index] : nil
    }
}
