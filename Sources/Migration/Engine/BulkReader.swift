import DequeModule
public import DistributionAPI

/// Reads many records, as many at a time as the service can take, and hands each over as it comes: for plans and
/// verification passes, which change nothing.
///
/// Confined to the thread of its environment, as an engine is.
public final class BulkReader {
    /// How one record was read.
    public enum Answer: Sendable, Equatable {
        case body([UInt8])
        /// There is no such record.
        case gone
        case failed(FailureClass, String)
    }

    struct Pending {
        let item: WorkItem
        var request: UInt64 = 0
        var attempts = 0
        var throttles = 0
        var requestedAt = Duration.zero
    }

    struct Event: Sendable {
        /// `nil` for the question whether the service is back.
        let sequence: Int64?
        let request: UInt64
        let result: Result<DistributionReply, DistributionError>
    }

    let service: any DistributionService
    let environment: EngineEnvironment
    private let next: () throws -> WorkItem?
    private let handle: (WorkItem, Answer) throws -> Void
    private let onEnd: (Result<Void, any Error>) -> Void
    let inbox: EventInbox<Event>
    let requestTimeout: Duration
    private var lane: RequestLane
    private var bucket: TokenBucket
    private var pending: [Int64: Pending] = [:]
    /// What the records that are pending take in memory, with their input.
    private var pendingBytes = 0
    private var hasMore = true
    private var waitsForToken = false
    private var requestCount: UInt64 = 0
    private(set) var isEnded = false
    var outage = Outage()

    /// How often a record is tried while the service is there.
    static let maxAttempts = 3

    /// - Parameters:
    ///   - recordsPerSecond: the most reads begun in a second; `nil` for no limit.
    ///   - requestTimeout: the longest that one read may take; `nil` for as long as a run would let it.
    ///   - next: the next record to read; `nil` at the end. What it throws ends the reading.
    ///   - handle: called once for each record, as its answer comes. What it throws ends the reading.
    ///   - onEnd: called once; not from within `start`.
    public init(
        service: any DistributionService,
        environment: EngineEnvironment,
        maxConcurrency: Int,
        recordsPerSecond: Double?,
        requestTimeout: Duration?,
        next: @escaping () throws -> WorkItem?,
        handle: @escaping (WorkItem, Answer) throws -> Void,
        onEnd: @escaping (Result<Void, any Error>) -> Void
    ) {
        self.service = service
        self.environment = environment
        self.next = next
        self.handle = handle
        self.onEnd = onEnd
        self.requestTimeout = requestTimeout ?? EngineLimits.requestTimeout
        lane = RequestLane(maxLimit: maxConcurrency)
        bucket = TokenBucket(rate: recordsPerSecond)
        let relay = Relay()
        inbox = EventInbox { [execute = environment.execute] in execute { relay.reader?.turn() } }
        relay.reader = self
    }

    /// Begins to read; returns at once.
    public func start() {
        _ = environment.schedule(.zero) { [weak self] in self?.pump() }
    }

    /// Stops the reading: nothing more is handed over, and `onEnd` is called with success at the next turn.
    public func stop() {
        hasMore = false
        pending = [:]
        pendingBytes = 0
        outage = Outage()
        lane.inFlight = 0
        lane.waiting = []
        start()
    }

    private final class Relay: @unchecked Sendable {
        // `@unchecked Sendable`: set once while the reader is made, and read on its thread.
        weak var reader: BulkReader?
    }

    // MARK: Turns

    private func turn() {
        guard !isEnded else { return }
        do {
            for event in inbox.take() {
                if event.sequence == nil { try probed(event) } else { try answered(event) }
            }
        } catch {
            return end(.failure(error))
        }
        pump()
    }

    private func pump() {
        guard !isEnded else { return }
        do {
            while mayRequest(), let sequence = try nextSequence() { request(sequence) }
        } catch {
            return end(.failure(error))
        }
        if !hasMore, pending.isEmpty { end(.success(())) }
    }

    private func end(_ result: Result<Void, any Error>) {
        isEnded = true
        inbox.close()
        onEnd(result)
    }

    private func mayRequest() -> Bool {
        guard outage.suspects.isEmpty else { return false }
        let now = environment.now()
        if let hold = lane.limit.holdUntil, hold > now {
            _ = environment.schedule(hold - now) { [weak self] in self?.pump() }
            return false
        }
        return lane.inFlight < lane.limit.limit && !waitsForToken
    }

    private func nextSequence() throws -> Int64? {
        if let waiting = lane.waiting.popFirst() { return waiting }
        // While requests fail no more records are begun than were under way.
        guard hasMore, !outage.isSuspected || pending.isEmpty else { return nil }
        // Those that wait to be tried again are in flight no more.
        guard pending.count < EngineLimits.maxActiveRecords, pendingBytes < InputLimits.maxBatchBytes else {
            return nil
        }
        let delay = bucket.take(now: environment.now())
        guard delay == .zero else {
            waitsForToken = true
            _ = environment.schedule(delay) { [weak self] in
                self?.waitsForToken = false
                self?.pump()
            }
            return nil
        }
        guard let item = try next() else {
            hasMore = false
            return nil
        }
        pending[item.sequence] = Pending(item: item)
        pendingBytes += item.byteCount
        return item.sequence
    }

    // MARK: Requests

    private func request(_ sequence: Int64) {
        guard let id = pending[sequence]?.item.id else { return }
        let number = nextRequestNumber()
        let now = environment.now()
        pending[sequence]?.request = number
        pending[sequence]?.requestedAt = now
        lane.began(now: now)
        let options = RequestOptions(timeout: requestTimeout, retryCount: 0)
        service.perform(DistributionRequest(.get(id), options: options)) { [inbox] result in
            inbox.post(Event(sequence: sequence, request: number, result: result))
        }
    }

    func nextRequestNumber() -> UInt64 {
        requestCount += 1
        return requestCount
    }

    private func answered(_ event: Event) throws {
        guard let sequence = event.sequence, let record = pending[sequence], record.request == event.request else {
            return
        }
        let now = environment.now()
        switch event.result {
        case .success(let reply):
            outage.noteAnswer(reading: record.item.id)
            lane.succeeded(after: now - record.requestedAt, isCanary: false, now: now)
            try finish(record, answer(reply, of: record.item.id))
        case .failure(let error):
            let signal = Signal(error)
            if case .throttled(_, let retryAfter) = signal {
                lane.limit.lost(.throttle(retryAfter: retryAfter), now: now)
            }
            lane.failed(signal, after: now - record.requestedAt, now: now)
            if signal.isAway { outage.isSuspected = true } else { outage.noteAnswer(reading: nil) }
            try failed(record, signal, error)
        }
    }

    private func answer(_ reply: DistributionReply, of id: DistributionID) -> Answer {
        guard let body = reply.text else { return .failed(.rejected, "the service answered with no document") }
        guard !RecordIdentity.isAnother(body, than: id) else {
            return .failed(RecordIdentity.failure.failure, RecordIdentity.failure.message)
        }
        return .body(body)
    }

    private func failed(_ record: Pending, _ signal: Signal, _ error: DistributionError) throws {
        var record = record
        switch signal {
        case .absent: try finish(record, .gone)
        case .fatal where error.code == .unauthorized && outage.readableID != nil:
            suspect(record, .refusedRecord(error))
        case .fatal(let reason): throw BulkReadError(reason, service: error)
        case .permanent(let failure): try finish(record, .failed(failure.failure, failure.message))
        case .transient(let failure), .ambiguous(let failure, _):
            record.attempts += 1
            guard record.attempts < Self.maxAttempts else { return try suspect(record, failure, signal, error) }
            again(record, after: backoff(record.attempts - 1, isThrottled: false))
        case .throttled(let failure, let retryAfter):
            record.throttles += 1
            guard record.throttles <= RecordMachine.maxThrottles else {
                return try finish(record, .failed(failure.failure, failure.message))
            }
            let hold = min(retryAfter ?? .zero, AdaptiveLimit.maxHold)
            again(record, after: hold + backoff(record.throttles - 1, isThrottled: true))
        }
    }

    func backoff(_ retry: Int, isThrottled: Bool) -> Duration {
        RetryBackoff.delay(retry: retry, isThrottled: isThrottled, jitter: environment.random())
    }

    func again(_ record: Pending, after delay: Duration) {
        let sequence = record.item.sequence
        pending[sequence] = record
        _ = environment.schedule(delay) { [weak self] in
            guard let self, !isEnded, pending[sequence] != nil else { return }
            lane.waiting.append(sequence)
            pump()
        }
    }

    func finish(_ record: Pending, _ answer: Answer) throws {
        if pending.removeValue(forKey: record.item.sequence) != nil { pendingBytes -= record.item.byteCount }
        try handle(record.item, answer)
    }
}
