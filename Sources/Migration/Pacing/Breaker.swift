/// Stops all requests while the service fails, and tries it with one at a time.
///
/// It opens when, in the last 10 s, at least half of at least 20 answers were transient failures. A service that hangs
/// gives fewer: it also opens when for 30 s none was served and at least 3 failed or were throttled. While it is open a
/// probe may go after 5 s, and after each that fails twice as long, up to 60 s. A success while a probe is out closes
/// it, and what was counted before is forgotten. Answers to requests from before the probe do neither.
struct Breaker: Sendable {
    enum Admission: Sendable, Equatable {
        case go
        /// It is open, and this one request may go.
        case probe
        /// It is open; ask again after the time, or when an answer was recorded.
        case wait(Duration)
    }

    /// What an answer says about the service.
    enum Answer: Sendable, Equatable {
        /// It does its work, whatever it says about the record.
        case served
        /// A later attempt may fare better: a timeout, a broken connection, 5xx.
        case failed
        /// It asked to be left alone, for so long if it said so.
        case throttled(retryAfter: Duration?)
    }

    static let windowSeconds = 10
    static let minSampleCount = 20
    /// At least this part of the window must be transient.
    static let openingFraction = 0.5
    /// For so long nothing must have been served …
    static let minStreakTime = Duration.seconds(30)
    /// … and so many requests must have failed or been throttled.
    static let minStreakCount = 3
    /// When so much time without a request has gone by since a failure, the next one has nothing to do with it.
    static let maxStreakGap = Duration.seconds(5 * 60)
    static let firstProbeInterval = Duration.seconds(5)
    static let maxProbeInterval = Duration.seconds(60)
    /// A probe that was not heard of for so long is given up, and another may go.
    static let probeTimeout = Duration.seconds(30)

    private struct Counts: Sendable {
        var all = 0
        var transient = 0
    }

    private struct Opening: Sendable {
        var probeInterval: Duration
        var nextProbe: Duration
        /// When a probe went that has no answer yet.
        var probeSentAt: Duration?
    }

    /// What was not served since anything was.
    private struct Streak: Sendable {
        var since: Duration
        var count = 0
        /// Until when the service was asked, or wanted to be left alone.
        var lastAt: Duration
    }

    private var counts = RecentSeconds(secondCount: windowSeconds, empty: Counts())
    private var opening: Opening?
    private var streak: Streak?
    private var servedAt: Duration?

    var isOpen: Bool { opening != nil }

    /// Since when requests were made and none was served; `nil` when the last one was.
    var failingSince: Duration? { streak?.since }

    /// An answer came, or was waited for in vain.
    ///
    /// - Parameter sentAt: when its request went.
    mutating func record(_ answer: Answer, sentAt: Duration, now: Duration) {
        note(answer, sentAt: sentAt, now: now)
        guard let current = opening else { return count(answer, now: now) }
        guard let probe = current.probeSentAt, sentAt >= probe else { return }
        guard answer != .served else {
            opening = nil
            counts = RecentSeconds(secondCount: Self.windowSeconds, empty: Counts())
            return
        }
        let interval = min(current.probeInterval * 2, Self.maxProbeInterval)
        opening = Opening(probeInterval: interval, nextProbe: now + interval)
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

    private mutating func note(_ answer: Answer, sentAt: Duration, now: Duration) {
        var lastAt = now
        switch answer {
        case .served:
            streak = nil
            servedAt = now
            return
        case .failed: break
        case .throttled(let retryAfter): lastAt += min(retryAfter ?? .zero, AdaptiveLimit.maxHold)
        }
        if let streak, !isOpen, sentAt - streak.lastAt > Self.maxStreakGap { self.streak = nil }
        // A request may have gone before the last success, and the service have been away only since.
        var current = streak ?? Streak(since: max(sentAt, servedAt ?? sentAt), lastAt: lastAt)
        current.count += 1
        current.lastAt = max(current.lastAt, lastAt)
        streak = current
    }

    private mutating func count(_ answer: Answer, now: Duration) {
        counts.update(now: now) { second in
            second.all += 1
            if answer == .failed { second.transient += 1 }
        }
        guard failsOften(now: now) || failsForLong(now: now) else { return }
        opening = Opening(probeInterval: Self.firstProbeInterval, nextProbe: now + Self.firstProbeInterval)
    }

    private func failsOften(now: Duration) -> Bool {
        let recent = counts.values(now: now)
        let all = recent.reduce(0) { $0 + $1.all }
        let transient = recent.reduce(0) { $0 + $1.transient }
        return all >= Self.minSampleCount && Double(transient) >= Self.openingFraction * Double(all)
    }

    private func failsForLong(now: Duration) -> Bool {
        guard let streak else { return false }
        return streak.count >= Self.minStreakCount && now - streak.since >= Self.minStreakTime
    }
}
