import Migration

/// Finds the rollbacks of runs.
struct RollbackSearch {
    let journal: any JournalReader

    /// The rollbacks of a run, newest first.
    func rollbacks(of run: RunRecord) throws(JournalError) -> [RunRecord] {
        var rollbacks: [RunRecord] = []
        for rollback in try journal.rollbacks(of: run.id) { rollbacks.append(try journal.run(rollback.id)) }
        return rollbacks
    }

    /// The latest rollback of a run that has taken anything back.
    func effectiveRollback(of run: RunRecord) throws(JournalError) -> RunRecord? {
        for rollback in try journal.rollbacks(of: run.id) where try journal.tally(run: rollback.id).applied > 0 {
            return try journal.run(rollback.id)
        }
        return nil
    }
}
