import Migration

/// A run that a process works on, be it paused.
enum HeldRun {
    /// - Throws: `UsageError` with who works on the run.
    static func refuse(_ run: RunRecord, in journal: any JournalReader) throws {
        guard let holder = try journal.holder(of: run.id) else { return }
        throw UsageError("run \(run.id) is being worked on by \(holder); wait for it, or stop it there with Ctrl-C")
    }
}
