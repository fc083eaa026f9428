internal import DistributionAPI
internal import SQLiteStorage

/// Finds out what a migration has done to records in other runs, so that none is changed twice.
///
/// A migration at another target (`JournalSchema`) is another migration. It costs nothing when the migration has no other
/// run: then there is none of these.
struct EarlierChanges {
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
        try self.init(journal, migration, besides: run)
    }

    /// - Parameter run: the run that does not count; `nil` for none.
    init?(_ journal: JournalDatabase, migration: String, target: String, besides run: RunID?) throws {
        let number = try journal.first(
            "SELECT number FROM migration WHERE name = ?1 AND target = ?2",
            { statement in
                statement.bind(migration, at: 1)
                statement.bind(target, at: 2)
            },
            { $0.integer(at: 0) }
        )
        guard let number else { return nil }
        try self.init(journal, number, besides: run)
    }

    private init?(_ journal: JournalDatabase, _ migration: Int64, besides run: RunID?) throws {
        self.journal = journal
        self.migration = migration
        runs = try journal.rows(
            "SELECT run_id FROM run WHERE migration = ?1 AND rolls_back IS NULL AND run_id IS NOT ?2 ORDER BY run_id DESC",
            { statement in
                statement.bind(migration, at: 1)
                statement.bind(run.map { Int($0.number) }, at: 2)
            },
            { RunID(number: $0.integer(at: 0)) }
        )
        hasLedger =
            try journal.number("SELECT EXISTS(SELECT 1 FROM ledger WHERE migration = ?1)") {
                $0.bind(migration, at: 1)
            } != 0
        if runs.isEmpty, !hasLedger { return nil }
    }

    /// The change of the newest other run that the record carries, for certain or perhaps; `nil` for none.
    func change(of id: DistributionID) throws -> EarlierChange? {
        for run in runs {
            if let isCertain = try journal.carriesChange(id, of: run) {
                return EarlierChange(run: run, isCertain: isCertain)
            }
        }
        guard hasLedger else { return nil }
        for (run, mark) in try purgedRuns(of: id) where try !journal.isTakenBack(id, of: run) {
            return EarlierChange(run: run, isCertain: mark == .applied)
        }
        return nil
    }

    private func purgedRuns(of id: DistributionID) throws -> [(run: RunID, mark: LedgerMark)] {
        try journal.rows(
            """
            SELECT run_id, mark FROM ledger
            WHERE migration = ?1 AND record_id = ?2 AND mark <> \(LedgerMark.takenBack.rawValue) ORDER BY run_id DESC
            """,
            { statement in
                statement.bind(migration, at: 1)
                statement.bind(id, at: 2)
            },
            { (RunID(number: $0.integer(at: 0)), LedgerMark(rawValue: $0.integer(at: 1)) ?? .perhaps) }
        )
    }
}

/// The values of `ledger.mark`: what is known of a record of a run that was purged, or whose rollback was.
enum LedgerMark: Int64 {
    /// The rollback has taken the change of the run back.
    case takenBack = 0
    /// The record carries the change.
    case applied = 1
    /// The change was sent, and nobody has looked what became of it.
    case perhaps = 2
}

extension JournalDatabase {
    /// Whether a record carries the change of a run that no rollback has taken back: `true` for certain, `false` for
    /// perhaps, `nil` for no.
    func carriesChange(_ id: DistributionID, of run: RunID) throws -> Bool? {
        guard let key = try key(of: id, run: run) else { return nil }
        if try lastKind(of: key)?.isWritten == true {
            if try isTakenBack(id, of: run) { return nil }
            return try !isPerhapsTakenBack(id, of: run)
        }
        return try hasOpenIntent(key) ? false : nil
    }

    /// Whether a rollback of the run has taken its change of a record back.
    func isTakenBack(_ id: DistributionID, of run: RunID) throws -> Bool {
        for rollback in try rollbacks(of: run) {
            if let key = try key(of: id, run: rollback), try lastKind(of: key)?.isTakenBack == true { return true }
        }
        return try isTakenBackByPurgedRun(id, of: run)
    }

    private func isPerhapsTakenBack(_ id: DistributionID, of run: RunID) throws -> Bool {
        for rollback in try rollbacks(of: run) {
            if let key = try key(of: id, run: rollback), try hasOpenIntent(key) { return true }
        }
        return false
    }

    private func rollbacks(of run: RunID) throws -> [RunID] {
        try rows(
            "SELECT run_id FROM run WHERE rolls_back = ?1",
            { $0.bind(run.number, at: 1) },
            { RunID(number: $0.integer(at: 0)) }
        )
    }

    private func isTakenBackByPurgedRun(_ id: DistributionID, of run: RunID) throws -> Bool {
        try number(
            """
            SELECT EXISTS(
                SELECT 1 FROM ledger WHERE migration = (SELECT migration FROM run WHERE run_id = ?2)
                    AND record_id = ?1 AND run_id = ?2 AND mark = \(LedgerMark.takenBack.rawValue)
            )
            """
        ) { statement in
            statement.bind(id, at: 1)
            statement.bind(run.number, at: 2)
        } != 0
    }

    /// The newest outcome of a record in a run. What was written is never opened again, so that it is the last then.
    private func lastKind(of key: RecordKey) throws -> OutcomeKind? {
        try first(
            "SELECT kind FROM outcome WHERE key BETWEEN ?1 AND ?2 ORDER BY key DESC LIMIT 1",
            { statement in
                statement.bind(key, at: 1)
                statement.bind(key.lastGeneration, at: 2)
            },
            { try OutcomeKind(stored: $0.integer(at: 0), key: key) }
        )
    }

    /// Whether a record has an intent of which it is not known what became of it.
    func hasOpenIntent(_ key: RecordKey) throws -> Bool {
        try number(
            """
            SELECT EXISTS(
                SELECT 1 FROM intent WHERE key BETWEEN ?1 AND ?2
                    AND NOT EXISTS(SELECT 1 FROM outcome WHERE outcome.key = intent.key)
            )
            """
        ) { $0.bind(KeyRange(first: key, last: key.lastGeneration), at: 1) } != 0
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

extension OutcomeKind {
    /// The stored values of some kinds, for a list in SQL.
    static func list(_ isWanted: (OutcomeKind) -> Bool) -> String {
        allCases.filter(isWanted).map { "\($0.rawValue)" }.joined(separator: ", ")
    }
}
