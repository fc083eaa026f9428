import DistributionAPI
import JSONDocument
import TestSupport

/// A service that does everything a network and a busy server can do to a request, and remembers what was written.
///
/// A record is `{"id": …, "base": b, "count": n, "updated": u}`: a migration adds one to `count`, others change `base`,
/// and the service itself changes `updated`.
final class SimulatedService: DistributionService, @unchecked Sendable {
    // `@unchecked Sendable`: a simulation runs on one thread.

    struct Record: Equatable {
        var base = 0
        var count = 0
        var updated = 0
        /// Somebody else has written `count`.
        var hasForeignCount = false
        /// How often somebody else has written `base`.
        var foreignBaseCount = 0
    }

    private let time: SimulatedTime
    private var generator: SeededGenerator
    var troubles: SimulatedTroubles
    /// When the service is away.
    var outages: [Range<Duration>] = []
    /// Records that it always fails on, when they are read or when they are written.
    var failsReading: Set<DistributionID> = []
    var failsWriting: Set<DistributionID> = []
    /// Whether a body may be sent: only what is durable in the journal.
    var isLogged: (DistributionID, [UInt8]) -> Bool = { _, _ in true }
    private(set) var records: [DistributionID: Record] = [:]
    /// All records there ever were, in an order that the seed decides.
    private(set) var ids: [DistributionID] = []
    /// Records that somebody else has deleted.
    private(set) var deleted: Set<DistributionID> = []
    /// Records of which it has said that they were stored, and they were not.
    private(set) var ignored: Set<DistributionID> = []
    /// What must never happen, in words.
    private(set) var violations: [String] = []
    /// Records of which it has refused a write.
    private(set) var refused: Set<DistributionID> = []
    private(set) var writeCount = 0
    /// Writes that have been sent and have not landed.
    private(set) var underWay = 0
    /// The most that `count` may ever be, by what the migration does.
    var maxCount = 1

    init(time: SimulatedTime, seed: UInt64, recordCount: Int, troubles: SimulatedTroubles) {
        self.time = time
        generator = SeededGenerator(seed: seed)
        self.troubles = troubles
        for _ in 0..<recordCount { ids.append(DistributionID.random(using: &generator)) }
        for id in ids { records[id] = Record() }
    }

    func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        let call = SimulatedCall(completion: completion)
        let isWrite = request.operation.isWrite
        call.cancelTimeout = time.schedule(after: request.options.timeout ?? .seconds(10)) {
            call.finish(.failure(Self.failure(.timeout, request, maybeApplied: isWrite)))
        }
        if case .update(let id, let body) = request.operation, !isLogged(id, body) {
            violations.append("\(id): what was sent is not in the journal")
        }
        travel(request, call)
        return DistributionCall {
            call.finish(.failure(Self.failure(.cancelled, request, maybeApplied: isWrite)))
        }
    }

    /// Somebody else writes, out of turn.
    func edit(_ id: DistributionID, _ change: (inout Record) -> Void) {
        guard var record = records[id] else { return }
        change(&record)
        record.updated += 1
        records[id] = record
    }

    /// What somebody else sets `count` to.
    static let foreignCount = 1000

    static func text(_ id: DistributionID, _ record: Record) -> [UInt8] {
        Array(
            #"{"id":"\#(id)","base":\#(record.base),"count":\#(record.count),"updated":\#(record.updated)}"#.utf8
        )
    }

    // MARK: The way to the service and back

    private func travel(_ request: DistributionRequest, _ call: SimulatedCall) {
        let isWrite = request.operation.isWrite
        let delay = latency()
        if outages.contains(where: { $0.contains(time.now) }) || happens(troubles.lostRequest) {
            return fail(call, request, .network, after: delay, maybeApplied: isWrite)
        }
        if happens(troubles.throttled) {
            return finish(call, after: delay, .failure(Self.throttle(request, retryAfter: retryAfter())))
        }
        // What is refused once is refused each time that it arrives.
        if happens(troubles.refused) {
            if isWrite, let id = request.operation.recordID { refused.insert(id) }
            return fail(call, request, .invalid, after: delay, maybeApplied: false)
        }
        if isWrite, happens(troubles.duplicated) { land(request, after: delay + latency() * 20) }
        if isWrite, happens(troubles.late) {
            // Something else answers meanwhile.
            land(request, after: .seconds(Double.random(in: 0...60, using: &generator)))
            return fail(call, request, .network, after: delay, maybeApplied: true)
        }
        underWay += 1
        time.schedule(after: delay) {
            self.underWay -= 1
            self.arrive(request, call)
        }
    }

    private func land(_ request: DistributionRequest, after delay: Duration) {
        underWay += 1
        time.schedule(after: delay) {
            self.underWay -= 1
            _ = self.carryOut(request)
        }
    }

    private func arrive(_ request: DistributionRequest, _ call: SimulatedCall) {
        let isWrite = request.operation.isWrite
        let failing = isWrite ? failsWriting : failsReading
        if happens(troubles.failedBefore) || request.operation.recordID.map(failing.contains) ?? false {
            return fail(call, request, .server, after: latency(), maybeApplied: isWrite)
        }
        let result = carryOut(request)
        if happens(troubles.failedAfter) {
            return fail(call, request, .server, after: latency(), maybeApplied: isWrite)
        }
        if happens(troubles.lostAnswer) {
            return fail(call, request, .network, after: latency(), maybeApplied: isWrite)
        }
        // A stall is ended by the request's timeout.
        if happens(troubles.stalled) { return }
        finish(call, after: latency(), answer(result, isWrite: isWrite))
    }

    private func answer(
        _ result: Result<DistributionReply, DistributionError>,
        isWrite: Bool
    ) -> Result<DistributionReply, DistributionError> {
        guard case .success = result else { return result }
        if isWrite, happens(troubles.emptyAnswer) {
            return .success(Bool.random(using: &generator) ? .done : .document([]))
        }
        if happens(troubles.mixedUp), let other = ids.randomElement(using: &generator), let record = records[other] {
            return .success(.document(Self.text(other, record)))
        }
        return result
    }

    private func fail(
        _ call: SimulatedCall,
        _ request: DistributionRequest,
        _ code: DistributionError.Code,
        after delay: Duration,
        maybeApplied: Bool
    ) {
        finish(call, after: delay, .failure(Self.failure(code, request, maybeApplied: maybeApplied)))
    }

    private func finish(
        _ call: SimulatedCall,
        after delay: Duration,
        _ result: Result<DistributionReply, DistributionError>
    ) {
        time.schedule(after: delay) { call.finish(result) }
    }

    // MARK: The service

    private func carryOut(_ request: DistributionRequest) -> Result<DistributionReply, DistributionError> {
        guard let id = request.operation.recordID else { return .failure(Self.failure(.invalid, request)) }
        disturb(id)
        guard var record = records[id] else { return .failure(Self.failure(.notFound, request)) }
        if case .update(_, let body) = request.operation {
            guard !happens(troubles.ignored) else {
                ignored.insert(id)
                return .success(.document(Self.text(id, record)))
            }
            write(body, to: &record, id)
            records[id] = record
        }
        return .success(.document(Self.text(id, record)))
    }

    private func write(_ body: [UInt8], to record: inout Record, _ id: DistributionID) {
        writeCount += 1
        guard let root = (try? JSONDocument(parsing: body))?.root, root["id"]?.string == id.description,
            let base = root["base"]?.int64, let count = root["count"]?.int64
        else {
            violations.append("\(id): a body that is not the record: \(String(decoding: body, as: UTF8.self))")
            return
        }
        record.base = Int(base)
        record.count = Int(count)
        record.updated += 1
        if record.count > maxCount, record.count < Self.foreignCount {
            violations.append("\(id) was transformed \(record.count) times")
        }
    }

    /// Somebody else writes, or the service itself.
    private func disturb(_ id: DistributionID) {
        if happens(troubles.touched) { edit(id) { _ in } }
        if happens(troubles.foreignBase) {
            edit(id) {
                $0.base += 1
                $0.foreignBaseCount += 1
            }
        }
        if happens(troubles.foreignCount) {
            edit(id) {
                $0.count = Self.foreignCount
                $0.hasForeignCount = true
            }
        }
        if happens(troubles.foreignDeletion), records.removeValue(forKey: id) != nil { deleted.insert(id) }
    }

    // MARK: Chance

    private func happens(_ rate: Double) -> Bool {
        rate > 0 && Double.random(in: 0..<1, using: &generator) < rate
    }

    private func latency() -> Duration {
        let latency = Duration.microseconds(Int.random(in: 200...20_000, using: &generator))
        return troubles.isSlow ? latency + .milliseconds(700) : latency
    }

    private func retryAfter() -> Duration? {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: .seconds(30)
        case 1: nil
        default: .milliseconds(500)
        }
    }

    private static func failure(
        _ code: DistributionError.Code,
        _ request: DistributionRequest,
        maybeApplied: Bool = false
    ) -> DistributionError {
        DistributionError(
            code,
            "simulated \(code.rawValue)",
            operation: request.operation.name,
            id: request.operation.recordID?.description,
            retryable: true,
            maybeApplied: maybeApplied
        )
    }

    private static func throttle(_ request: DistributionRequest, retryAfter: Duration?) -> DistributionError {
        DistributionError(
            .unavailable,
            "simulated throttle",
            status: 429,
            operation: request.operation.name,
            retryable: true,
            retryAfter: retryAfter
        )
    }
}

/// One request that is answered once.
private final class SimulatedCall: @unchecked Sendable {
    // `@unchecked Sendable`: a simulation runs on one thread.
    private var completion: DistributionCompletion?
    var cancelTimeout: (() -> Void)?

    init(completion: @escaping DistributionCompletion) {
        self.completion = completion
    }

    func finish(_ result: Result<DistributionReply, DistributionError>) {
        guard let completion else { return }
        self.completion = nil
        cancelTimeout?()
        completion(result)
    }
}
