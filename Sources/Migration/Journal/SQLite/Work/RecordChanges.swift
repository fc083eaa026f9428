internal import DistributionAPI
internal import SQLiteStorage

extension JournalDatabase {
    /// The change of a run that a record carries, and that no rollback has taken back, for certain or perhaps; `nil` for
    /// none, or when the run is not there.
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
        try rollbacks(of: run).contains { try hasOpenIntent(id, in: $0) }
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

    /// When a run has logged its newest change of a record; `nil` when it has logged none.
    func timeOfChange(of id: DistributionID, in run: RunID) throws -> DateTime? {
        guard let key = try key(of: id, run: run) else { return nil }
        return try first(
            "SELECT at FROM intent WHERE key BETWEEN ?1 AND ?2 ORDER BY key DESC LIMIT 1",
            { $0.bind(KeyRange(first: key, last: key.lastGeneration), at: 1) },
            { $0.time(at: 0) }
        )
    }

    /// Whether a run has a record's write open.
    func hasOpenIntent(_ id: DistributionID, in run: RunID) throws -> Bool {
        guard let key = try key(of: id, run: run) else { return false }
        return try hasIntent(key, where: Self.isOpenIntent)
    }

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
