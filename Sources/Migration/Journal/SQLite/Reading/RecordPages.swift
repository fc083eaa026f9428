internal import DistributionAPI
internal import SQLiteStorage

extension JournalDatabase {
    /// The key of generation 0 of the record of a row of `outcome`.
    private static let recordOfOutcome = "outcome.key & ~\(RecordKey.maxGeneration)"

    func outcomes(
        run: RunID,
        kinds: Set<OutcomeKind>,
        after sequence: Int64,
        limit: Int
    ) throws -> [(id: DistributionID, outcome: Outcome)] {
        let keys = try RecordKey.range(run: run, after: sequence)
        return try rows(
            """
            SELECT record_id, spelling, \(Self.outcomeColumns) FROM outcome
            JOIN item ON item.key = \(Self.recordOfOutcome)
            WHERE outcome.key BETWEEN ?1 AND ?2 AND (?3 >> kind) & 1 AND \(Self.isLastOutcome)
            ORDER BY outcome.key LIMIT ?4
            """,
            { statement in
                statement.bind(keys, at: 1)
                statement.bind(Self.mask(of: kinds), at: 3)
                statement.bind(Int64(max(limit, 0)), at: 4)
            },
            { (id: try $0.recordID(at: 0), outcome: try outcome($0, from: 2).outcome) }
        )
    }

    /// A bit for each kind; all of them for none.
    private static func mask(of kinds: Set<OutcomeKind>) -> Int64 {
        kinds.isEmpty ? -1 : kinds.reduce(0) { $0 | 1 << Int64($1.rawValue) }
    }

    private static let outcomeColumns = """
        outcome.key, kind, http, failure, message, read_microseconds, write_microseconds, outcome.at
        """

    private func outcome(_ row: RawStatement, from column: CInt) throws -> (outcome: Outcome, time: DateTime) {
        let key = row.key(at: column)
        let outcome = Outcome(
            sequence: key.sequence,
            generation: key.generation,
            kind: try OutcomeKind(stored: row.integer(at: column + 1), key: key),
            httpStatus: row.optionalInteger(at: column + 2),
            failure: row.optionalString(at: column + 3).map(FailureClass.init(rawValue:)),
            message: row.optionalString(at: column + 4),
            readMicroseconds: row.optionalInteger(at: column + 5),
            writeMicroseconds: row.optionalInteger(at: column + 6)
        )
        return (outcome, row.time(at: column + 7))
    }

    /// Every outcome of a record, of its generations in their order.
    func outcomes(ofRecord key: RecordKey) throws -> [(outcome: Outcome, time: DateTime)] {
        try rows(
            "SELECT \(Self.outcomeColumns) FROM outcome WHERE key BETWEEN ?1 AND ?2 ORDER BY key",
            { $0.bind(KeyRange(first: key, last: key.lastGeneration), at: 1) },
            { try outcome($0, from: 0) }
        )
    }

    func parking(_ row: RawStatement, from column: CInt) -> Parking {
        Parking(
            sequence: row.key(at: column).sequence,
            failure: FailureClass(rawValue: row.string(at: column + 1)),
            message: row.string(at: column + 2),
            httpStatus: row.optionalInteger(at: column + 3)
        )
    }

    func items(run: RunID, after sequence: Int64, limit: Int) throws -> [WorkItem] {
        try page(
            "SELECT key, record_id, spelling, input FROM item WHERE key BETWEEN ?1 AND ?2 ORDER BY key LIMIT ?3",
            of: try RecordKey.range(run: run, after: sequence),
            limit: limit,
            \.byteCount,
            Self.workItem
        )
    }

    /// A row of a key, an id in two columns, and an input.
    private static func workItem(_ row: RawStatement) throws -> WorkItem {
        WorkItem(sequence: row.key(at: 0).sequence, id: try row.recordID(at: 1), input: row.optionalBytes(at: 3))
    }

    /// The first rows of a query, up to `limit` of them; the one that goes over `InputLimits.maxBatchBytes` is the last.
    private func page<Row>(
        _ sql: String,
        of keys: KeyRange,
        limit: Int,
        _ byteCount: (Row) -> Int,
        _ row: (RawStatement) throws -> Row
    ) throws -> [Row] {
        let statement = try statement(sql)
        statement.bind(keys, at: 1)
        statement.bind(Int64(max(limit, 0)), at: 3)
        defer { statement.reset() }
        var rows: [Row] = []
        var pageBytes = 0
        while pageBytes < InputLimits.maxBatchBytes, try statement.step() {
            let next = try row(statement)
            pageBytes += byteCount(next)
            rows.append(next)
        }
        return rows
    }

    // MARK: - What was applied

    func applied(run: RunID, after sequence: Int64, limit: Int) throws -> [AppliedRecord] {
        try applied(RecordKey.range(run: run, after: sequence), limit: limit)
    }

    func applied(run: RunID, id: DistributionID) throws -> AppliedRecord? {
        guard let key = try key(of: id, run: run) else { return nil }
        return try applied(KeyRange(first: key, last: key.lastGeneration), limit: 1).first
    }

    func revertible(run: RunID, after sequence: Int64, limit: Int) throws -> [WorkItem] {
        var last = sequence
        while true {
            let page = try written(RecordKey.range(run: run, after: last), limit: limit)
            guard let end = page.last else { return [] }
            last = end.sequence
            let found = try page.filter { try !isTakenBack($0.id, of: run) }
            if !found.isEmpty { return found }
        }
    }

    private func written(_ keys: KeyRange, limit: Int) throws -> [WorkItem] {
        try page(
            """
            SELECT outcome.key, record_id, spelling, input FROM outcome
            JOIN item ON item.key = \(Self.recordOfOutcome)
            WHERE outcome.key BETWEEN ?1 AND ?2 AND kind IN (\(OutcomeKind.list(\.isWritten)))
            ORDER BY outcome.key LIMIT ?3
            """,
            of: keys,
            limit: limit,
            \.byteCount,
            Self.workItem
        )
    }

    private func applied(_ keys: KeyRange, limit: Int) throws -> [AppliedRecord] {
        let kinds = OutcomeKind.list(\.isWritten)
        return try page(
            """
            SELECT outcome.key, record_id, spelling, pre, post, input FROM outcome
            JOIN image ON image.key = outcome.key JOIN item ON item.key = \(Self.recordOfOutcome)
            WHERE outcome.key BETWEEN ?1 AND ?2 AND kind IN (\(kinds)) ORDER BY outcome.key LIMIT ?3
            """,
            of: keys,
            limit: limit,
            \.byteCount,
            { row in
                let images = try bodies(row, preimageAt: 3, postimageAt: 4)
                return AppliedRecord(
                    sequence: row.key(at: 0).sequence,
                    id: try row.recordID(at: 1),
                    preimage: images.preimage,
                    postimage: images.postimage,
                    input: row.optionalBytes(at: 5)
                )
            }
        )
    }
}

extension RecordKey {
    /// The keys of the records of a run behind a place in the input.
    static func range(run: RunID, after sequence: Int64) throws(JournalError) -> KeyRange {
        try range(run: run, from: min(max(sequence, 0), maxSequence - 1) + 1)
    }
}
