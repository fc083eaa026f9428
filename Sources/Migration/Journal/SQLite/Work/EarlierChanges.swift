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
        let changes = [try changeOfRunThatIsThere(id), try changeOfPurgedRun(id)].compactMap(\.self)
        return changes.max { $0.run < $1.run }
    }

    private func changeOfRunThatIsThere(_ id: DistributionID) throws -> EarlierChange? {
        for run in runs {
            if let change = try journal.change(of: id, in: run) { return change }
        }
        return nil
    }

    private func changeOfPurgedRun(_ id: DistributionID) throws -> EarlierChange? {
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

/// The values of `ledger.mark`: what is known of a record of a run that was purged, or whose rollback was.
enum LedgerMark: Int64 {
    /// The rollback, which was purged, has taken the change of the run, which is there, back.
    case takenBack = 0
    /// The record carries the change.
    case applied = 1
    /// A rollback has perhaps taken the change back.
    case perhaps = 2
    /// The rollback, which was purged, has perhaps taken the change of the run, which is there, back.
    case perhapsTakenBack = 3
    /// The run has sent a change of which it is not known what became of it: no rollback settles that.
    case doubtful = 4

    /// Those of changes that a record carries, for certain or perhaps, for a list in SQL.
    static let changesList = [LedgerMark.applied, .perhaps, .doubtful].map { "\($0.rawValue)" }.joined(separator: ", ")
}

extension JournalDatabase {
    /// The change of a run that a record carries, and that no rollback has taken back, for certain or perhaps; `nil` for
    /// none.
    func change(of id: DistributionID, in run: RunID) throws -> EarlierChange? {
        guard let key = try key(of: id, run: run) else { return nil }
        if try lastKind(of: key)?.isWritten == true {
            let isUnclear: Bool
            if try isTakenBack(id, of: run) {
                // What another rollback has perhaps sent it may send again; and what was in doubt stays so.
                isUnclear = try hasOpenRollback(id, of: run) || hasIntent(key, where: Self.isDoubtfulIntent)
                guard isUnclear else { return nil }
            } else {
                isUnclear = try isPerhapsTakenBack(id, of: run)
            }
            return EarlierChange(run: run, isCertain: !isUnclear, isOpen: false)
        }
        if try hasIntent(key, where: Self.isOpenIntent) { return EarlierChange(run: run, isCertain: false) }
        guard try hasIntent(key, where: Self.isDoubtfulIntent) else { return nil }
        return EarlierChange(run: run, isCertain: false, isOpen: false)
    }

    /// Whether a rollback of the run has taken its change of a record back.
    func isTakenBack(_ id: DistributionID, of run: RunID) throws -> Bool {
        for rollback in try rollbacks(of: run) {
            if let key = try key(of: id, run: rollback), try lastKind(of: key)?.isTakenBack == true { return true }
        }
        return try hasMark(.takenBack, id, of: run)
    }

    /// Whether a rollback of the run was perhaps sent for a record that none has taken back for certain.
    func isPerhapsTakenBack(_ id: DistributionID, of run: RunID) throws -> Bool {
        for rollback in try rollbacks(of: run) {
            if let key = try key(of: id, run: rollback), try hasIntent(key, where: Self.isDoubtfulIntent) {
                return true
            }
        }
        return try hasMark(.perhapsTakenBack, id, of: run)
    }

    /// Whether a rollback of the run that is there has a record's write open.
    private func hasOpenRollback(_ id: DistributionID, of run: RunID) throws -> Bool {
        for rollback in try rollbacks(of: run) {
            if let key = try key(of: id, run: rollback), try hasIntent(key, where: Self.isOpenIntent) { return true }
        }
        return false
    }

    /// Whether a run has sent a change of a record of which it is not known what became of it.
    func isInDoubt(_ id: DistributionID, in run: RunID) throws -> Bool {
        guard let key = try key(of: id, run: run) else { return false }
        return try hasIntent(key, where: Self.isDoubtfulIntent)
    }

    func rollbacks(of run: RunID) throws -> [RunID] {
        try rows(
            "SELECT run_id FROM run WHERE rolls_back = ?1",
            { $0.bind(run.number, at: 1) },
            { RunID(number: $0.integer(at: 0)) }
        )
    }

    /// Whether the ledger has a mark for a record of a run that is there.
    private func hasMark(_ mark: LedgerMark, _ id: DistributionID, of run: RunID) throws -> Bool {
        try number(
            """
            SELECT EXISTS(
                SELECT 1 FROM ledger WHERE migration = (SELECT migration FROM run WHERE run_id = ?2)
                    AND record_id = ?1 AND run_id = ?2 AND mark = ?3
            )
            """
        ) { statement in
            statement.bind(id, at: 1)
            statement.bind(run.number, at: 2)
            statement.bind(mark.rawValue, at: 3)
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

    /// The SQL that tells whether a row of `intent` has no outcome.
    static let isOpenIntent = "NOT EXISTS(SELECT 1 FROM outcome WHERE outcome.key = intent.key)"

    /// The SQL that tells whether it is not known of a row of `intent` what became of it: it has no outcome, or one that
    /// leaves open whether it was carried out before somebody else changed the record, or removed it.
    static let isDoubtfulIntent = """
        NOT EXISTS(
            SELECT 1 FROM outcome WHERE outcome.key = intent.key AND failure IS NOT '\(FailureClass.doubt.rawValue)'
        )
        """

    private func hasIntent(_ key: RecordKey, where condition: String) throws -> Bool {
        try number("SELECT EXISTS(SELECT 1 FROM intent WHERE key BETWEEN ?1 AND ?2 AND \(condition))") {
            $0.bind(KeyRange(first: key, last: key.lastGeneration), at: 1)
        } != 0
    }

    /// The id of the record of a key; `nil` when there is none.
    func recordID(of key: RecordKey) throws -> DistributionID? {
        try first(
            "SELECT record_id, spelling FROM item WHERE key = ?1",
            { $0.bind(key.record, at: 1) },
            { try $0.recordID(at: 0) }
        )
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
