/// What commands that change records need.
enum WritingRun {
    /// Refuses options with which no record can be changed: the journal would tell of changes that never were.
    ///
    /// - Parameter advice: what to do in place of it.
    static func refuse(
        _ context: CommandContext,
        insteadOf advice: String = "leave --dry-run out, or look with distsh migrate status"
    ) throws(UsageError) {
        if context.settings.isDryRun { throw UsageError("a run cannot be dry: \(advice)") }
        if context.settings.isReadOnly { throw UsageError("--read-only refuses every write, and a run has to write") }
    }
}
