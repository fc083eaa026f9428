import DequeModule

/// The requests of one kind, reads or writes: those that wait, how many are in flight, and how many may be.
struct RequestLane {
    /// Records by their place in the input, in the order of their turn.
    var waiting: Deque<Int64> = []
    var inFlight = 0
    var limit: AdaptiveLimit
    var latencies = LatencyWindow()
    /// The latency of successes.
    private var typicalLatency = TypicalDuration()

    init(maxLimit: Int) {
        limit = AdaptiveLimit(maxLimit: maxLimit)
    }

    mutating func began(now: Duration) {
        inFlight += 1
        limit.started(now: now)
    }

    /// - Parameter isCanary: whether the service had nothing else to do: what it is capable of.
    mutating func succeeded(after latency: Duration, isCanary: Bool, now: Duration) {
        if isCanary { limit.noteCanary(latency: latency) }
        limit.succeeded(latency: latency, inFlight: inFlight, now: now)
        latencies.record(latency, now: now)
        typicalLatency.record(latency)
        inFlight -= 1
    }

    /// How many requests can be sent within a time, as fast as they are answered now; at least two rounds of them.
    func capacity(within time: Duration) -> Int {
        let rounds = typicalLatency.value.map { time / max($0, .microseconds(1)) } ?? 0
        return Int(Double(limit.limit) * max(rounds, 2))
    }

    /// Throttling is noted by who holds all lanes.
    mutating func failed(_ signal: Signal, after latency: Duration, now: Duration) {
        defer { inFlight -= 1 }
        switch signal {
        case .transient(let failure), .ambiguous(let failure, _): limit.lost(failure.loss, now: now)
        case .absent, .permanent: limit.succeeded(latency: latency, inFlight: inFlight, now: now)
        case .throttled, .fatal: break
        }
    }
}

extension Signal.Failure {
    /// What the failure says about the load that the service can take.
    fileprivate var loss: AdaptiveLimit.Loss {
        switch failure {
        case .timeout: .timeout
        case .server: .serverFailure
        default: .reset
        }
    }
}
