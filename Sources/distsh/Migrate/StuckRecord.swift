/// Tells of a record whose code does not come back.
enum StuckRecord {
    static let tell: @Sendable (String) -> Void = { StatusLine.standard.complain($0) }
}
