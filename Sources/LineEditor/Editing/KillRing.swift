/// Text that was cut, newest last, to be put back.
struct KillRing: Sendable {
    /// How many pieces are kept.
    static let maxEntries = 60
    /// How many bytes all pieces may have together (8 MiB); the newest is kept in any case.
    static let maxBytes = 8 << 20

    private(set) var entries: [String] = []
    /// Which piece was put back last, counted from the newest.
    private var turned = 0

    /// Keeps a piece.
    ///
    /// - Parameter joins: whether it belongs to the newest piece, as cuts in a row do.
    mutating func add(_ text: String, joins: Bool, isBackward: Bool) {
        guard !text.isEmpty else { return }
        turned = 0
        if joins, let last = entries.popLast() {
            entries.append(isBackward ? text + last : last + text)
        } else {
            entries.append(text)
        }
        var bytes = entries.reduce(0) { $0 + $1.utf8.count }
        while entries.count > Self.maxEntries || (bytes > Self.maxBytes && entries.count > 1) {
            bytes -= entries.removeFirst().utf8.count
        }
    }

    /// The newest piece.
    mutating func newest() -> String? {
        turned = 0
        return entries.last
    }

    /// The piece before the one that was given out last; after the oldest comes the newest.
    mutating func next() -> String? {
        guard !entries.isEmpty else { return nil }
        turned = (turned + 1) % entries.count
        return entries[entries.count - 1 - turned]
    }
}
