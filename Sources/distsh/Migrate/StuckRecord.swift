/// Tells of a record whose code does not come back.
enum StuckRecord {
    static func teller(_ context: CommandContext) -> @Sendable (String) -> Void {
        { message in
            if context.tellsNotices { StatusLine.standard.complain(message) }
        }
    }
}
