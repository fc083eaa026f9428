/// How many characters a terminal shows.
public struct TerminalSize: Hashable, Sendable {
    /// What is assumed of a terminal that does not tell.
    public static let standard = TerminalSize(columns: 80, rows: 24)
    /// More in either direction is taken for a mistake, and this used instead.
    public static let maxExtent = 4096

    public let columns: Int
    public let rows: Int

    /// Both are brought into `1...maxExtent`.
    public init(columns: Int, rows: Int) {
        self.columns = min(max(1, columns), Self.maxExtent)
        self.rows = min(max(1, rows), Self.maxExtent)
    }
}
