internal import DistributionAPI
internal import SQLiteStorage

/// Finds out in which other run the migration of a run has changed a record, so that it is not changed twice.
///
/// A migration at another target (`JournalSchema`) is another migration. It costs nothing when the migration has no other
/// run: then there is none of these.
struct AppliedElsewhere {
    private let journal: JournalDatabase
    private let migration: Int64
    /// The other runs of the migration, newest first.
    private let runs: [RunID]
    private let hasLedger: Bool

    /// `nil` when no other run can have changed anything, or the run is a rollback.
    init?(_ journal: JournalDatabase, than run: RunID) throws {
        let migration = try journal.first(
            "SELECT migration FROM run WHERE run_id = ?1 AND rolls_back IS NULL",
            { $0.bind(run.number, at: 1) },
            { $0.integer(at: 0) }
        )
        guard let migration else { return nil }
        self.journal = journal
        self.migration = migration
        runs = try journal.rows(
            "SELECT run_id FROM run WHERE migration = ?1 AND rolls_back IS NULL AND run_id <> ?2 ORDER BY run_id DESC",
            { statement in
                statement.bind(migration, at: 1)
                statement.bind(run.number, at: 2)
            },
            { RunID(number: $0.integer(at: 0)) }
        )
        hasLedger =
            try journal.number("SELECT EXISTS(SELECT 1 FROM ledger WHERE migration = ?1)") {
                $0.bind(migration, at: 1)
            } != 0
        if runs.isEmpty, !hasLedger { return nil }
    }

    /// The newest other run whose change the record carries; `nil` for none.
    func run(of id: DistributionID) throws -> RunID? {
        for run in runs where try journal.carriesChange(id, of: run) { return run }
        guard hasLedger else { return nil }
        for run in try purgedRuns(of: id) where try !journal.isTakenBack(id, of: run) { return run }
        return nil
    }

    private func purgedRuns(of id: DistributionID) throws -> [RunID] {
        try journal.rows(
            """
            SELECT run_id FROM ledger WHERE migration = ?1 AND record_id = ?2 AND is_applied = 1 ORDER BY run_id DESC
            """,
            { statement in
                statement.bind(migration, at: 1)
                statement.bind(id, at: 2)
            },
            { RunID(number: $0.integer(at: 0)) }
        )
    }
}

extension JournalDatabase {
    /// Whether a record carries the change of a run: it was applied, and no rollback has taken it back since.
    func carriesChange(_ id: DistributionID, of run: RunID) throws -> Bool {
        try isApplied(id, in: run) && !isTakenBack(id, of: run)
    }

    /// Whether a rollback of the run has taken its change of a record back.
    func isTakenBack(_ id: DistributionID, of run: RunID) throws -> Bool {
        let rollbacks = try rows(
            "SELECT run_id FROM run WHERE rolls_back = ?1",
            { $0.bind(run.number, at: 1) },
            { RunID(number: $0.integer(at: 0)) }
        )
        for rollback in rollbacks where try carriesChange(id, of: rollback) { return true }
        return try isTakenBackByPurgedRun(id, of: run)
    }

    private func isTakenBackByPurgedRun(_ id: DistributionID, of run: RunID) throws -> Bool {
        try number(
            """
            SELECT EXISTS(
                SELECT 1 FROM ledger WHERE migration = (SELECT migration FROM run WHERE run_id = ?2)
                    AND record_id = ?1 AND run_id = ?2 AND is_applied = 0
            )
            """
        ) { statement in
            statement.bind(id, at: 1)
            statement.bind(run.number, at: 2)
        } != 0
    }

    /// Whether the last outcome of a record in a run is that it carries the change.
    private func isApplied(_ id: DistributionID, in run: RunID) throws -> Bool {
        guard let key = try key(of: id, run: run) else { return false }
        // What was applied is never opened again, so that the newest outcome is the last.
        let kind = try first(
            "SELECT kind FROM outcome WHERE key BETWEEN ?1 AND ?2 ORDER BY key DESC LIMIT 1",
            { statement in
                statement.bind(key, at: 1)
                statement.bind(key.lastGeneration, at: 2)
            },
            { try OutcomeKind(stored: $0.integer(at: 0), key: key) }
        )
        return kind?.isApplied == true
    }

    /// The key of a record's generation 0; `nil` when the run has no such record.
    func key(of id: DistributionID, run: RunID) throws -> RecordKey? {
        try first(
            "SELECT key FROM place WHERE run_id = ?1 AND record_id = ?2",
            { statement in
                statement.bind(run.number, at: 1)
                statement.bind(id, at: 2)
            },
            { $0.key(at: 0) }
        )
    }
}
