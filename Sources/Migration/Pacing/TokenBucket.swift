/// A rate that is kept evenly: one token at a time, and none saved up but for what a late timer has missed.
struct TokenBucket: Sendable {
    /// The longest time between two tokens (1 h): what the slowest rate means.
    static let maxInterval = Duration.seconds(3600)
    /// Tokens that were due so long ago are still given (10 ms): timers are coarse, and a rate should be reached.
    static let maxLateness = Duration.milliseconds(10)

    /// Tokens a second; `nil` for no limit.
    private(set) var rate: Double?
    /// When the next token is there; `nil` for now.
    private var next: Duration?

    /// - Parameter rate: tokens a second; `nil` for no limit. What is not above 0 is taken for the slowest.
    init(rate: Double?) {
        self.rate = rate
    }

    /// Takes a token when there is one.
    ///
    /// - Returns: zero when it was taken; else how long to wait before the next attempt, and nothing was taken.
    mutating func take(now: Duration) -> Duration {
        guard let interval else { return .zero }
        if let next, next > now { return next - now }
        let due = next.map { max($0, now - Self.maxLateness) } ?? now
        next = due + interval
        return .zero
    }

    /// Changes the rate from now on; what is waited for is waited for at the new rate.
    mutating func setRate(_ newRate: Double?, now: Duration) {
        let oldInterval = interval
        rate = newRate
        guard let oldInterval, let interval, let next, next > now else {
            next = nil
            return
        }
        self.next = now + interval * ((next - now) / oldInterval)
    }

    private var interval: Duration? {
        guard let rate else { return nil }
        guard rate > 1 / (Self.maxInterval / .seconds(1)) else { return Self.maxInterval }
        return .seconds(1 / rate)
    }
}
