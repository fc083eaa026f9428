/// A generation of a record of a run, as one number that grows with the run, the place in the input and the generation.
///
/// 18 bits for the run, 33 for the place, 12 for the generation.
struct RecordKey: Hashable, Comparable {
    static let maxRun: Int64 = (1 << 18) - 1
    static let maxSequence: Int64 = (1 << 33) - 1
    static let maxGeneration = (1 << 12) - 1

    private static let sequenceShift: Int64 = 12
    private static let runShift: Int64 = 45
    /// What one run adds to a key.
    static let runStep: Int64 = 1 << runShift
    /// What one place in the input adds to a key.
    static let sequenceStep: Int64 = 1 << sequenceShift

    let rawValue: Int64

    init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// - Throws: `.failed` for a number that a key has no room for.
    init(run: RunID, sequence: Int64, generation: Int = 0) throws(JournalError) {
        guard (1...Self.maxRun).contains(run.number), (0...Self.maxSequence).contains(sequence),
            (0...Self.maxGeneration).contains(generation)
        else {
            throw JournalError(
                .failed,
                """
                record \(sequence) of run \(run), generation \(generation): a journal holds \(Self.maxRun) runs of \
                \(Self.maxSequence) records and \(Self.maxGeneration) generations each; begin a new journal
                """
            )
        }
        rawValue = run.number << Self.runShift | sequence << Self.sequenceShift | Int64(generation)
    }

    var run: RunID { RunID(number: rawValue >> Self.runShift) }
    var sequence: Int64 { rawValue >> Self.sequenceShift & Self.maxSequence }
    var generation: Int { Int(rawValue & Int64(Self.maxGeneration)) }

    /// Generation 0 of the record.
    var record: RecordKey { RecordKey(rawValue: rawValue & ~Int64(Self.maxGeneration)) }
    /// The record's last possible generation.
    var lastGeneration: RecordKey { RecordKey(rawValue: rawValue | Int64(Self.maxGeneration)) }
    /// The next generation; only of a key whose generation is not the last possible one.
    var next: RecordKey { RecordKey(rawValue: rawValue + 1) }

    /// The keys of some records of a run with all their generations; empty when `first` is behind `last`.
    static func range(run: RunID, from first: Int64 = 1, through last: Int64 = maxSequence) throws(JournalError)
        -> KeyRange
    {
        let sequence = min(max(first, 0), maxSequence)
        let first = try RecordKey(run: run, sequence: sequence)
        let last = try RecordKey(run: run, sequence: min(max(last, 0), maxSequence), generation: maxGeneration)
        return KeyRange(first: first, last: last)
    }

    /// The keys of a chunk's records.
    static func range(run: RunID, chunk: Int64) throws(JournalError) -> KeyRange {
        let size = Int64(SQLiteJournal.itemsPerChunk)
        let chunk = min(max(chunk, 0), maxSequence / size - 1)
        return try range(run: run, from: chunk * size + 1, through: (chunk + 1) * size)
    }

    /// The chunk of a place in the input.
    static func chunk(ofSequence sequence: Int64) -> Int64 {
        (sequence - 1) / Int64(SQLiteJournal.itemsPerChunk)
    }

    static func < (left: RecordKey, right: RecordKey) -> Bool { left.rawValue < right.rawValue }
}

/// Keys from the first to the last, both included, as `BETWEEN` has them.
struct KeyRange: Hashable {
    var first: RecordKey
    var last: RecordKey
}
