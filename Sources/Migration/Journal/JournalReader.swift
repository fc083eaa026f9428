public import DistributionAPI

/// What can be read of a journal: enough for status, reports, rollbacks and explanations.
public protocol JournalReader: Sendable {
    /// - Throws: also `.noSuchRun`.
    func run(_ id: RunID) throws(JournalError) -> RunRecord

    /// Runs, newest first.
    func runs(_ filter: RunFilter, limit: Int) throws(JournalError) -> [RunSummary]

    /// How the records of a run stand.
    func tally(run: RunID) throws(JournalError) -> RunTally

    /// How many records have a change that was logged and has no end, parked ones among them: perhaps sent.
    func openIntentCount(run: RunID) throws(JournalError) -> Int

    /// How many records ended in a conflict of the class `doubt`, and were not opened again: perhaps changed, and then
    /// changed by somebody else, or removed, or the service has refused to take the write again.
    func doubtCount(run: RunID) throws(JournalError) -> Int

    /// The last outcome of records in the order of the input, a page at a time.
    ///
    /// - Parameter kinds: only these; empty for all.
    func outcomes(
        run: RunID,
        kinds: Set<OutcomeKind>,
        after sequence: Int64,
        limit: Int
    ) throws(JournalError) -> [(id: DistributionID, outcome: Outcome)]

    /// The records that the run has written, with the images of the generation that was stored, a page at a time.
    ///
    /// A page ends before its limit with the record that goes over `InputLimits.maxBatchBytes`; it is empty only at the
    /// end.
    func applied(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [AppliedRecord]

    /// The images of one applied record; `nil` when the run did not change it.
    func applied(run: RunID, id: DistributionID) throws(JournalError) -> AppliedRecord?

    /// The records that the run has written and that no rollback of it has taken back, without their images, a page at a
    /// time; empty only at the end. Pages end as those of `applied`.
    func revertible(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [WorkItem]

    /// Whether a rollback of the run, be it purged, has taken the change of a record back.
    func isTakenBack(_ id: DistributionID, of run: RunID) throws(JournalError) -> Bool

    /// The frozen input in its order, a page at a time, without anything that was done since. Pages end as those of
    /// `applied`.
    func items(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [WorkItem]

    /// What keeps a new run of a migration at a target from changing records, in any run, purged ones too.
    ///
    /// - Returns: one for each id, in their order.
    func earlierChanges(
        of ids: [DistributionID],
        migration: String,
        target: String
    ) throws(JournalError) -> [EarlierChange?]

    /// What stands of the change of a record by a run of a migration at a target, be the run purged.
    func standing(
        of id: DistributionID,
        run: RunID,
        migration: String,
        target: String
    ) throws(JournalError) -> ChangeStanding

    /// Everything that is known of one record of a run; `nil` when the run has no such record.
    func life(of id: DistributionID, run: RunID) throws(JournalError) -> RecordLife?

    /// The shapes of a run with the number of intents of each, most frequent first.
    func shapes(run: RunID) throws(JournalError) -> [(number: Int, signature: String, count: Int)]

    /// Records that have ended alike, or are parked, grouped by class and message, most frequent first.
    ///
    /// All outcomes of the run are looked at, which takes a while for millions.
    func failureGroups(run: RunID, of ends: GroupedEnds, limit: Int) throws(JournalError) -> [FailureGroup]

    /// The curves of a run, oldest first; thinned to at most `limit` points.
    func samples(run: RunID, limit: Int) throws(JournalError) -> [ThroughputSample]

    /// Who did what, oldest first.
    func audit(run: RunID) throws(JournalError) -> [AuditEntry]

    /// Records that a verification pass looked at: how many match, and how many do not.
    func verifications(run: RunID) throws(JournalError) -> (matches: Int, mismatches: Int)

    /// Whether a process works on the run; and which, in words.
    func holder(of run: RunID) throws(JournalError) -> String?

    /// The bytes that the journal takes on disk; 0 in memory.
    func sizeBytes() throws(JournalError) -> Int
}

/// Which runs are looked for: those for which every condition that is given holds.
public struct RunFilter: Hashable, Sendable {
    public var migration: String?
    public var target: String?
    /// Only those that carry a migration out, no rollbacks.
    public var isMigration: Bool
    public var isUnfinished: Bool
    /// Only the rollbacks of this run.
    public var rollsBack: RunID?
    /// Only those whose frozen input has this record.
    public var record: DistributionID?

    public init(
        migration: String? = nil,
        target: String? = nil,
        isMigration: Bool = false,
        isUnfinished: Bool = false,
        rollsBack: RunID? = nil,
        record: DistributionID? = nil
    ) {
        self.migration = migration
        self.target = target
        self.isMigration = isMigration
        self.isUnfinished = isUnfinished
        self.rollsBack = rollsBack
        self.record = record
    }
}

extension JournalReader {
    /// The newest of some runs; `nil` when there is none.
    public func latestRun(_ filter: RunFilter) throws(JournalError) -> RunSummary? {
        try runs(filter, limit: 1).first
    }

    /// The rollbacks of a run, newest first.
    public func rollbacks(of run: RunID) throws(JournalError) -> [RunSummary] {
        try runs(RunFilter(rollsBack: run), limit: .max)
    }

    /// The runs of a migration at a target that are not finished, newest first, and the rollbacks of any.
    public func unfinishedRuns(of migration: String, target: String) throws(JournalError) -> [RunSummary] {
        try runs(RunFilter(migration: migration, target: target, isUnfinished: true), limit: .max)
    }
}

/// How the records of a run stand; `counts`, `parked` and `pending` add up to `total`.
public struct RunTally: Sendable, Equatable {
    public var total: Int
    /// By the last outcome; `replanned` never occurs.
    public var counts: [OutcomeKind: Int]
    /// Open, with a parking.
    public var parked: Int
    /// Open, with an intent: perhaps sent. Those that are parked are not counted here again.
    public var ambiguous: Int

    public init(total: Int = 0, counts: [OutcomeKind: Int] = [:], parked: Int = 0, ambiguous: Int = 0) {
        self.total = total
        self.counts = counts
        self.parked = parked
        self.ambiguous = ambiguous
    }

    public subscript(kind: OutcomeKind) -> Int { counts[kind] ?? 0 }

    /// The same with only the outcomes that have come since an earlier tally of the run.
    func since(_ earlier: RunTally) -> RunTally {
        var since = self
        // What was opened again meanwhile had an outcome that it has no longer.
        for (kind, count) in earlier.counts { since.counts[kind] = max(self[kind] - count, 0) }
        return since
    }

    /// Records with a terminal outcome.
    public var concluded: Int { counts.values.reduce(0, +) }
    /// Records that the service has taken the write of, whatever it holds now.
    public var written: Int { counts.filter(\.key.isWritten).values.reduce(0, +) }
    /// Records that carry the change.
    public var applied: Int { counts.filter(\.key.isApplied).values.reduce(0, +) }
    /// Records for which nothing had to be done.
    public var skipped: Int { counts.filter(\.key.isSkip).values.reduce(0, +) }
    /// Records that failed or were refused.
    public var failed: Int { self[.failed] + self[.refused] }
    /// Records whose last outcome is one of those that are grouped so.
    func count(of ends: GroupedEnds) -> Int { counts.filter { ends.kinds.contains($0.key) }.values.reduce(0, +) }
    /// Whether there are records that `retry` may open again.
    public var isRetryable: Bool { parked > 0 || counts.contains { $0.key.isRetryable && $0.value > 0 } }
    /// Neither terminal nor parked.
    public var pending: Int { total - concluded - parked }
    /// Whether there are records, and the service has none of them.
    public var isAllGone: Bool { total > 0 && self[.gone] == total }
}

/// A record that carries the change of a run.
public struct AppliedRecord: Sendable, Equatable {
    public var sequence: Int64
    public var id: DistributionID
    /// The body before the change, of the generation that was applied.
    public var preimage: [UInt8]
    /// The body that was sent.
    public var postimage: [UInt8]
    public var input: [UInt8]?

    public init(sequence: Int64, id: DistributionID, preimage: [UInt8], postimage: [UInt8], input: [UInt8]? = nil) {
        self.sequence = sequence
        self.id = id
        self.preimage = preimage
        self.postimage = postimage
        self.input = input
    }

    /// About what it takes in memory.
    var byteCount: Int {
        MemoryLayout<AppliedRecord>.size + preimage.count + postimage.count + (input?.count ?? 0)
    }
}

/// Everything that a journal knows of one record.
public struct RecordLife: Sendable, Equatable {
    /// Something that happened, in the order of time.
    public enum Event: Sendable, Equatable {
        case intent(Intent, signature: String, DateTime)
        case outcome(Outcome, DateTime)
        case parking(Parking, count: Int, DateTime)
        case reopened(generation: Int, DateTime)
        case verification(Verification)
    }

    public var sequence: Int64
    public var id: DistributionID
    public var input: [UInt8]?
    public var events: [Event]

    public init(sequence: Int64, id: DistributionID, input: [UInt8]?, events: [Event]) {
        self.sequence = sequence
        self.id = id
        self.input = input
        self.events = events
    }
}

/// Which records are grouped by the reason that they have for their end.
public enum GroupedEnds: Hashable, Sendable, CaseIterable {
    /// Failures, refusals, conflicts, mismatches and parkings.
    case problems
    /// Those that were left alone for a reason of their own: that of the migration's code, or an earlier run.
    case skips

    /// The last outcomes that count.
    var kinds: Set<OutcomeKind> {
        switch self {
        case .problems: [.failed, .refused, .conflict, .mismatch]
        case .skips: [.skipped, .already]
        }
    }

    /// Whether records that are parked count, too.
    var hasParked: Bool { self == .problems }
}

/// Failures, or skips, that say the same.
public struct FailureGroup: Sendable, Equatable {
    public var failure: FailureClass
    /// The last outcome's kind; `nil` for parkings.
    public var kind: OutcomeKind?
    public var message: String
    public var count: Int
    /// Some of the records, at most 5.
    public var examples: [DistributionID]

    public init(
        failure: FailureClass,
        kind: OutcomeKind?,
        message: String,
        count: Int,
        examples: [DistributionID]
    ) {
        self.failure = failure
        self.kind = kind
        self.message = message
        self.count = count
        self.examples = examples
    }
}
