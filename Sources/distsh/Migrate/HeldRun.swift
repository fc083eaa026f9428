import Migration

/// A run that a process works on, be it paused.
enum HeldRun {
    /// - Throws: `UsageError` with who works on the run.
    static func refuse(_ run: RunRecord, in journal: any JournalReader) throws {
        guard let holder = try journal.holder(of: run.id) else { return }
        throw UsageError(JournalError.isHeld(run.id, by: holder).message)
    }
}
