/// How far one record is: which generation is open, or that none is.
struct RecordStanding: Equatable {
    /// The newest generation that has begun: by an intent, by `retry`, or because a plan closed the one before; else 0.
    var generation = 0
    /// Whether that generation has an intent.
    var hasIntent = false
    /// Whether that generation has ended, and with it the record.
    var isConcluded = false

    /// From the newest rows of the record in each table.
    init(intent: Int?, reopening: Int?, outcome: (generation: Int, kind: OutcomeKind)?) {
        generation = max(intent ?? 0, reopening ?? 0)
        if let outcome, outcome.generation >= generation {
            isConcluded = outcome.kind != .replanned
            generation = isConcluded ? outcome.generation : outcome.generation + 1
        }
        hasIntent = intent == generation
    }
}

extension OutcomeKind {
    /// The kind of a row of `outcome`.
    init(stored: Int64, key: RecordKey) throws {
        guard let kind = OutcomeKind(rawValue: Int(stored)) else {
            throw JournalError.damagedRow("the outcome of record \(key.sequence)", run: key.run)
        }
        self = kind
    }
}
