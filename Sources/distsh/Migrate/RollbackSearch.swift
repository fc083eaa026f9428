import Migration

/// Finds the rollbacks of runs.
struct RollbackSearch {
    let journal: any JournalReader

    /// The latest rollback of a run.
    func rollback(of run: RunRecord) throws(JournalError) -> RunRecord? {
        guard let latest = try journal.rollbacks(of: run.id).first else { return nil }
        return try journal.run(latest.id)
    }

    /// The latest rollback of a run that has taken anything back.
    func effectiveRollback(of run: RunRecord) throws(JournalError) -> RunRecord? {
        for rollback in try journal.rollbacks(of: run.id) where try journal.tally(run: rollback.id).applied > 0 {
            return try journal.run(rollback.id)
        }
        return nil
    }
}
