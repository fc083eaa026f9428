/// Stops all requests while the service fails, and tries it with one at a time.
///
/// It opens when, in the last 10 s, at least half of at least 20 answers were transient failures. While it is open a
/// probe may go after 5 s, and after each that fails twice as long, up to 60 s. A success while a probe is out closes
/// it, and what was counted before is forgotten. Answers to requests from before it opened count for nothing.
struct Breaker: Sendable {
    enum Admission: Sendable, Equatable {
        case go
        /// It is open, and this one request may go.
        case probe
        /// It is open; ask again after the time, or when an answer was recorded.
        case wait(Duration)
    }

    static let windowSeconds = 10
    static let minSampleCount = 20
    /// At least this part of the window must be transient.
    static let openingFraction = 0.5
    static let firstProbeInterval = Duration.seconds(5)
    static let maxProbeInterval = Duration.seconds(60)
    /// A probe that was not heard of for so long is given up, and another may go.
    static let probeTimeout = Duration.seconds(30)

    private struct Counts: Sendable {
        var all = 0
        var transient = 0
    }

    private struct Opening: Sendable {
        var since: Duration
        var probeInterval: Duration
        var nextProbe: Duration
        /// When a probe went that has no answer yet.
        var probeSentAt: Duration?
    }

    private var counts = RecentSeconds(secondCount: windowSeconds, empty: Counts())
    private var opening: Opening?

    var isOpen: Bool { opening != nil }

    /// Since when it is open.
    var openedAt: Duration? { opening?.since }

    /// An answer came, or was waited for in vain.
    ///
    /// - Parameter isTransient: whether a later attempt may fare better: a timeout, a broken connection, 5xx.
    mutating func record(isTransient: Bool, now: Duration) {
        guard let current = opening else { return count(isTransient: isTransient, now: now) }
        guard current.probeSentAt != nil else { return }
        guard isTransient else {
            opening = nil
            counts = RecentSeconds(secondCount: Self.windowSeconds, empty: Counts())
            return
        }
        let interval = min(current.probeInterval * 2, Self.maxProbeInterval)
        opening = Opening(since: current.since, probeInterval: interval, nextProbe: now + interval)
    }

    /// Whether a request may go now. After `.probe` the request must go: no other may until it is answered.
    mutating func admits(now: Duration) -> Admission {
        let admission = admission(now: now)
        if admission == .probe { opening?.probeSentAt = now }
        return admission
    }

    /// What `admits` would answer; the probe is not given away.
    func admission(now: Duration) -> Admission {
        guard let opening else { return .go }
        let next = opening.probeSentAt.map { $0 + Self.probeTimeout } ?? opening.nextProbe
        return now >= next ? .probe : .wait(next - now)
    }

    private mutating func count(isTransient: Bool, now: Duration) {
        counts.update(now: now) { second in
            second.all += 1
            if isTransient { second.transient += 1 }
        }
        let recent = counts.values(now: now)
        let all = recent.reduce(0) { $0 + $1.all }
        let transient = recent.reduce(0) { $0 + $1.transient }
        guard all >= Self.minSampleCount, Double(transient) >= Self.openingFraction * Double(all) else { return }
        opening = Opening(
            since: now,
            probeInterval: Self.firstProbeInterval,
            nextProbe: now + Self.firstProbeInterval
        )
    }
}
