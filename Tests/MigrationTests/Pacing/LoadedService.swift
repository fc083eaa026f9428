import TestSupport

@testable import Migration

/// A service in simulated time, with a client that keeps as many requests in flight as an `AdaptiveLimit` allows.
struct LoadedService {
    /// What the service does with a request that is begun with so many in flight.
    enum Answer {
        case success(after: Duration)
        case loss(AdaptiveLimit.Loss, after: Duration)
    }

    private(set) var now = Duration.seconds(1000)
    var limit: AdaptiveLimit
    /// The limit after each answer.
    private(set) var limits: [Int] = []
    /// The next to end comes last.
    private var inFlight: [(end: Duration, start: Duration, answer: Answer)] = []

    init(limit: AdaptiveLimit) {
        self.limit = limit
    }

    /// A service that queues what it cannot take: `latency = base · max(1, inFlight ÷ capacity)`, give or take `noise`.
    static func queueing(
        base: Duration,
        capacity: Double,
        noise: Double,
        random: inout SeededGenerator
    ) -> (Int) -> Answer {
        // The closure has a generator of its own, which goes on from a seed of the test's.
        var noiseSource = SeededGenerator(seed: random.next())
        return { inFlight in
            let factor = 1 + Double.random(in: -noise...noise, using: &noiseSource)
            return .success(after: base * max(1, Double(inFlight) / capacity) * factor)
        }
    }

    /// Goes on for a time with as many requests as may be, or `demand` if that is less.
    mutating func run(for time: Duration, demand: Int = .max, _ service: (Int) -> Answer) {
        let end = now + time
        while now < end {
            fill(demand: demand, service)
            guard let ended = inFlight.last else {
                guard let holdUntil = limit.holdUntil, holdUntil > now else { return }
                now = holdUntil
                continue
            }
            now = ended.end
            switch ended.answer {
            case .success: limit.succeeded(latency: ended.end - ended.start, inFlight: inFlight.count, now: now)
            case .loss(let loss, _): limit.lost(loss, now: now)
            }
            inFlight.removeLast()
            limits.append(limit.limit)
        }
    }

    private mutating func fill(demand: Int, _ service: (Int) -> Answer) {
        if let holdUntil = limit.holdUntil, holdUntil > now { return }
        while inFlight.count < min(limit.limit, demand) {
            limit.started(now: now)
            let answer = service(inFlight.count + 1)
            switch answer {
            case .success(let time), .loss(_, let time):
                let end = now + time
                let index = inFlight.firstIndex { $0.end <= end } ?? inFlight.count
                inFlight.insert((end, now, answer), at: index)
            }
        }
    }
}
