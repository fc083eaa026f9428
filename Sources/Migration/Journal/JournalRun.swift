public import DistributionAPI

/// The number of a run in its journal, from 1.
public struct RunID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int64

    public init(number: Int64) {
        self.number = number
    }

    /// Reads what a person types: decimal digits, 1 or more.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int64(text), number > 0
        else { return nil }
        self.number = number
    }

    public static func < (left: RunID, right: RunID) -> Bool { left.number < right.number }

    public var description: String { String(number) }
}

/// What a run does to its records.
public enum RunKind: Hashable, Sendable {
    /// Carries a migration out.
    case migration
    /// Takes another run back.
    case rollback(of: RunID)
}

/// How far a run is.
///
/// | from     | to       | when                                                        |
/// |----------|----------|-------------------------------------------------------------|
/// | freezing | ready    | the last of the input is in the journal, with its count     |
/// | ready    | running  | a process has begun to work on it                           |
/// | running  | running  | its process has died, and another goes on                   |
/// | running  | stopped  | it was drained, stopped by a limit, or gave up: resumable   |
/// | stopped  | running  | it is resumed                                               |
/// | running  | finished | every record is terminal, or parked after the last sweep    |
/// | finished | stopped  | records are opened again by `retry`                         |
/// | finished | running  | it is worked on again for what is parked                    |
///
/// A process that is killed leaves `freezing` or `running` behind; both are taken up again as they are.
public enum RunState: String, Hashable, Sendable, CaseIterable {
    case freezing, ready, running, stopped, finished

    /// Whether the table above has a row for this change.
    public func mayBecome(_ next: RunState) -> Bool {
        switch (self, next) {
        case (.freezing, .ready), (.ready, .running), (.running, .stopped), (.stopped, .running),
            (.running, .finished), (.finished, .stopped), (.finished, .running), (.running, .running):
            true
        default: false
        }
    }
}

/// Why the work on a run has ended before its last record.
public struct RunStop: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Somebody has asked for it.
        case asked
        /// More records failed than the run allows.
        case tooManyErrors = "too_many_errors"
        /// The service does not hold what was sent.
        case mismatch
        /// A gate of the canary ramp did not open, the service was away for too long, or the time was over.
        case gaveUp = "gave_up"
        /// The service refuses every request.
        case refused
    }

    public var kind: Kind
    /// For people.
    public var words: String

    public init(_ kind: Kind, _ words: String) {
        self.kind = kind
        self.words = words
    }

    /// A finished run has records to do again.
    static let openedAgain = RunStop(.asked, "records were opened again")
}

/// What a run is made with.
public struct NewRun: Sendable, Equatable {
    public var kind: RunKind
    /// The migration's name.
    public var migration: String
    /// The file's text, so that a resume needs no file; the newest, when a change of it was accepted.
    public var script: [UInt8]
    /// SHA-256 of `script`, in hexadecimal digits.
    public var scriptSHA: String
    /// The version of the program that made it.
    public var engineVersion: String
    /// Where the records are: a URL or a store's path; never a secret. Stores in memory begin with `:memory:` or
    /// `sample:`.
    public var target: String
    /// SHA-256 of the plan that was approved; `nil` for a run without a plan file.
    public var planSHA: String?
    /// The shapes of change that were approved; `nil` for all.
    public var approvedShapes: [String]?
    /// Who approved it: `user@host`.
    public var approvedBy: String
    /// The options of the run, as JSON text of an object.
    public var options: [UInt8]

    public init(
        kind: RunKind,
        migration: String,
        script: [UInt8],
        scriptSHA: String,
        engineVersion: String,
        target: String,
        planSHA: String? = nil,
        approvedShapes: [String]? = nil,
        approvedBy: String,
        options: [UInt8] = Array("{}".utf8)
    ) {
        self.kind = kind
        self.migration = migration
        self.script = script
        self.scriptSHA = scriptSHA
        self.engineVersion = engineVersion
        self.target = target
        self.planSHA = planSHA
        self.approvedShapes = approvedShapes
        self.approvedBy = approvedBy
        self.options = options
    }
}

/// A run as the journal has it.
public struct RunRecord: Sendable, Equatable {
    public var id: RunID
    public var description: NewRun
    /// Whether another script was accepted when records were, or perhaps were, already changed: by an older one.
    public var hasMixedScripts: Bool
    public var state: RunState
    public var control: RunControl
    /// Why it stopped; `nil` unless it is `stopped`.
    public var stop: RunStop?
    /// How many records the frozen input has; 0 while it is being frozen.
    public var itemCount: Int
    /// How many ids of the input came more than once.
    public var duplicateCount: Int
    /// SHA-256 of the ids of the input in their order, each with what comes with it; empty while it is being frozen.
    public var inputSHA: String
    public var createdAt: DateTime
    /// When it last became `finished` or `stopped`.
    public var endedAt: DateTime?

    public init(
        id: RunID,
        description: NewRun,
        hasMixedScripts: Bool = false,
        state: RunState,
        control: RunControl,
        stop: RunStop?,
        itemCount: Int,
        duplicateCount: Int,
        inputSHA: String,
        createdAt: DateTime,
        endedAt: DateTime?
    ) {
        self.id = id
        self.description = description
        self.hasMixedScripts = hasMixedScripts
        self.state = state
        self.control = control
        self.stop = stop
        self.itemCount = itemCount
        self.duplicateCount = duplicateCount
        self.inputSHA = inputSHA
        self.createdAt = createdAt
        self.endedAt = endedAt
    }
}

/// A run as a list shows it: without what may be long, which is its file, its options and the shapes that were approved.
public struct RunSummary: Sendable, Equatable {
    public var id: RunID
    public var kind: RunKind
    public var migration: String
    public var scriptSHA: String
    public var engineVersion: String
    public var target: String
    public var planSHA: String?
    public var approvedBy: String
    public var state: RunState
    public var control: RunControl
    public var stop: RunStop?
    public var itemCount: Int
    public var duplicateCount: Int
    public var inputSHA: String
    public var createdAt: DateTime
    public var endedAt: DateTime?
}

/// Which run it is, and where its records are.
public protocol RunIdentity {
    var id: RunID { get }
    /// A URL or a store's path; see `NewRun.target`.
    var target: String { get }
}

extension RunIdentity {
    /// Whether the records are in the memory of a process, and gone with it.
    public var isInMemory: Bool { target.hasPrefix(":memory:") || target.hasPrefix("sample:") }
}

extension RunSummary: RunIdentity {}

extension RunRecord: RunIdentity {
    public var target: String { description.target }

    /// The same without what may be long.
    public var summary: RunSummary {
        RunSummary(
            id: id,
            kind: description.kind,
            migration: description.migration,
            scriptSHA: description.scriptSHA,
            engineVersion: description.engineVersion,
            target: description.target,
            planSHA: description.planSHA,
            approvedBy: description.approvedBy,
            state: state,
            control: control,
            stop: stop,
            itemCount: itemCount,
            duplicateCount: duplicateCount,
            inputSHA: inputSHA,
            createdAt: createdAt,
            endedAt: endedAt
        )
    }
}

/// What can be changed while a run works, from another process too.
public struct RunControl: Hashable, Sendable {
    /// Whether no further record is begun.
    public var isPaused: Bool
    /// The most records that are begun in a second; `nil` for no limit.
    public var recordsPerSecond: Double?
    /// The most requests of a kind (reads, writes) that are in flight.
    public var maxConcurrency: Int

    public init(isPaused: Bool = false, recordsPerSecond: Double? = nil, maxConcurrency: Int = 64) {
        self.isPaused = isPaused
        self.recordsPerSecond = recordsPerSecond
        self.maxConcurrency = maxConcurrency
    }
}

/// One line of a run's audit: who did what, when.
public struct AuditEntry: Hashable, Sendable {
    public var time: DateTime
    /// `user@host`, or `distsh` for what the engine does by itself.
    public var who: String
    /// `create`, `run`, `pause`, `resume`, `set rate`, `stop`, `finish`, `retry`, `accept script`, …
    public var action: String
    public var old: String
    public var new: String

    public init(time: DateTime, who: String, action: String, old: String = "", new: String = "") {
        self.time = time
        self.who = who
        self.action = action
        self.old = old
        self.new = new
    }
}
