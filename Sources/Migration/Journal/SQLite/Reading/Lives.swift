internal import DistributionAPI
internal import SQLiteStorage

extension JournalDatabase {
    func life(of id: DistributionID, run: RunID) throws -> RecordLife? {
        guard let key = try key(of: id, run: run) else { return nil }
        let item = try first(
            "SELECT record_id, spelling, input FROM item WHERE key = ?1",
            { $0.bind(key, at: 1) },
            { (id: try $0.recordID(at: 0), input: $0.optionalBytes(at: 2)) }
        )
        guard let item else { throw JournalError.damagedRow("record \(key.sequence)", run: run) }
        return RecordLife(sequence: key.sequence, id: item.id, input: item.input, events: try events(of: key))
    }

    /// Everything that happened, by time; what happened at the same time in the order in which it is written.
    private func events(of key: RecordKey) throws -> [RecordLife.Event] {
        let generations = try reopenings(key) + intents(key) + outcomes(key)
        let inOrder = generations.sorted { ($0.generation, $0.rank) < ($1.generation, $1.rank) }
        let events = inOrder.map { ($0.event, $0.time) } + (try parkings(key)) + (try verifications(key))
        return events.enumerated()
            .sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }
            .map(\.element.0)
    }

    private struct GenerationEvent {
        var generation: Int
        var rank: Int
        var event: RecordLife.Event
        var time: DateTime
    }

    private func reopenings(_ key: RecordKey) throws -> [GenerationEvent] {
        try rows("SELECT key, at FROM reopening WHERE key BETWEEN ?1 AND ?2", { bind(key, to: $0) }) { row in
            let generation = row.key(at: 0).generation
            let time = row.time(at: 1)
            return GenerationEvent(
                generation: generation,
                rank: 0,
                event: .reopened(generation: generation, time),
                time: time
            )
        }
    }

    private func intents(_ key: RecordKey) throws -> [GenerationEvent] {
        let found = try rows(
            """
            SELECT intent.key, at, coalesce(signature, '') FROM intent
            LEFT JOIN shape ON run_id = ?3 AND number = intent.shape WHERE key BETWEEN ?1 AND ?2
            """,
            { statement in
                bind(key, to: statement)
                statement.bind(key.run.number, at: 3)
            },
            { (key: $0.key(at: 0), time: $0.time(at: 1), signature: $0.string(at: 2)) }
        )
        return try found.compactMap { row in
            guard let intent = try intent(row.key) else { return nil }
            return GenerationEvent(
                generation: row.key.generation,
                rank: 1,
                event: .intent(intent, signature: row.signature, row.time),
                time: row.time
            )
        }
    }

    private func outcomes(_ key: RecordKey) throws -> [GenerationEvent] {
        try outcomes(ofRecord: key).map { outcome, time in
            GenerationEvent(generation: outcome.generation, rank: 2, event: .outcome(outcome, time), time: time)
        }
    }

    private func parkings(_ key: RecordKey) throws -> [(RecordLife.Event, DateTime)] {
        try rows("SELECT key, failure, message, http, count, at FROM parking WHERE key BETWEEN ?1 AND ?2") {
            bind(key, to: $0)
        } _: { row in
            let time = row.time(at: 5)
            return (.parking(parking(row, from: 0), count: Int(row.integer(at: 4)), time), time)
        }
    }

    private func verifications(_ key: RecordKey) throws -> [(RecordLife.Event, DateTime)] {
        try rows("SELECT is_match, message, at FROM verification WHERE key BETWEEN ?1 AND ?2") {
            bind(key, to: $0)
        } _: { row in
            let found = Verification(
                sequence: key.sequence,
                isMatch: row.integer(at: 0) != 0,
                message: row.string(at: 1),
                time: row.time(at: 2)
            )
            return (.verification(found), found.time)
        }
    }

    private func bind(_ key: RecordKey, to statement: RawStatement) {
        statement.bind(KeyRange(first: key, last: key.lastGeneration), at: 1)
    }
}
