public import DistributionAPI

/// A record of the input, to be frozen.
public struct NewItem: Sendable, Equatable {
    public var id: DistributionID
    /// What the input says about the record besides its id (a row of a CSV file, a line of a JSONL file), as JSON text.
    public var input: [UInt8]?

    public init(id: DistributionID, input: [UInt8]? = nil) {
        self.id = id
        self.input = input
    }

    /// About what it takes in memory.
    var byteCount: Int { MemoryLayout<NewItem>.size + (input?.count ?? 0) }
}

/// The class of a failure or refusal, for reports and `retry --class`.
public struct FailureClass: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// No answer in time.
    public static let timeout = FailureClass(rawValue: "timeout")
    /// The connection could not be made, or broke.
    public static let network = FailureClass(rawValue: "network")
    /// The service answered with 5xx.
    public static let server = FailureClass(rawValue: "server")
    /// The service asked to be left alone (429, 503).
    public static let throttled = FailureClass(rawValue: "throttled")
    /// The service refused the request (400, 409, 413, 422; 401 and 403 for that record alone), or its answer is no
    /// distribution.
    public static let rejected = FailureClass(rawValue: "rejected")
    /// The document that the migration made is not valid.
    public static let invalid = FailureClass(rawValue: "invalid")
    /// The migration's code raised an error.
    public static let script = FailureClass(rawValue: "script")
    /// The migration's code took more memory, instructions or time than a record may.
    public static let limit = FailureClass(rawValue: "limit")
    /// The migration's code called `skip`.
    public static let skip = FailureClass(rawValue: "skip")
    /// The change is of a shape that was not approved.
    public static let unseenShape = FailureClass(rawValue: "unseenShape")
    /// The same migration has changed the record in an earlier run.
    public static let already = FailureClass(rawValue: "already")
    /// Somebody else has changed what the migration touches.
    public static let conflict = FailureClass(rawValue: "conflict")
    /// Somebody else has changed or removed the record while an answer was lost, or the service has refused to take the
    /// write again: it perhaps carries the change.
    public static let doubt = FailureClass(rawValue: "doubt")
    /// The service holds something else than what was sent.
    public static let mismatch = FailureClass(rawValue: "mismatch")

    /// The classes of the outcomes that `OutcomeKind.isRetryable`, and of parked records.
    public static let retryable: [FailureClass] = [
        .timeout, .network, .server, .throttled, .rejected, .invalid, .script, .limit, .unseenShape, .already,
        .conflict,
        .doubt,
    ]
}

/// How a generation of a record ended. The raw values are stored.
public enum OutcomeKind: Int, Hashable, Sendable, CaseIterable {
    /// The service said that it stored the post-image, and its answer carries it.
    case verified = 1
    /// The service said that it stored the post-image; its answer does not show it.
    case acknowledged = 2
    /// An answer was lost, and reading back showed the post-image.
    case recovered = 3
    /// The transform changed nothing.
    case unchanged = 4
    /// `where` left it out.
    case excluded = 5
    /// There is no such record (any more).
    case gone = 6
    /// The migration's code asked to skip it.
    case skipped = 7
    /// The same migration has changed it in an earlier run.
    case already = 8
    /// The transform failed, went over a limit, or made a change that was not approved. Nothing was sent.
    case refused = 9
    /// The service refused the request for good. Nothing was changed.
    case failed = 10
    /// Somebody else changed what the migration touches, or it is in doubt whether the record was changed; it was left
    /// as it is.
    case conflict = 11
    /// The service said that it stored the post-image, but holds something else.
    case mismatch = 12
    /// Closed by a plan from a newer body; the next generation goes on.
    case replanned = 13

    /// Whether the record carries the change.
    public var isApplied: Bool {
        switch self {
        case .verified, .acknowledged, .recovered: true
        default: false
        }
    }

    /// Whether the service has taken the write, whatever it holds now: what a rollback has to look at.
    public var isWritten: Bool { isApplied || self == .mismatch }

    /// Whether, as the end of a record in a rollback, it says that the record does not carry the change any more.
    var isTakenBack: Bool { isApplied || self == .unchanged }

    /// Whether nothing had to be done.
    public var isSkip: Bool {
        switch self {
        case .unchanged, .excluded, .gone, .skipped, .already: true
        default: false
        }
    }

    /// Whether `retry` may open the record again: nothing was applied, and it is no skip.
    public var isRetryable: Bool { self == .refused || self == .failed || self == .conflict }
}

/// What is to be sent, logged before it is sent.
public struct Intent: Sendable, Equatable {
    /// The record's place in the frozen input, from 1; with the run it stands for the record's id.
    public var sequence: Int64
    /// 0, and one more for each plan that replaced the one before.
    public var generation: Int
    /// The body that was read, byte for byte.
    public var preimage: [UInt8]
    /// The body that is sent, byte for byte.
    public var postimage: [UInt8]
    /// The number of the change's shape in the run; see `JournalEntry.shape`.
    public var shape: Int

    public init(sequence: Int64, generation: Int, preimage: [UInt8], postimage: [UInt8], shape: Int) {
        self.sequence = sequence
        self.generation = generation
        self.preimage = preimage
        self.postimage = postimage
        self.shape = shape
    }

    var bodyBytes: Int { preimage.count + postimage.count }
}

/// How a generation of a record ended, with the evidence.
public struct Outcome: Sendable, Equatable {
    public var sequence: Int64
    public var generation: Int
    public var kind: OutcomeKind
    /// The status of the answer that settled it, when there was one.
    public var httpStatus: Int?
    /// `nil` unless `kind` is a failure, refusal, skip, conflict or mismatch.
    public var failure: FailureClass?
    /// What happened, in words; at most `maxMessageBytes`.
    public var message: String?
    /// How long the read and the write took, in microseconds, as far as there were any.
    public var readMicroseconds: Int?
    public var writeMicroseconds: Int?

    /// Longer messages are cut.
    public static let maxMessageBytes = 1024

    public init(
        sequence: Int64,
        generation: Int,
        kind: OutcomeKind,
        httpStatus: Int? = nil,
        failure: FailureClass? = nil,
        message: String? = nil,
        readMicroseconds: Int? = nil,
        writeMicroseconds: Int? = nil
    ) {
        self.sequence = sequence
        self.generation = generation
        self.kind = kind
        self.httpStatus = httpStatus
        self.failure = failure
        self.message = message
        self.readMicroseconds = readMicroseconds
        self.writeMicroseconds = writeMicroseconds
    }
}

/// A record that could not be settled now: it has no outcome and is tried again later.
public struct Parking: Sendable, Equatable {
    public var sequence: Int64
    public var failure: FailureClass
    public var message: String
    public var httpStatus: Int?

    public init(sequence: Int64, failure: FailureClass, message: String, httpStatus: Int? = nil) {
        self.sequence = sequence
        self.failure = failure
        self.message = message
        self.httpStatus = httpStatus
    }
}

/// A record to work on, as the journal has it when its chunk is claimed.
///
/// A chunk has many records, so that none brings more than `maxClaimedBytes` with it: what is longer is left in the
/// journal, until `RunSession.whole` reads it when the record's turn has come.
public struct WorkItem: Sendable, Equatable {
    /// A longer input, and an open intent with longer bodies, is left in the journal when a chunk is claimed.
    static let maxClaimedBytes = 4096

    public var sequence: Int64
    public var id: DistributionID
    public var input: [UInt8]?
    /// Whether it has an input that was left in the journal.
    public var isInputLeft = false
    /// The generation that is open: 0, or one more than the last that was closed by a plan or opened by `retry`.
    public var generation: Int
    /// The intent of that generation, when there is one: it was perhaps sent.
    public var openIntent: Intent?
    /// Whether it has such an intent that was left in the journal.
    public var isIntentLeft = false
    /// What the same migration has done to this record in another run; `nil` when it does not carry a change of it.
    public var earlierChange: EarlierChange?
    /// Whether it was parked since its last outcome.
    public var isParked: Bool

    public init(
        sequence: Int64,
        id: DistributionID,
        input: [UInt8]? = nil,
        generation: Int = 0,
        openIntent: Intent? = nil,
        earlierChange: EarlierChange? = nil,
        isParked: Bool = false
    ) {
        self.sequence = sequence
        self.id = id
        self.input = input
        self.generation = generation
        self.openIntent = openIntent
        self.earlierChange = earlierChange
        self.isParked = isParked
    }

    /// Whether it was perhaps sent.
    public var hasOpenIntent: Bool { openIntent != nil || isIntentLeft }

    /// About what it takes in memory.
    var byteCount: Int { MemoryLayout<WorkItem>.size + (input?.count ?? 0) + (openIntent?.bodyBytes ?? 0) }

    /// The item without what is too long to be held for all records of a chunk.
    var claimed: WorkItem {
        var item = self
        if let input, input.count > Self.maxClaimedBytes { (item.input, item.isInputLeft) = (nil, true) }
        if let openIntent, openIntent.bodyBytes > Self.maxClaimedBytes {
            (item.openIntent, item.isIntentLeft) = (nil, true)
        }
        return item
    }
}

/// Up to `Journal.itemsPerChunk` records that one worker has for itself.
public struct ChunkClaim: Sendable, Equatable {
    /// From 0.
    public var number: Int64
    /// Grows with each claim of the chunk; an intent under an older one is refused.
    public var fence: Int64
    /// The records of the chunk that have no terminal outcome, in the order of the input.
    public var items: [WorkItem]

    public init(number: Int64, fence: Int64, items: [WorkItem]) {
        self.number = number
        self.fence = fence
        self.items = items
    }
}

/// How a worker leaves a chunk.
public enum ChunkEnd: Int, Hashable, Sendable {
    /// Every record of it is terminal.
    case done
    /// Some of its records are parked.
    case parked
    /// The worker gives it back untouched or half done; anybody may claim it.
    case released
}

/// A point of the curves in a report.
public struct ThroughputSample: Sendable, Equatable {
    public var time: DateTime
    /// Records concluded since the run was made.
    public var concludedCount: Int
    /// Records that failed, were refused, are in conflict or do not match, since the run was made.
    public var failedCount: Int
    /// Latencies of the answers of the last 10 seconds, in microseconds; 0 when there was none.
    public var readMedianMicroseconds: Int
    public var readP95Microseconds: Int
    public var writeMedianMicroseconds: Int
    public var writeP95Microseconds: Int
    public var readLimit: Int
    public var writeLimit: Int
    public var inFlightCount: Int
    /// Which limiter binds: `rate`, `adaptive`, `user`, `breaker`, `server`, `canary`, `paused` or `none`.
    public var limiter: String

    public init(
        time: DateTime,
        concludedCount: Int,
        failedCount: Int,
        readMedianMicroseconds: Int,
        readP95Microseconds: Int,
        writeMedianMicroseconds: Int,
        writeP95Microseconds: Int,
        readLimit: Int,
        writeLimit: Int,
        inFlightCount: Int,
        limiter: String
    ) {
        self.time = time
        self.concludedCount = concludedCount
        self.failedCount = failedCount
        self.readMedianMicroseconds = readMedianMicroseconds
        self.readP95Microseconds = readP95Microseconds
        self.writeMedianMicroseconds = writeMedianMicroseconds
        self.writeP95Microseconds = writeP95Microseconds
        self.readLimit = readLimit
        self.writeLimit = writeLimit
        self.inFlightCount = inFlightCount
        self.limiter = limiter
    }
}

/// One line that a worker adds to the journal. The names in quotation marks are those of the model check.
public enum JournalEntry: Sendable, Equatable {
    /// A shape of change, before the first intent that has it; written once a number.
    case shape(number: Int, signature: String)
    /// "plan" → "send": written only when the record has no intent of this generation, no outcome in this generation,
    /// and no open intent in another; only while the chunk is held under `fence`; and not when another run of the
    /// migration has an open intent of the record, has come first (`EarlierChange`), or has changed it meanwhile.
    case intent(Intent, chunk: Int64, fence: Int64)
    /// "ack" and every other end: the first outcome of a generation stays, a later one is superseded. It also ends a
    /// parking. Not fenced, for evidence is evidence, but superseded when the generation's intent is of a later claim of
    /// the chunk (its author cannot know of that), or when the generation was never opened.
    case outcome(Outcome, fence: Int64)
    /// "rec" → "replan" → "send": closes a generation that has an intent (as `.replanned`) and opens the next, both or
    /// neither; superseded when the generation has an outcome already, or the chunk is not held under `fence`. Another
    /// run that has come first keeps it from being written as it does with an intent.
    case replan(closing: Outcome, opening: Intent, chunk: Int64, fence: Int64)
    /// The record stays open; the newest parking of a record counts, with the number of times it was parked. Superseded
    /// when the record has a terminal outcome.
    case parking(Parking)
    /// The chunk leaves the worker; superseded when it was claimed by another meanwhile. It is left as its records are:
    /// one that is neither terminal nor parked (opened by `retry` meanwhile, say) makes it ready again.
    case chunkEnd(number: Int64, fence: Int64, ChunkEnd)
    case sample(ThroughputSample)
    case audit(AuditEntry)
}

/// What became of an entry.
public enum EntryResult: Hashable, Sendable {
    case written
    /// Somebody else was first, or the fence is old: nothing was written.
    case superseded
    /// Another run of the migration has changed the record since it was claimed, or perhaps has: nothing was written.
    case changedBefore(EarlierChange)
    /// Another run of the migration, or a rollback, has changed the record since its chunk was claimed, so that the body
    /// may be one from before: nothing was written. It can be when the chunk is claimed anew.
    case overtaken(by: RunID)
}
