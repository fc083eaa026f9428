import Migration

/// Finds the rollbacks of runs.
struct RollbackSearch {
    let journal: any JournalReader

    /// The latest rollback of a run.
    func rollback(of run: RunRecord) throws(JournalError) -> RunRecord? {
        try journal.runs(migration: run.description.migration, limit: RunReference.maxRunsLookedAt).first {
            $0.description.kind == .rollback(of: run.id)
        }
    }
}
