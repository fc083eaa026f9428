internal import DistributionAPI
internal import SQLiteStorage

/// Finds out what the runs of a migration have done to records, so that none is changed twice.
///
/// A migration at another target (`JournalSchema`) is another migration. It costs nothing when no other run of the
/// migration has logged a change: then there is none of these.
struct EarlierChanges {
    private let journal: JournalDatabase
    private let migration: Int64
    /// The runs that have logged changes, newest first.
    private let runs: [Run]
    private let hasLedger: Bool

    private struct Run {
        let id: RunID
        let isRollback: Bool
    }

    /// `nil` when no run can have changed anything.
    init?(_ journal: JournalDatabase, migration: String, target: String) throws {
        let number = try journal.first(
            "SELECT number FROM migration WHERE name = ?1 AND target = ?2",
            { statement in
                statement.bind(migration, at: 1)
                statement.bind(target, at: 2)
            },
            { $0.integer(at: 0) }
        )
        guard let number else { return nil }
        try self.init(journal, number, besides: nil)
    }

    /// - Parameter run: the run that does not count; `nil` for none.
    init?(_ journal: JournalDatabase, _ migration: Int64, besides run: RunID?) throws {
        self.journal = journal
        self.migration = migration
        runs = try journal.rows(
            """
            SELECT run_id, rolls_back IS NOT NULL FROM run
            WHERE migration = ?1 AND run_id IS NOT ?2 AND EXISTS(
                SELECT 1 FROM intent
                WHERE key BETWEEN run_id * \(RecordKey.runStep) AND (run_id + 1) * \(RecordKey.runStep) - 1
            )
            ORDER BY run_id DESC
            """,
            { statement in
                statement.bind(migration, at: 1)
                statement.bind(run.map { Int($0.number) }, at: 2)
            },
            { Run(id: RunID(number: $0.integer(at: 0)), isRollback: $0.integer(at: 1) != 0) }
        )
        hasLedger =
            try journal.number("SELECT EXISTS(SELECT 1 FROM ledger WHERE migration = ?1)") {
                $0.bind(migration, at: 1)
            } != 0
        if runs.isEmpty, !hasLedger { return nil }
    }

    /// A write of a record that is under way in a run or a rollback, or was when that ended; `nil` for none.
    func openChange(of id: DistributionID) throws -> EarlierChange? {
        for run in runs where try journal.hasOpenIntent(id, in: run.id) {
            return EarlierChange(run: run.id, isCertain: false)
        }
        return nil
    }

    /// The newest of the runs that have logged a change of a record at a time or after it; `nil` for none.
    func lastToChange(_ id: DistributionID, since time: DateTime) throws -> RunID? {
        try runs.first { run in try journal.timeOfChange(of: id, in: run.id).map { $0 >= time } ?? false }?.id
    }

    /// The newest change that the record carries, for certain or perhaps; `nil` for none.
    func newestChange(of id: DistributionID) throws -> EarlierChange? {
        // When a purged run has changed it is not known.
        let changes = [try newestChangeOfRunThatIsThere(id), try newestChangeOfPurgedRun(id)].compactMap(\.self)
        return changes.max { $0.run < $1.run }
    }

    /// What stands of the change of a run.
    func standing(of id: DistributionID, run: RunID) throws -> ChangeStanding {
        guard let newest = try newestChange(of: id) else { return .takenBack }
        if newest.run == run { return .newest }
        // A run that began before may have changed the record after.
        let isLater = try newest.run > run || journal.change(of: id, in: run) != nil
        return isLater ? .superseded(by: newest) : .takenBack
    }

    private func newestChangeOfRunThatIsThere(_ id: DistributionID) throws -> EarlierChange? {
        var newest: (change: EarlierChange, time: DateTime)?
        // Newest first: of two at one time the run that was made later counts.
        for run in runs where !run.isRollback {
            guard let change = try journal.change(of: id, in: run.id),
                let time = try journal.timeOfChange(of: id, in: run.id)
            else { continue }
            if newest.map({ $0.time < time }) ?? true { newest = (change, time) }
        }
        return newest?.change
    }

    private func newestChangeOfPurgedRun(_ id: DistributionID) throws -> EarlierChange? {
        guard hasLedger else { return nil }
        for (run, mark) in try purgedRuns(of: id) {
            guard mark != .doubtful else { return EarlierChange(run: run, isCertain: false, isPurged: true) }
            guard try !journal.isTakenBack(id, of: run) else { continue }
            let isCertain = try mark == .applied && !journal.isPerhapsTakenBack(id, of: run)
            return EarlierChange(run: run, isCertain: isCertain, isPurged: true)
        }
        return nil
    }

    private func purgedRuns(of id: DistributionID) throws -> [(run: RunID, mark: LedgerMark)] {
        try journal.rows(
            """
            SELECT run_id, mark FROM ledger
            WHERE migration = ?1 AND record_id = ?2 AND mark IN (\(LedgerMark.changesList)) ORDER BY run_id DESC
            """,
            { statement in
                statement.bind(migration, at: 1)
                statement.bind(id, at: 2)
            },
            { (RunID(number: $0.integer(at: 0)), LedgerMark(rawValue: $0.integer(at: 1)) ?? .perhaps) }
        )
    }
}
