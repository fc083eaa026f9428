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

    /// The latest rollback of a run that has taken anything back.
    func effectiveRollback(of run: RunRecord) throws(JournalError) -> RunRecord? {
        for rollback in try journal.runs(migration: run.description.migration, limit: RunReference.maxRunsLookedAt)
        where rollback.description.kind == .rollback(of: run.id) {
            if try journal.tally(run: rollback.id).applied > 0 { return rollback }
        }
        return nil
    }
}
