/// How a run stands at a moment, for whoever watches it.
public struct EngineProgress: Sendable, Equatable {
    /// What keeps more requests from being in flight.
    public enum Limiter: String, Sendable {
        /// Nothing: there is no more to do than what is being done.
        case none
        /// `rate` of the control.
        case rate
        /// The limit that adapts itself to the service.
        case adaptive
        /// `concurrency` of the control.
        case user
        /// The breaker is open: the service fails too often.
        case breaker
        /// The service asked to be left alone until a moment.
        case server
        /// A stage of the canary ramp waits for its records.
        case canary
        /// The run is paused.
        case paused
    }

    /// What the engine is about.
    public enum Phase: String, Sendable {
        case working
        /// Parked records are tried again.
        case sweeping
        /// No record is begun any more; what is under way ends.
        case draining
    }

    public var tally: RunTally
    public var phase: Phase
    public var limiter: Limiter
    /// Requests in flight.
    public var readsInFlight: Int
    public var writesInFlight: Int
    public var readLimit: Int
    public var writeLimit: Int
    /// The stage of the canary ramp, from 1, and its number of records; `nil` once all records may go.
    public var canary: Canary?
    /// Answers of the last seconds, in microseconds; 0 when there was none.
    public var readP95Microseconds: Int
    public var writeP95Microseconds: Int

    public struct Canary: Sendable, Equatable {
        public var stage: Int
        public var stageCount: Int
        public var recordCount: Int

        public init(stage: Int, stageCount: Int, recordCount: Int) {
            self.stage = stage
            self.stageCount = stageCount
            self.recordCount = recordCount
        }
    }

    public init(
        tally: RunTally,
        phase: Phase,
        limiter: Limiter,
        readsInFlight: Int,
        writesInFlight: Int,
        readLimit: Int,
        writeLimit: Int,
        canary: Canary?,
        readP95Microseconds: Int,
        writeP95Microseconds: Int
    ) {
        self.tally = tally
        self.phase = phase
        self.limiter = limiter
        self.readsInFlight = readsInFlight
        self.writesInFlight = writesInFlight
        self.readLimit = readLimit
        self.writeLimit = writeLimit
        self.canary = canary
        self.readP95Microseconds = readP95Microseconds
        self.writeP95Microseconds = writeP95Microseconds
    }
}
