import DequeModule
public import DistributionAPI

/// Works on one run: reads, transforms, logs, sends and settles its records.
///
/// Confined to one thread, the engine's: the one on which `EngineEnvironment` calls back. Only answers of the service and
/// the journal come from elsewhere, through the inbox. All waiting is the environment's, so that a simulation can play it.
public final class MigrationEngine {
    let run: RunRecord
    let session: any RunSession
    let service: any DistributionService
    let transform: any RecordTransform
    let environment: EngineEnvironment
    let options: EngineOptions
    let inbox: EventInbox<EngineEvent>
    let policy: RecordMachine.Policy

    // Records
    var active: [Int64: ActiveRecord] = [:]
    var activeBytes = 0
    /// What the next body may have.
    var expectedBytes = 0
    /// Records of claimed chunks whose turn has not come.
    var queue: Deque<(item: WorkItem, chunk: ChunkInHand)> = []
    var chunks: [Int64: ChunkInHand] = [:]
    /// Chunks that were parked again in the sweep under way.
    var sweptChunks: [ChunkInHand] = []
    var planner: Planner
    var tally: RunTally
    /// How the records stood when this engine began.
    let tallyAtStart: RunTally
    /// The outcomes on their way to the journal, which `tally` does not have yet.
    var concluding: [OutcomeKind: Int] = [:]
    /// Why records have failed since.
    var failureReasons = FailureReasons()

    // Pacing
    var reads: RequestLane
    var writes: RequestLane
    /// How long the migration's function takes for a record, on the engine's thread.
    var transformTime = TypicalDuration()
    var bucket: TokenBucket
    var quota = RetryQuota()
    var breaker = Breaker()
    /// For writes alone: a service that is read and not written would have all records parked, one after another.
    var writeBreaker = Breaker()
    /// A record that could be read, so that the service can be asked whether it is back; `nil` while there was none.
    var readableID: DistributionID?
    /// The number of the request that asks for `readableID` for that reason; 0 when there is none.
    var probeRequest: UInt64 = 0
    /// Whether a connection to the service was ever made.
    var wasConnected = false
    var refusals = Refusals()
    var ramp: CanaryRamp?
    var control: RunControl
    var limiter = EngineProgress.Limiter.none
    var wakeAt: Duration?
    var cancelWake: (() -> Void)?

    // Journal
    var pending = PendingEntries()

    // Life
    var phase = EngineProgress.Phase.working
    var endReason: EngineEnd.Reason?
    /// Whether it ends because more records have failed than the run allows.
    var isOverBudget = false
    /// Whether any record was begun.
    var hasBegun = false
    var isEnded = false
    var sweepsDone = 0
    /// Whether a chunk may be there to be claimed.
    var hasReadyChunks = true
    var isWaitingForSweep = false
    var startedAt = Duration.zero
    var renewedAt = Duration.zero
    var nextRequest: UInt64 = 0
    var timers: [() -> Void] = []
    private let onProgress: (EngineProgress) -> Void
    private let onEnd: (EngineEnd) -> Void

    /// - Parameters:
    ///   - run: as the journal has it, in state `running`.
    ///   - session: the run in the hands of this process; closed by the caller.
    ///   - tally: how its records stand.
    ///   - knownShapes: the shapes that the journal has of the run.
    ///   - readableID: a record that could be read before, if there was one.
    ///   - onProgress: called several times a second, on the engine's thread.
    ///   - onEnd: called once, on the engine's thread; nothing is under way any more then.
    public init(
        run: RunRecord,
        session: any RunSession,
        tally: RunTally,
        knownShapes: [(number: Int, signature: String)],
        readableID: DistributionID?,
        service: any DistributionService,
        transform: any RecordTransform,
        environment: EngineEnvironment,
        options: EngineOptions,
        onProgress: @escaping (EngineProgress) -> Void,
        onEnd: @escaping (EngineEnd) -> Void
    ) {
        self.run = run
        self.session = session
        self.tally = tally
        tallyAtStart = tally
        self.readableID = readableID
        self.service = service
        self.transform = transform
        self.environment = environment
        self.options = options
        self.onProgress = onProgress
        self.onEnd = onEnd
        control = run.control
        policy = RecordMachine.Policy(volatile: options.volatile, takesBack: run.description.kind != .migration)
        planner = Planner(
            volatile: options.volatile,
            approved: run.description.approvedShapes,
            known: knownShapes
        )
        reads = RequestLane(maxLimit: run.control.maxConcurrency)
        writes = RequestLane(maxLimit: run.control.maxConcurrency)
        bucket = TokenBucket(rate: run.control.recordsPerSecond)
        if options.usesCanary { ramp = CanaryRamp(total: run.itemCount, concluded: tally.concluded + tally.parked) }
        let relay = EngineRelay()
        inbox = EventInbox { [execute = environment.execute] in execute { relay.turn() } }
        relay.engine = self
    }

    /// Begins to work; returns at once, and calls nobody before.
    public func start() {
        startedAt = environment.now()
        renewedAt = startedAt
        every(EngineLimits.progressInterval) { $0.tellProgress() }
        every(EngineLimits.housekeepingInterval) { $0.keepHouse() }
        if let maxTime = options.maxTime {
            timers.append(
                environment.schedule(maxTime) { [weak self] in
                    self?.drain(.gaveUp("the time limit is over"))
                }
            )
        }
        timers.append(
            environment.schedule(.zero) { [weak self] in
                self?.keepFirstSample()
                self?.checkErrors()
                self?.pump()
            }
        )
    }

    /// Begins no more records; requests in flight are waited for, and what was transformed is written. All else is
    /// left to the next resume.
    public func drain() {
        drain(.drained)
    }

    /// How the run stands.
    public var progress: EngineProgress {
        let now = environment.now()
        return EngineProgress(
            tally: tally,
            phase: phase,
            limiter: limiter,
            readsInFlight: reads.inFlight,
            writesInFlight: writes.inFlight,
            readLimit: reads.limit.limit,
            writeLimit: writes.limit.limit,
            canary: ramp?.stage.map {
                EngineProgress.Canary(stage: $0.number, stageCount: $0.count, recordCount: $0.recordCount)
            },
            readP95Microseconds: reads.latencies.microseconds(0.95, now: now),
            writeP95Microseconds: writes.latencies.microseconds(0.95, now: now)
        )
    }

    // MARK: Turns

    func turn() {
        guard !isEnded else { return }
        for event in inbox.take() {
            switch event {
            case .answered(let sequence, let request, let result): answered(sequence, request, result)
            case .probed(let request, let result): probed(request, result)
            case .committed(let number, let result): committed(number, result)
            }
            if isEnded { return }
        }
        pump()
    }

    func drain(_ reason: EngineEnd.Reason) {
        guard !isEnded, endReason == nil else { return }
        endReason = reason
        phase = .draining
        leaveQueue()
        endClaims()
        for record in active.values where record.isWaitingForRetry { leave(record) }
        pump()
    }

    func end() {
        guard !isEnded else { return }
        isEnded = true
        inbox.close()
        cancelWake?()
        for cancel in timers { cancel() }
        timers = []
        for record in active.values { leave(record) }
        // What was under way when it was decided has ended since.
        if isOverBudget, case .tooManyErrors = endReason { endReason = .tooManyErrors(budgetWords) }
        keepLastSample()
        onProgress(progress)
        onEnd(EngineEnd(reason: endReason ?? .finished, tally: tally))
    }

    private func tellProgress() {
        onProgress(progress)
    }

    private func every(_ interval: Duration, _ work: @escaping (MigrationEngine) -> Void) {
        let slot = timers.count
        timers.append({})
        func arm() {
            timers[slot] = environment.schedule(interval) { [weak self] in
                guard let self, !isEnded else { return }
                work(self)
                if !isEnded { arm() }
            }
        }
        arm()
    }

    /// Has `pump` called again at a moment, if not before.
    func wake(at moment: Duration) {
        if let wakeAt, wakeAt <= moment { return }
        cancelWake?()
        wakeAt = moment
        let delay = max(moment - environment.now(), .milliseconds(1))
        cancelWake = environment.schedule(delay) { [weak self] in
            guard let self, !isEnded else { return }
            wakeAt = nil
            cancelWake = nil
            pump()
        }
    }
}

/// What happened outside, on its way to the engine's thread.
enum EngineEvent: Sendable {
    /// The answer to a request; the number tells a late answer from that of the request under way.
    case answered(sequence: Int64, request: UInt64, Result<DistributionReply, DistributionError>)
    /// The answer to a request that asks whether the service is back.
    case probed(request: UInt64, Result<DistributionReply, DistributionError>)
    /// A commit of the journal has ended.
    case committed(number: UInt64, Result<[EntryResult], JournalError>)
}

/// Leads from the inbox, which any thread wakes, back to the engine.
private final class EngineRelay: @unchecked Sendable {
    // `@unchecked Sendable`: set once while the engine is made, and read on the engine's thread.
    weak var engine: MigrationEngine?

    func turn() {
        engine?.turn()
    }
}
