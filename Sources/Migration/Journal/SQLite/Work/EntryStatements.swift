internal import DistributionAPI
internal import SQLiteStorage

/// The statements that run for every record.
struct EntryStatements {
    private let selectIntent: RawStatement
    private let selectFence: RawStatement
    private let selectOutcome: RawStatement
    private let selectReopening: RawStatement
    private let insertIntent: RawStatement
    private let insertImage: RawStatement
    private let insertOutcome: RawStatement
    private let deleteParking: RawStatement

    init(_ journal: JournalDatabase) throws {
        func newest(_ columns: String, in table: String) throws -> RawStatement {
            try journal.statement(
                "SELECT \(columns) FROM \(table) WHERE key BETWEEN ?1 AND ?2 ORDER BY key DESC LIMIT 1"
            )
        }
        selectIntent = try newest("key", in: "intent")
        selectReopening = try newest("key", in: "reopening")
        selectOutcome = try newest("key, kind", in: "outcome")
        selectFence = try journal.statement("SELECT fence FROM intent WHERE key = ?1")
        insertIntent = try journal.statement("INSERT INTO intent(key, fence, shape, at) VALUES(?1, ?2, ?3, ?4)")
        insertImage = try journal.statement("INSERT INTO image(key, pre, post) VALUES(?1, ?2, ?3)")
        insertOutcome = try journal.statement(
            """
            INSERT OR IGNORE INTO outcome(
                key, kind, http, failure, message, read_microseconds, write_microseconds, at
            ) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """
        )
        deleteParking = try journal.statement("DELETE FROM parking WHERE key = ?1")
    }

    func standing(of key: RecordKey) throws -> RecordStanding {
        let outcome = try newest(selectOutcome, of: key) { statement in
            let key = statement.key(at: 0)
            return (generation: key.generation, kind: try OutcomeKind(stored: statement.integer(at: 1), key: key))
        }
        let intent = try newest(selectIntent, of: key) { $0.key(at: 0).generation }
        // Only what has ended is opened again.
        let reopening = outcome == nil ? nil : try newest(selectReopening, of: key) { $0.key(at: 0).generation }
        return RecordStanding(intent: intent, reopening: reopening, outcome: outcome)
    }

    private func newest<Row>(
        _ statement: RawStatement,
        of key: RecordKey,
        _ row: (RawStatement) throws -> Row
    ) throws -> Row? {
        statement.bind(key.record, at: 1)
        statement.bind(key.lastGeneration, at: 2)
        defer { statement.reset() }
        return try statement.step() ? try row(statement) : nil
    }

    /// The fence under which a generation's intent was written; `nil` when it has none.
    func fence(of key: RecordKey) throws -> Int64? {
        selectFence.bind(key, at: 1)
        defer { selectFence.reset() }
        return try selectFence.step() ? selectFence.integer(at: 0) : nil
    }

    func insertIntent(_ key: RecordKey, fence: Int64, shape: Int, at time: DateTime) throws {
        insertIntent.bind(key, at: 1)
        insertIntent.bind(fence, at: 2)
        insertIntent.bind(Int64(shape), at: 3)
        insertIntent.bind(time, at: 4)
        _ = try insertIntent.run()
    }

    func insertImage(
        _ key: RecordKey,
        preimage: UnsafeRawBufferPointer,
        postimage: UnsafeRawBufferPointer
    ) throws {
        insertImage.bind(key, at: 1)
        try insertImage.bind(unmanaged: preimage, at: 2)
        try insertImage.bind(unmanaged: postimage, at: 3)
        _ = try insertImage.run()
    }

    /// - Returns: false when the generation has an outcome already.
    func insert(_ outcome: Outcome, _ key: RecordKey, at time: DateTime) throws -> Bool {
        insertOutcome.bind(key, at: 1)
        insertOutcome.bind(Int64(outcome.kind.rawValue), at: 2)
        insertOutcome.bind(outcome.httpStatus, at: 3)
        insertOutcome.bind(outcome.failure?.rawValue, at: 4)
        insertOutcome.bind(outcome.message.map(Outcome.cutMessage), at: 5)
        insertOutcome.bind(outcome.readMicroseconds, at: 6)
        insertOutcome.bind(outcome.writeMicroseconds, at: 7)
        insertOutcome.bind(time, at: 8)
        return try insertOutcome.run() > 0
    }

    func deleteParking(of key: RecordKey) throws {
        deleteParking.bind(key.record, at: 1)
        _ = try deleteParking.run()
    }
}
