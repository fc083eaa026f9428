import Migration

/// Finds the rollbacks of runs.
struct RollbackSearch {
    let journal: any JournalReader

    /// The rollbacks of a run, newest first.
    func rollbacks(of run: RunRecord) throws(JournalError) -> [RunRecord] {
        try journal.runs(migration: run.description.migration, limit: RunReference.maxRunsLookedAt).filter {
            $0.description.kind == .rollback(of: run.id)
        }
    }

    /// The latest rollback of a run that has taken anything back.
    func effectiveRollback(of run: RunRecord) throws(JournalError) -> RunRecord? {
        for rollback in try rollbacks(of: run) where try journal.tally(run: rollback.id).applied > 0 {
            return rollback
        }
        return nil
    }
}
