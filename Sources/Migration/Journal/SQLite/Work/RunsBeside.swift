internal import DistributionAPI
internal import SQLiteStorage

/// What the other runs of its migration keep a run from.
///
/// No two of them have a write of a record under way at once: the answer to one that is lost would be told apart from
/// the other's by nobody. What comes after that is for those that are not to change records again, and for rollbacks.
struct RunsBeside {
    private enum Purpose {
        case change
        case changeAgain
        case takeBack(RunID)
    }

    private let changes: EarlierChanges
    private let purpose: Purpose

    /// `nil` when no other run can have changed anything.
    init?(_ journal: JournalDatabase, _ author: EntryAuthor) throws {
        let run = try journal.first(
            "SELECT migration, rolls_back FROM run WHERE run_id = ?1",
            { $0.bind(author.run.number, at: 1) },
            { (migration: $0.integer(at: 0), rollsBack: $0.optionalInteger(at: 1)) }
        )
        guard let run, let changes = try EarlierChanges(journal, run.migration, besides: author.run) else { return nil }
        self.changes = changes
        if author.repeatsApplied {
            purpose = .changeAgain
        } else if let original = run.rollsBack {
            purpose = .takeBack(RunID(number: Int64(original)))
        } else {
            purpose = .change
        }
    }

    /// What is known when a record is claimed. A rollback's transform finds out the rest, with the record before it.
    func atClaim(of id: DistributionID) throws -> EarlierChange? {
        if let open = try changes.openChange(of: id) { return open }
        if case .change = purpose { return try changes.newestChange(of: id) }
        return nil
    }

    /// The newest of them that has logged a change of a record at a time or after it; `nil` for none.
    func lastToChange(_ id: DistributionID, since time: DateTime) throws -> RunID? {
        try changes.lastToChange(id, since: time)
    }

    /// What keeps a change from being logged.
    func atIntent(of id: DistributionID) throws -> EarlierChange? {
        if let open = try changes.openChange(of: id) { return open }
        switch purpose {
        case .change: return try changes.newestChange(of: id)
        case .changeAgain: return nil
        case .takeBack(let original):
            guard case .superseded(let later) = try changes.standing(of: id, run: original) else { return nil }
            return later
        }
    }
}
