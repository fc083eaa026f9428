import DistributionAPI
import JSONDocument
import TestSupport

/// A service that does everything a network and a busy server can do to a request, and remembers what was written.
///
/// A record is `{"id": …, "base": b, "count": n}`: a migration adds one to `count`, others change `base`.
final class SimulatedService: DistributionService, @unchecked Sendable {
    // `@unchecked Sendable`: a simulation runs on one thread.

    /// How likely each trouble is, from 0 to 1.
    struct Troubles {
        var lostRequest = 0.0
        var lostAnswer = 0.0
        var failedBefore = 0.0
        var failedAfter = 0.0
        var throttled = 0.0
        var duplicated = 0.0
        var late = 0.0
        var foreignBase = 0.0
        var foreignCount = 0.0
        var stalled = 0.0

        static let none = Troubles()

        /// Each trouble by itself now and then, so that seeds differ in kind and not only in detail.
        static func random(_ generator: inout SeededGenerator) -> Troubles {
            func rate() -> Double {
                Bool.random(using: &generator) ? Double.random(in: 0...0.15, using: &generator) : 0
            }
            return Troubles(
                lostRequest: rate(),
                lostAnswer: rate(),
                failedBefore: rate(),
                failedAfter: rate(),
                throttled: rate(),
                duplicated: rate(),
                late: rate(),
                foreignBase: rate() / 4,
                foreignCount: rate() / 16,
                stalled: rate() / 4
            )
        }
    }

    struct Record: Equatable {
        var base: Int
        var count: Int
        /// Somebody else has written `count`.
        var hasForeignCount = false
        /// Somebody else has written `base`.
        var foreignBaseCount = 0
    }

    private let time: SimulatedTime
    private var generator: SeededGenerator
    var troubles: Troubles
    private(set) var records: [DistributionID: Record] = [:]
    /// What must never happen, in words.
    private(set) var violations: [String] = []
    private(set) var writeCount = 0
    /// Writes that have been sent and have not landed.
    private(set) var underWay = 0
    /// The most that `count` may ever be, by what the migration does.
    var maxCount = 1

    init(time: SimulatedTime, seed: UInt64, recordCount: Int, troubles: Troubles) {
        self.time = time
        generator = SeededGenerator(seed: seed)
        self.troubles = troubles
        for _ in 0..<recordCount {
            records[DistributionID.random(using: &generator)] = Record(base: 0, count: 0)
        }
    }

    /// The ids in an order that the seed decides.
    var ids: [DistributionID] {
        records.keys.sorted { $0.bits < $1.bits }
    }

    func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        let call = SimulatedCall(completion: completion)
        let limit = request.options.timeout ?? .seconds(10)
        let timeout = time.schedule(after: limit) {
            call.finish(.failure(Self.failure(.timeout, request, maybeApplied: request.operation.isWrite)))
        }
        call.cancelTimeout = timeout
        travel(request, call)
        return DistributionCall {
            call.finish(.failure(Self.failure(.cancelled, request, maybeApplied: request.operation.isWrite)))
        }
    }

    // MARK: The way to the service and back

    private func travel(_ request: DistributionRequest, _ call: SimulatedCall) {
        let delay = latency()
        if happens(troubles.lostRequest) {
            time.schedule(after: delay) {
                call.finish(.failure(Self.failure(.network, request, maybeApplied: request.operation.isWrite)))
            }
            return
        }
        if happens(troubles.throttled) {
            time.schedule(after: delay) { call.finish(.failure(Self.throttle(request))) }
            return
        }
        if request.operation.isWrite, happens(troubles.duplicated) { land(request, after: delay + latency() * 20) }
        if request.operation.isWrite, happens(troubles.late) {
            // The write arrives long after the caller has given up, while something else answers.
            land(request, after: .seconds(Double.random(in: 0...60, using: &generator)))
            time.schedule(after: delay) {
                call.finish(.failure(Self.failure(.network, request, maybeApplied: true)))
            }
            return
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
        if happens(troubles.failedBefore) {
            return answer(call, .failure(Self.failure(.server, request, maybeApplied: isWrite)))
        }
        let result = carryOut(request)
        if happens(troubles.failedAfter) {
            return answer(call, .failure(Self.failure(.server, request, maybeApplied: isWrite)))
        }
        if happens(troubles.lostAnswer) {
            return answer(call, .failure(Self.failure(.network, request, maybeApplied: isWrite)))
        }
        // A stall is ended by the request's timeout.
        if happens(troubles.stalled) { return }
        answer(call, result)
    }

    private func answer(_ call: SimulatedCall, _ result: Result<DistributionReply, DistributionError>) {
        time.schedule(after: latency()) { call.finish(result) }
    }

    // MARK: The service

    private func carryOut(_ request: DistributionRequest) -> Result<DistributionReply, DistributionError> {
        switch request.operation {
        case .get(let id):
            disturb(id)
            guard let record = records[id] else { return .failure(Self.failure(.notFound, request)) }
            return .success(.document(Self.text(id, record)))
        case .update(let id, let body):
            disturb(id)
            guard var record = records[id] else { return .failure(Self.failure(.notFound, request)) }
            write(body, to: &record, id)
            records[id] = record
            return .success(.document(Self.text(id, record)))
        default:
            return .failure(Self.failure(.invalid, request))
        }
    }

    private func write(_ body: [UInt8], to record: inout Record, _ id: DistributionID) {
        writeCount += 1
        guard let document = try? JSONDocument(parsing: body), let base = document.root["base"]?.int64,
            let count = document.root["count"]?.int64
        else {
            violations.append("a body that is no record: \(String(decoding: body, as: UTF8.self))")
            return
        }
        record.base = Int(base)
        record.count = Int(count)
        if record.count > maxCount, record.count < Self.foreignCount {
            violations.append("\(id) was transformed \(record.count) times")
        }
    }

    /// What somebody else sets `count` to.
    static let foreignCount = 1000

    /// Somebody else writes.
    private func disturb(_ id: DistributionID) {
        guard var record = records[id] else { return }
        if happens(troubles.foreignBase) {
            record.base += 1
            record.foreignBaseCount += 1
        }
        if happens(troubles.foreignCount) {
            record.count = Self.foreignCount
            record.hasForeignCount = true
        }
        records[id] = record
    }

    private static func text(_ id: DistributionID, _ record: Record) -> [UInt8] {
        Array(#"{"id":"\#(id)","base":\#(record.base),"count":\#(record.count)}"#.utf8)
    }

    // MARK: Chance

    private func happens(_ rate: Double) -> Bool {
        rate > 0 && Double.random(in: 0..<1, using: &generator) < rate
    }

    private func latency() -> Duration {
        .microseconds(Int.random(in: 200...20_000, using: &generator))
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

    private static func throttle(_ request: DistributionRequest) -> DistributionError {
        DistributionError(
            .unavailable,
            "simulated throttle",
            status: 429,
            operation: request.operation.name,
            retryable: true,
            retryAfter: .milliseconds(500)
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
