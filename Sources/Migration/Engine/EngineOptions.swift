public import JSONDocument

/// What the work on a run is to keep to, beside what can be changed while it works (`RunControl`).
public struct EngineOptions: Sendable {
    /// The places that the service changes by itself.
    public var volatile: [JSONPointer]
    /// Whether records that the same migration has changed in an earlier run are changed again.
    public var repeatsApplied = false
    /// The failures after which the run stops.
    public var maxErrors = ErrorLimit.fraction(0.01)
    /// The slowest that 95 % of the answers may be for the canary ramp to go on.
    public var maxP95: Duration?
    /// Whether the first records go in growing stages with a look at the results between them.
    public var usesCanary = true
    /// The longest that one request may take.
    public var requestTimeout = EngineLimits.requestTimeout
    /// How long the service may be away before the run gives up, to be resumed.
    public var outageTimeout = Duration.seconds(15 * 60)
    /// The longest that the work may take; `nil` for no limit.
    public var maxTime: Duration?
    /// How often parked records are tried again at the end.
    public var maxSweeps = 2
    /// How long each sweep waits before it begins.
    public var sweepDelay = Duration.seconds(5)

    public init(volatile: [JSONPointer]) {
        self.volatile = volatile
    }
}

/// The engine's own limits.
enum EngineLimits {
    /// The longest that one request may take unless told otherwise.
    static let requestTimeout = Duration.seconds(10)
    /// The most records that are under way at once: those in flight, and those that wait for the journal.
    static let maxActiveRecords = 1024
    /// The most bytes of bodies of records under way (32 MiB); a single record may have more.
    static let maxActiveBytes = 32 << 20
    /// The size expected of a body is the greatest of so many before, about.
    static let bodyMemory = 16
    /// Records are read no further ahead than can be written within this time: a body that waits longer than
    /// `RecordMachine.maxReadAge` has to be read again.
    static let maxWriteDelay = RecordMachine.maxReadAge / 2
    /// Records are read no further ahead than can be transformed within this time: a body waits for those that were
    /// answered with it, and its intent's commit for those that are answered meanwhile.
    static let maxTransformDelay = RecordMachine.maxReadAge / 4
    /// So many reads of a record in a row may give a body that is too old to be written over, for it was asked for
    /// `RecordMachine.maxReadAge` ago: a service slower than that would never be done.
    static let maxStaleReads = 2
    /// The most chunks that are in hand at once.
    static let maxChunksInHand = 3
    /// So many intents are committed at once.
    static let maxIntentsPerCommit = 256
    /// How long an entry waits for others to share its commit.
    static let commitDelay = Duration.milliseconds(5)
    /// How often whoever watches is told.
    static let progressInterval = Duration.milliseconds(250)
    /// How often the control is read and a point of the curves is kept.
    static let housekeepingInterval = Duration.seconds(1)
    /// How often the journal is told that the worker is alive.
    static let renewalInterval = Duration.seconds(10)
}
