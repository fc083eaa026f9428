internal import DistributionAPI
internal import SQLiteStorage

/// Whose entries are written.
struct EntryAuthor: Hashable, Sendable {
    let run: RunID
    /// Whether it may change records that another run of the migration has changed.
    let repeatsApplied: Bool
}

/// Writes entries inside one transaction. The names in quotation marks are the transitions of the model check.
final class EntryWriter {
    /// The most samples that a run keeps; beyond them every second one goes.
    static let maxSampleCount = 20_000

    private let journal: JournalDatabase
    private let time: DateTime
    private let statements: EntryStatements
    /// The chunks that are held; they cannot change in a transaction but by its own entries.
    private var holds: [ChunkID: Hold?] = [:]
    /// The other runs that have logged changes, by the run that asks.
    private var runsBeside: [RunID: RunsBeside?] = [:]
    /// The runs that have logged a change in this transaction.
    private var changedRuns: Set<RunID> = []

    private struct ChunkID: Hashable {
        let run: RunID
        let number: Int64
    }

    private struct Hold {
        let fence: Int64
        let claimedAt: DateTime
    }

    init(_ journal: JournalDatabase, at time: DateTime) throws {
        self.journal = journal
        self.time = time
        statements = try EntryStatements(journal)
    }

    func write(_ entry: JournalEntry, by author: EntryAuthor) throws -> EntryResult {
        let run = author.run
        switch entry {
        case .shape(let number, let signature):
            return try writeShape(number, signature, run: run)
        case .intent(let intent, let chunk, let fence):
            return try writeIntent(intent, by: author, chunk: chunk, fence: fence)
        case .outcome(let outcome, let fence):
            return try writeOutcome(outcome, run: run, fence: fence)
        case .replan(let closing, let opening, let chunk, let fence):
            return try writeReplan(closing: closing, opening: opening, by: author, chunk: chunk, fence: fence)
        case .parking(let parking):
            return try writeParking(parking, run: run)
        case .chunkEnd(let number, let fence, let end):
            return try writeChunkEnd(number, run: run, fence: fence, end)
        case .sample(let sample):
            try writeSample(sample, run: run)
            return .written
        case .audit(let entry):
            try journal.insert(entry, run: run)
            return .written
        }
    }

    // MARK: - Records

    /// "plan" → "send": the record has no terminal outcome, the generation is the one that is open, and has no intent.
    private func writeIntent(
        _ intent: Intent,
        by author: EntryAuthor,
        chunk: Int64,
        fence: Int64
    ) throws -> EntryResult {
        let key = try RecordKey(run: author.run, sequence: intent.sequence, generation: intent.generation)
        guard try isHeld(chunk, fence: fence, for: key) else { return .superseded }
        let standing = try statements.standing(of: key)
        guard !standing.isConcluded, !standing.hasIntent, standing.generation == intent.generation else {
            return .superseded
        }
        if let earlier = try earlierChange(of: key, for: author) { return .changedBefore(earlier) }
        if let other = try runThatOvertook(key, chunk, author) { return .overtaken(by: other) }
        try insert(intent, key, fence: fence)
        return .written
    }

    /// What another run has done to a record. Two runs at once claim a record before either has changed it, so that it is
    /// asked again where one transaction comes before the other.
    private func earlierChange(of key: RecordKey, for author: EntryAuthor) throws -> EarlierChange? {
        guard let others = try runsBeside(author) else { return nil }
        return try journal.recordID(of: key).flatMap { try others.atIntent(of: $0) }
    }

    /// The run that has changed a record, which is to be changed again, since its chunk was claimed, and so perhaps since
    /// it was read. For others such a change is one that keeps them from theirs.
    private func runThatOvertook(_ key: RecordKey, _ chunk: Int64, _ author: EntryAuthor) throws -> RunID? {
        guard author.repeatsApplied, let others = try runsBeside(author),
            let hold = try hold(on: ChunkID(run: key.run, number: chunk))
        else { return nil }
        return try journal.recordID(of: key).flatMap { try others.lastToChange($0, since: hold.claimedAt) }
    }

    private func runsBeside(_ author: EntryAuthor) throws -> RunsBeside? {
        if let found = runsBeside[author.run] { return found }
        let found = try RunsBeside(journal, author)
        runsBeside[author.run] = .some(found)
        return found
    }

    /// "wait" → "ack" → "done", and "rec" → "done" for a conflict: the first outcome of a generation stays.
    private func writeOutcome(_ outcome: Outcome, run: RunID, fence: Int64) throws -> EntryResult {
        let key = try RecordKey(run: run, sequence: outcome.sequence, generation: outcome.generation)
        if let intentFence = try statements.fence(of: key) {
            // Who lost the chunk before the intent was made does not know of it, and has no evidence about it.
            guard fence >= intentFence else { return .superseded }
        } else if outcome.generation > 0 {
            guard try statements.standing(of: key).generation == outcome.generation else { return .superseded }
        }
        guard try statements.insert(outcome, key, at: time) else { return .superseded }
        try statements.deleteParking(of: key)
        return .written
    }

    /// "rec" → "replan" → "send": a compare-and-set. The generation that is open has an intent and no outcome.
    private func writeReplan(
        closing: Outcome,
        opening: Intent,
        by author: EntryAuthor,
        chunk: Int64,
        fence: Int64
    ) throws -> EntryResult {
        let key = try RecordKey(run: author.run, sequence: closing.sequence, generation: closing.generation)
        let next = try RecordKey(run: author.run, sequence: opening.sequence, generation: opening.generation)
        guard next == key.next, try isHeld(chunk, fence: fence, for: key) else { return .superseded }
        let standing = try statements.standing(of: key)
        guard !standing.isConcluded, standing.hasIntent, standing.generation == closing.generation else {
            return .superseded
        }
        if let earlier = try earlierChange(of: key, for: author) { return .changedBefore(earlier) }
        var closing = closing
        closing.kind = .replanned
        guard try statements.insert(closing, key, at: time) else { return .superseded }
        try insert(opening, next, fence: fence)
        try statements.deleteParking(of: key)
        return .written
    }

    /// The record stays as it is in the model; only a terminal one is not parked any more.
    private func writeParking(_ parking: Parking, run: RunID) throws -> EntryResult {
        let key = try RecordKey(run: run, sequence: parking.sequence)
        guard try !statements.standing(of: key).isConcluded else { return .superseded }
        try journal.run(
            """
            INSERT INTO parking(key, failure, message, http, count, at) VALUES(?1, ?2, ?3, ?4, 1, ?5)
            ON CONFLICT(key) DO UPDATE SET failure = excluded.failure, message = excluded.message,
                http = excluded.http, count = count + 1, at = excluded.at
            """
        ) { statement in
            statement.bind(key, at: 1)
            statement.bind(parking.failure.rawValue, at: 2)
            statement.bind(Outcome.cutMessage(parking.message), at: 3)
            statement.bind(parking.httpStatus, at: 4)
            statement.bind(time, at: 5)
        }
        return .written
    }

    private func insert(_ intent: Intent, _ key: RecordKey, fence: Int64) throws {
        // For others it has changed something from now on, if it had not before.
        if changedRuns.insert(key.run).inserted { runsBeside = runsBeside.filter { $0.key == key.run } }
        try statements.insertIntent(key, fence: fence, shape: intent.shape, at: time)
        try journal.images.withStored(preimage: intent.preimage, postimage: intent.postimage) { preimage, postimage in
            try statements.insertImage(key, preimage: preimage, postimage: postimage)
        }
    }

    // MARK: - Chunks

    /// Whether the chunk is held under this fence, and the record is one of it.
    ///
    /// An expired lease counts as held until somebody else has claimed the chunk: what excludes is the intent's key.
    private func isHeld(_ chunk: Int64, fence: Int64, for key: RecordKey) throws -> Bool {
        guard RecordKey.chunk(ofSequence: key.sequence) == chunk else { return false }
        return try hold(on: ChunkID(run: key.run, number: chunk))?.fence == fence
    }

    private func hold(on chunk: ChunkID) throws -> Hold? {
        if let hold = holds[chunk] { return hold }
        let hold = try journal.first(
            "SELECT fence, claimed_at FROM chunk WHERE run_id = ?1 AND number = ?2 AND state = \(ChunkState.leased)",
            { statement in
                statement.bind(chunk.run.number, at: 1)
                statement.bind(chunk.number, at: 2)
            },
            { Hold(fence: $0.integer(at: 0), claimedAt: $0.time(at: 1)) }
        )
        holds[chunk] = .some(hold)
        return hold
    }

    private func writeChunkEnd(_ number: Int64, run: RunID, fence: Int64, _ end: ChunkEnd) throws -> EntryResult {
        let chunk = ChunkID(run: run, number: number)
        guard try hold(on: chunk)?.fence == fence else { return .superseded }
        let state = end == .released ? ChunkState.ready : try stateOfRecords(in: number, run: run)
        try journal.run(
            "UPDATE chunk SET state = ?3, worker = NULL, lease_until = NULL WHERE run_id = ?1 AND number = ?2"
        ) { statement in
            statement.bind(run.number, at: 1)
            statement.bind(number, at: 2)
            statement.bind(state, at: 3)
        }
        holds[chunk] = .some(nil)
        return .written
    }

    /// What the records of a chunk say about it: a record that `retry` has opened meanwhile makes it ready again.
    private func stateOfRecords(in number: Int64, run: RunID) throws -> Int64 {
        let open = try ChunkRecords(journal, RecordKey.range(run: run, chunk: number)).openRecords(in: journal)
        if open.contains(where: { !$0.isParked }) { return ChunkState.ready }
        return open.isEmpty ? ChunkState.done : ChunkState.parked
    }

    // MARK: - Reports

    private func writeShape(_ number: Int, _ signature: String, run: RunID) throws -> EntryResult {
        let count = try journal.run("INSERT OR IGNORE INTO shape(run_id, number, signature) VALUES(?1, ?2, ?3)") {
            $0.bind(run.number, at: 1)
            $0.bind(Int64(number), at: 2)
            $0.bind(signature, at: 3)
        }
        return count > 0 ? .written : .superseded
    }

    private func writeSample(_ sample: ThroughputSample, run: RunID) throws {
        let number = try journal.insert(sample, run: run)
        // Counted only when there can be so many.
        guard number > Self.maxSampleCount else { return }
        let count = try journal.number("SELECT count(*) FROM sample WHERE run_id = ?1") { $0.bind(run.number, at: 1) }
        guard count > Self.maxSampleCount else { return }
        try journal.run(
            """
            DELETE FROM sample WHERE run_id = ?1 AND number IN (
                SELECT number FROM (
                    SELECT number, row_number() OVER (ORDER BY number) AS place FROM sample WHERE run_id = ?1
                ) WHERE place % 2 = 0
            )
            """
        ) { $0.bind(run.number, at: 1) }
    }
}
