import DequeModule

/// The requests of one kind, reads or writes: those that wait, how many are in flight, and how many may be.
struct RequestLane {
    /// Records by their place in the input, in the order of their turn.
    var waiting: Deque<Int64> = []
    var inFlight = 0
    var limit: AdaptiveLimit
    var latencies = LatencyWindow()

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
        inFlight -= 1
    }

    mutating func failed(_ signal: Signal, now: Duration) {
        inFlight -= 1
        switch signal {
        case .throttled(_, let retryAfter): limit.lost(.throttle(retryAfter: retryAfter), now: now)
        case .transient(let failure), .ambiguous(let failure): limit.lost(failure.loss, now: now)
        case .permanent, .fatal, .absent: break
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
