public import DistributionAPI

/// What a migration would do, found by reading records and changing none: the changes by shape, with samples, and why
/// records are left alone.
///
/// Of `inputCount` records `readCount` were looked at; the counts of all answers add up to `readCount`.
public struct Plan: Sendable, Equatable {
    /// Where a plan is from and what it is for.
    public struct Source: Sendable, Equatable {
        /// The migration's name.
        public var migration: String
        /// SHA-256 of the migration file, in hexadecimal digits.
        public var scriptSHA: String
        /// Where the records are: a URL or a store's path; never a secret.
        public var target: String
        /// SHA-256 of the whole input; see `RunRecord.inputSHA`.
        public var inputSHA: String
        /// The records of the whole input.
        public var inputCount: Int
        /// How many ids of the input came more than once.
        public var duplicateCount: Int
        /// The version of the program that made the plan.
        public var engineVersion: String
        public var createdAt: DateTime

        public init(
            migration: String,
            scriptSHA: String,
            target: String,
            inputSHA: String,
            inputCount: Int,
            duplicateCount: Int,
            engineVersion: String,
            createdAt: DateTime
        ) {
            self.migration = migration
            self.scriptSHA = scriptSHA
            self.target = target
            self.inputSHA = inputSHA
            self.inputCount = inputCount
            self.duplicateCount = duplicateCount
            self.engineVersion = engineVersion
            self.createdAt = createdAt
        }
    }

    public var source: Source
    /// The records that were looked at; fewer than the input has for a plan from a sample.
    public var readCount: Int
    /// Records that `where` leaves out.
    public var excludedCount: Int
    /// Records that are as they should be already.
    public var unchangedCount: Int
    /// The changes, most frequent first.
    public var shapes: [PlannedShape]
    /// Changes of shapes beyond the number that is told apart (`Shape.maxPerRun`); they cannot be approved.
    public var unlistedCount: Int
    /// Records that the migration's code asked to skip, by reason, most frequent first.
    public var skipped: [PlanGroup]
    /// Records that cannot be migrated or could not be read, by class and message, most frequent first.
    public var refused: [PlanGroup]
    /// About what the journal of the whole run will take on disk.
    public var estimatedJournalBytes: Int

    public init(
        source: Source,
        readCount: Int,
        excludedCount: Int,
        unchangedCount: Int,
        shapes: [PlannedShape],
        unlistedCount: Int,
        skipped: [PlanGroup],
        refused: [PlanGroup],
        estimatedJournalBytes: Int
    ) {
        self.source = source
        self.readCount = readCount
        self.excludedCount = excludedCount
        self.unchangedCount = unchangedCount
        self.shapes = shapes
        self.unlistedCount = unlistedCount
        self.skipped = skipped
        self.refused = refused
        self.estimatedJournalBytes = estimatedJournalBytes
    }

    /// Records that would be changed.
    public var changedCount: Int { shapes.reduce(unlistedCount) { $0 + $1.count } }
    public var skippedCount: Int { skipped.reduce(0) { $0 + $1.count } }
    public var refusedCount: Int { refused.reduce(0) { $0 + $1.count } }
    /// Whether every record of the input was looked at.
    public var isWhole: Bool { readCount == source.inputCount }
    /// Whether records were looked at, and the service has none of them.
    var isAllGone: Bool { readCount > 0 && skipped.contains { $0.message == Self.goneReason && $0.count == readCount } }
    static let goneReason = "there is no such record (any more)"
    /// What a run that follows the plan may do: `NewRun.approvedShapes`.
    public var approvedShapes: [String] { shapes.map(\.signature) }
}

/// Changes of one kind.
public struct PlannedShape: Sendable, Equatable {
    /// See `Shape`.
    public var signature: String
    /// The records that would be changed so.
    public var count: Int
    /// The first of them, at most `PlanBuilder.maxSamplesPerShape`.
    public var samples: [PlanSample]

    public init(signature: String, count: Int, samples: [PlanSample]) {
        self.signature = signature
        self.count = count
        self.samples = samples
    }
}

/// What would be changed in one record.
public struct PlanSample: Sendable, Equatable {
    /// One change; texts that are long end with `…`.
    public struct Change: Sendable, Equatable {
        /// A JSON Pointer; empty for the whole document.
        public var place: String
        /// The JSON text before; `nil` for an addition.
        public var old: String?
        /// The JSON text after; `nil` for a removal.
        public var new: String?

        public init(place: String, old: String?, new: String?) {
            self.place = place
            self.old = old
            self.new = new
        }
    }

    public var id: DistributionID
    public var changes: [Change]
    /// How many more changes there are.
    public var omittedCount: Int

    public init(id: DistributionID, changes: [Change], omittedCount: Int) {
        self.id = id
        self.changes = changes
        self.omittedCount = omittedCount
    }
}

/// Records that are left alone for the same reason.
public struct PlanGroup: Sendable, Equatable {
    public var failure: FailureClass
    /// Why, in words, of at most `Outcome.maxMessageBytes`.
    public var message: String
    public var count: Int
    /// Some of the records, at most `PlanBuilder.maxExamples`.
    public var examples: [DistributionID]

    public init(failure: FailureClass, message: String, count: Int, examples: [DistributionID]) {
        self.failure = failure
        self.message = message
        self.count = count
        self.examples = examples
    }
}
