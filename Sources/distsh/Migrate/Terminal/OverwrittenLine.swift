/// A line of a terminal that is written over again and again: what to send so that nothing of the one before is left.
struct OverwrittenLine {
    /// Whether the terminal wraps lines anew when it gets narrower, in place of cutting them.
    let isRewrapped: Bool
    /// The columns of the line that stands; `nil` when there is none.
    private var width: Int?

    /// Columns that are left free at the end: the terminal itself writes `^C` behind the line.
    static let spareColumnCount = 3

    init(isRewrapped: Bool) {
        self.isRewrapped = isRewrapped
    }

    var isStanding: Bool { width != nil }

    /// Puts a line in the place of the one before.
    ///
    /// - Parameters:
    ///   - line: without an end of line; it may have sequences for colours.
    ///   - columnCount: the terminal's width as it is now.
    mutating func replace(with line: String, columnCount: Int) -> String {
        defer { width = Self.width(of: line) }
        return erasure(columnCount) + line
    }

    /// Takes the line away.
    mutating func clear(columnCount: Int) -> String {
        defer { width = nil }
        return isStanding ? erasure(columnCount) : ""
    }

    /// Leaves the line standing and goes below it.
    mutating func leave() -> String {
        defer { width = nil }
        return isStanding ? "\n" : ""
    }

    /// The line may take several rows by now, with the cursor in the last one.
    private func erasure(_ columnCount: Int) -> String {
        let width = width ?? 0
        guard isRewrapped, columnCount > 0, width >= columnCount else { return "\r\u{1B}[K" }
        // Behind rows that are full, the cursor is at the end of the last or at the beginning of the next, as terminals
        // differ. A blank goes into the next from both.
        let isFull = width % columnCount == 0
        return "\(isFull ? " " : "")\r\u{1B}[\(width / columnCount)A\u{1B}[J"
    }

    private static func width(of line: String) -> Int {
        var isInSequence = false
        return line.reduce(0) { count, character in
            if character == "\u{1B}" { isInSequence = true }
            defer { if isInSequence, character.isLetter { isInSequence = false } }
            return isInSequence ? count : count + 1
        }
    }
}
