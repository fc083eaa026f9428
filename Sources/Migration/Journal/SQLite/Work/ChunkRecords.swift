internal import DistributionAPI
internal import SQLiteStorage

/// The records of one chunk and how far each is, read in the order of their keys.
struct ChunkRecords {
    struct OpenRecord {
        var item: WorkItem
        /// The key of the open generation.
        var key: RecordKey
        var isParked: Bool { item.isParked }
    }

    private struct Progress {
        var intent: Int?
        var reopening: Int?
        var outcome: (generation: Int, kind: OutcomeKind)?
        var isParked = false

        var standing: RecordStanding { RecordStanding(intent: intent, reopening: reopening, outcome: outcome) }
    }

    private let keys: KeyRange
    /// By the place in the chunk.
    private var progress: [Progress]

    init(_ journal: JournalDatabase, _ keys: KeyRange) throws {
        self.keys = keys
        progress = Array(repeating: Progress(), count: SQLiteJournal.itemsPerChunk)
        try read("key, kind", from: "outcome", journal) { progress, key, row in
            progress.outcome = (key.generation, try OutcomeKind(stored: row.integer(at: 1), key: key))
        }
        try read("key", from: "intent", journal) { progress, key, _ in progress.intent = key.generation }
        try read("key", from: "reopening", journal) { progress, key, _ in progress.reopening = key.generation }
        try read("key", from: "parking", journal) { progress, _, _ in progress.isParked = true }
    }

    private mutating func read(
        _ columns: String,
        from table: String,
        _ journal: JournalDatabase,
        _ note: (inout Progress, RecordKey, RawStatement) throws -> Void
    ) throws {
        // In the order of the keys, so that the newest generation of a record is noted last.
        try journal.forEach("SELECT \(columns) FROM \(table) WHERE key BETWEEN ?1 AND ?2 ORDER BY key") {
            $0.bind(keys, at: 1)
        } _: { row in
            let key = row.key(at: 0)
            try note(&progress[place(of: key)], key, row)
        }
    }

    private func place(of key: RecordKey) -> Int {
        Int(key.sequence - keys.first.sequence)
    }

    /// The records that have no terminal outcome, without their intents, and without long inputs.
    func openRecords(in journal: JournalDatabase) throws -> [OpenRecord] {
        var records: [OpenRecord] = []
        try journal.forEach(
            """
            SELECT key, record_id, spelling, CASE WHEN length(input) <= ?3 THEN input END, length(input) > ?3 FROM item
            WHERE key BETWEEN ?1 AND ?2 ORDER BY key
            """
        ) {
            $0.bind(keys, at: 1)
            $0.bind(Int64(WorkItem.maxClaimedBytes), at: 3)
        } _: { row in
            let key = row.key(at: 0)
            let progress = progress[place(of: key)]
            let standing = progress.standing
            guard !standing.isConcluded else { return }
            var item = WorkItem(
                sequence: key.sequence,
                id: try row.recordID(at: 1),
                input: row.optionalBytes(at: 3),
                generation: standing.generation,
                isParked: progress.isParked
            )
            item.isInputLeft = row.optionalInteger(at: 4) == 1
            records.append(OpenRecord(item: item, key: RecordKey(rawValue: key.rawValue + Int64(standing.generation))))
        }
        return records
    }

    /// The records that have no terminal outcome, as they are when their chunk is claimed.
    func workItems(in journal: JournalDatabase) throws -> [WorkItem] {
        try openRecords(in: journal).map { record in
            var item = record.item
            if progress[place(of: record.key)].intent == item.generation {
                item.openIntent = try journal.intent(record.key)
            }
            return item.claimed
        }
    }
}

extension JournalDatabase {
    /// A claimed record with what was left here when its chunk was claimed.
    func whole(_ claimed: WorkItem, run: RunID) throws -> WorkItem {
        var item = claimed
        if item.isInputLeft {
            let key = try RecordKey(run: run, sequence: item.sequence)
            let input = try first(
                "SELECT input FROM item WHERE key = ?1",
                { $0.bind(key, at: 1) },
                { $0.optionalBytes(at: 0) }
            )
            guard let input = input ?? nil else { throw Self.missing("input", of: item) }
            (item.input, item.isInputLeft) = (input, false)
        }
        if item.isIntentLeft {
            let key = try RecordKey(run: run, sequence: item.sequence, generation: item.generation)
            guard let intent = try intent(key) else { throw Self.missing("intent", of: item) }
            (item.openIntent, item.isIntentLeft) = (intent, false)
        }
        return item
    }

    private static func missing(_ part: String, of item: WorkItem) -> JournalError {
        JournalError(.damaged, "the \(part) of \(item.id) is not in the migration journal any more")
    }

    /// An intent with its bodies; `nil` when there is none.
    func intent(_ key: RecordKey) throws -> Intent? {
        try first(
            "SELECT shape, pre, post FROM intent JOIN image USING(key) WHERE key = ?1",
            { $0.bind(key, at: 1) },
            { row in
                let images = try bodies(row, preimageAt: 1, postimageAt: 2)
                return Intent(
                    sequence: key.sequence,
                    generation: key.generation,
                    preimage: images.preimage,
                    postimage: images.postimage,
                    shape: Int(row.integer(at: 0))
                )
            }
        )
    }

    /// The bodies in two columns of a row of `image`.
    func bodies(
        _ row: RawStatement,
        preimageAt preimageColumn: CInt,
        postimageAt postimageColumn: CInt
    ) throws -> (preimage: [UInt8], postimage: [UInt8]) {
        let preimage = try row.withBytes(at: preimageColumn) { try images.body(of: $0, preimage: nil) }
        let postimage = try row.withBytes(at: postimageColumn) { try images.body(of: $0, preimage: preimage) }
        return (preimage, postimage)
    }
}
