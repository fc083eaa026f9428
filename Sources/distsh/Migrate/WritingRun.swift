/// What commands that change records need.
enum WritingRun {
    /// Refuses options with which no record can be changed: the journal would tell of changes that never were.
    ///
    /// - Parameter advice: what to do in place of it; `nil` for looking how the latest run stands.
    static func refuse(_ context: CommandContext, insteadOf advice: String? = nil) throws(UsageError) {
        if context.settings.isDryRun {
            let look = "leave --dry-run out, or look with \(context.settings.commands.latestStatus)"
            throw UsageError("a run cannot be dry: \(advice ?? look)")
        }
        if context.settings.isReadOnly { throw UsageError("--read-only refuses every write, and a run has to write") }
    }
}
