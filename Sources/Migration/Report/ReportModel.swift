public import DistributionAPI

/// What a report tells of a run: read from the journal, in an amount that does not grow with the number of records.
public struct ReportModel: Sendable {
    /// Of the curves so many points are read.
    public static let maxSamples = 2000
    /// Of the shapes, the most frequent.
    public static let maxShapes = 100
    /// Of the problems, and of the reasons for skips, the most frequent.
    public static let maxFailureGroups = 100
    /// Of the records in conflict or not as sent, the first ones of each.
    public static let maxListedRecords = 50
    /// Of the audit, the first and the last entries, half of them each.
    public static let maxAuditEntries = 200

    /// A record that is listed with what happened to it.
    struct ListedRecord: Sendable {
        var id: DistributionID
        var outcome: Outcome
    }

    var status: RunStatus
    var samples: [ThroughputSample]
    var shapes: [(signature: String, count: Int)]
    /// The shapes that are left out, and their changes.
    var omittedShapes: (count: Int, changes: Int)
    var failures: [FailureGroup]
    /// Why records were left alone.
    var skips: [FailureGroup]
    var conflicts: [ListedRecord]
    var mismatches: [ListedRecord]
    var audit: [AuditEntry]
    /// How many entries are left out, and after how many of `audit` they would be.
    var omittedAudit: (count: Int, position: Int)
    var journalBytes: Int
    var madeAt: DateTime

    var run: RunRecord { status.run }
    var tally: RunTally { status.tally }

    /// Reads what a report needs.
    ///
    /// - Parameters:
    ///   - reader: the journal.
    ///   - run: the run's number.
    ///   - holder: which process works on it; see `Journal.holder(of:)`.
    ///   - now: the time of day, which is in the report.
    ///   - commands: how commands are told.
    /// - Throws: also `.noSuchRun`.
    public init(
        reading reader: any JournalReader,
        run: RunID,
        holder: String?,
        now: DateTime,
        commands: SuggestedCommand
    ) throws(JournalError) {
        status = try RunStatus(reading: reader, run: run, holder: holder, now: now, commands: commands)
        samples = try reader.samples(run: run, limit: Self.maxSamples)
        let allShapes = try reader.shapes(run: run)
        shapes = allShapes.prefix(Self.maxShapes).map { ($0.signature, $0.count) }
        let hidden = allShapes.dropFirst(Self.maxShapes)
        omittedShapes = (hidden.count, hidden.reduce(0) { sum, shape in sum + shape.count })
        failures = try reader.failureGroups(run: run, of: .problems, limit: Self.maxFailureGroups)
        skips = try Self.skips(status.tally, reader, run)
        conflicts = try Self.records(.conflict, reader, run)
        mismatches = try Self.records(.mismatch, reader, run)
        (audit, omittedAudit) = Self.shortened(try reader.audit(run: run))
        journalBytes = try reader.sizeBytes()
        madeAt = now
    }

    /// Looked for only where there are any, for that looks at every outcome.
    private static func skips(
        _ tally: RunTally,
        _ reader: any JournalReader,
        _ run: RunID
    ) throws(JournalError) -> [FailureGroup] {
        guard tally.count(of: .skips) > 0 else { return [] }
        return try reader.failureGroups(run: run, of: .skips, limit: maxFailureGroups)
    }

    /// How many records were left alone for reasons that are not among `skips`.
    var omittedSkipCount: Int { max(tally.count(of: .skips) - skips.reduce(0) { $0 + $1.count }, 0) }

    private static func records(
        _ kind: OutcomeKind,
        _ reader: any JournalReader,
        _ run: RunID
    ) throws(JournalError) -> [ListedRecord] {
        try reader.outcomes(run: run, kinds: [kind], after: 0, limit: maxListedRecords)
            .map { ListedRecord(id: $0.id, outcome: $0.outcome) }
    }

    private static func shortened(_ entries: [AuditEntry]) -> ([AuditEntry], (count: Int, position: Int)) {
        guard entries.count > maxAuditEntries else { return (entries, (0, entries.count)) }
        let half = maxAuditEntries / 2
        return (entries.prefix(half) + entries.suffix(half), (entries.count - 2 * half, half))
    }
}
