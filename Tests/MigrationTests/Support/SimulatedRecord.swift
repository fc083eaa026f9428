import DistributionAPI

@testable import Migration

/// One record of a run in `SimulatedJournal`: everything that was written about it.
struct SimulatedRecord {
    var item: NewItem
    var intents: [Int: (intent: Intent, fence: Int64, time: DateTime)] = [:]
    var outcomes: [Int: (outcome: Outcome, time: DateTime)] = [:]
    var reopenings: [Int: DateTime] = [:]
    var parking: (parking: Parking, count: Int, time: DateTime)?
    var verification: Verification?

    init(item: NewItem) {
        self.item = item
    }

    /// The generation that is open, or with which the record has ended.
    var generation: Int {
        var generation = 0
        while let closed = outcomes[generation]?.outcome,
            closed.kind == .replanned || reopenings[generation + 1] != nil
        { generation += 1 }
        return generation
    }

    var lastOutcome: Outcome? { outcomes[generation]?.outcome }
    var isConcluded: Bool { lastOutcome != nil }
    var openIntent: Intent? { isConcluded ? nil : intents[generation]?.intent }
    var isWritten: Bool { lastOutcome?.kind.isWritten == true }
    /// Whether it is not known what became of an intent.
    var isInDoubt: Bool {
        intents.keys.contains { outcomes[$0].map { $0.outcome.failure == .doubt } ?? true }
    }
    /// Whether an intent was carried out, or perhaps was.
    var isPerhapsWritten: Bool {
        intents.keys.contains { generation in
            guard let outcome = outcomes[generation]?.outcome else { return true }
            return outcome.kind.isWritten || outcome.failure == .doubt
        }
    }
    /// Whether, in a rollback, the record does not carry the change any more.
    var isTakenBack: Bool { lastOutcome?.kind.isTakenBack == true }

    func mayTake(_ intent: Intent) -> Bool {
        !isConcluded && intent.generation == generation && openIntent == nil
    }

    mutating func write(_ outcome: Outcome, fence: Int64, at time: DateTime) -> EntryResult {
        guard outcome.generation == generation, !isConcluded else { return .superseded }
        if let intent = intents[generation], fence < intent.fence { return .superseded }
        var outcome = outcome
        outcome.message = outcome.message.map(Self.cut)
        outcomes[generation] = (outcome, time)
        parking = nil
        return .written
    }

    mutating func write(_ parked: Parking, at time: DateTime) -> EntryResult {
        guard !isConcluded else { return .superseded }
        var parked = parked
        parked.message = Self.cut(parked.message)
        parking = (parked, (parking?.count ?? 0) + 1, time)
        return .written
    }

    /// The longest beginning of whole characters' bytes that a message may have.
    static func cut(_ message: String) -> String {
        var bytes = Array(message.utf8.prefix(Outcome.maxMessageBytes))
        while !bytes.isEmpty, String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    func events(_ shapes: [Int: String]) -> [RecordLife.Event] {
        var events: [(DateTime, RecordLife.Event)] = []
        for generation in 0...(max(intents.keys.max() ?? 0, outcomes.keys.max() ?? 0, reopenings.keys.max() ?? 0)) {
            if let time = reopenings[generation] { events.append((time, .reopened(generation: generation, time))) }
            if let (intent, _, time) = intents[generation] {
                events.append((time, .intent(intent, signature: shapes[intent.shape] ?? "", time)))
            }
            if let (outcome, time) = outcomes[generation] { events.append((time, .outcome(outcome, time))) }
        }
        if let (parking, count, time) = parking { events.append((time, .parking(parking, count: count, time))) }
        if let verification { events.append((verification.time, .verification(verification))) }
        return events.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
    }
}

/// A chunk of a run in `SimulatedJournal`.
struct SimulatedChunk {
    enum State { case ready, leased, done, parked }

    var state = State.ready
    var fence: Int64 = 0
    var leaseEnd = DateTime(secondsSince1970: 0)
    var claimedAt = DateTime(secondsSince1970: 0)
}

/// A run in `SimulatedJournal`.
struct SimulatedRun {
    var record: RunRecord
    var itemsPerChunk = SQLiteJournal.itemsPerChunk
    /// What `freeze` was given so far.
    var given: [NewItem] = []
    /// By place in the input, from 1.
    var records: [SimulatedRecord] = []
    var chunks: [SimulatedChunk] = []
    var shapes: [Int: String] = [:]
    var samples: [ThroughputSample] = []
    var audit: [AuditEntry] = []

    func places(ofChunk number: Int) -> Range<Int> {
        number * itemsPerChunk..<min((number + 1) * itemsPerChunk, records.count)
    }

    func isHeld(_ chunk: Int64, fence: Int64) -> Bool {
        guard let chunk = Int(exactly: chunk), chunks.indices.contains(chunk) else { return false }
        return chunks[chunk].state == .leased && chunks[chunk].fence == fence
    }

    /// Whether an intent of a record may be written by who holds a chunk under a fence.
    func isHeld(_ chunk: Int64, fence: Int64, for sequence: Int64) -> Bool {
        isHeld(chunk, fence: fence) && places(ofChunk: Int(chunk)).contains(Int(sequence) - 1)
    }

    /// What the records of a chunk say about it.
    func settledState(ofChunk number: Int) -> SimulatedChunk.State {
        let open = records[places(ofChunk: number)].filter { !$0.isConcluded }
        if open.isEmpty { return .done }
        return open.allSatisfy { $0.parking != nil } ? .parked : .ready
    }

    /// - Parameter refusal: what keeps an intent from being written: another run has done something to the record.
    mutating func write(_ entry: JournalEntry, unless refusal: EntryResult?, at time: DateTime) -> EntryResult {
        switch entry {
        case .shape(let number, let signature):
            guard shapes[number] == nil else { return .superseded }
            shapes[number] = signature
        case .intent(let intent, let chunk, let fence):
            guard isHeld(chunk, fence: fence, for: intent.sequence) else { return .superseded }
            guard records[Int(intent.sequence) - 1].mayTake(intent) else { return .superseded }
            if let refusal { return refusal }
            records[Int(intent.sequence) - 1].intents[intent.generation] = (intent, fence, time)
        case .outcome(let outcome, let fence):
            return records[Int(outcome.sequence) - 1].write(outcome, fence: fence, at: time)
        case .replan(let closing, let opening, let chunk, let fence):
            return replan(closing, opening, chunk: chunk, fence: fence, unless: refusal, at: time)
        case .parking(let parking):
            return records[Int(parking.sequence) - 1].write(parking, at: time)
        case .chunkEnd(let number, let fence, let end):
            guard isHeld(number, fence: fence) else { return .superseded }
            chunks[Int(number)].state = end == .released ? .ready : settledState(ofChunk: Int(number))
        case .sample(let sample):
            samples.append(sample)
            if samples.count > EntryWriter.maxSampleCount {
                samples = samples.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
            }
        case .audit(let entry):
            audit.append(entry)
        }
        return .written
    }

    private mutating func replan(
        _ closing: Outcome,
        _ opening: Intent,
        chunk: Int64,
        fence: Int64,
        unless refusal: EntryResult?,
        at time: DateTime
    ) -> EntryResult {
        guard opening.sequence == closing.sequence, opening.generation == closing.generation + 1,
            isHeld(chunk, fence: fence, for: closing.sequence)
        else { return .superseded }
        let place = Int(closing.sequence) - 1
        guard records[place].generation == closing.generation, records[place].openIntent != nil else {
            return .superseded
        }
        if let refusal { return refusal }
        var closing = closing
        closing.kind = .replanned
        _ = records[place].write(closing, fence: .max, at: time)
        records[place].intents[opening.generation] = (opening, fence, time)
        return .written
    }

    var tally: RunTally {
        var tally = RunTally(total: record.itemCount)
        for record in records {
            if let outcome = record.lastOutcome {
                tally.counts[outcome.kind, default: 0] += 1
            } else if record.parking != nil {
                tally.parked += 1
            } else if record.openIntent != nil {
                tally.ambiguous += 1
            }
        }
        return tally
    }
}
