/// How long to wait before an attempt is repeated: full jitter, `rand(0, 1) · min(cap, base · 2^i)`.
///
/// | retry i        | 0     | 1      | 2      | 3      | … 9   |
/// |----------------|-------|--------|--------|--------|-------|
/// | after a failure| 50 ms | 100 ms | 200 ms | 400 ms | 20 s  |
/// | when throttled | 1 s   | 2 s    | 4 s    | 8 s    | 20 s  |
///
/// The table shows the longest wait; the mean is half of it.
enum Backoff {
    static let failureBase = Duration.milliseconds(50)
    static let throttleBase = Duration.seconds(1)
    static let cap = Duration.seconds(20)

    /// - Parameters:
    ///   - retry: how many retries of the operation came before this one.
    ///   - jitter: from 0 up to 1.
    static func delay(retry: Int, isThrottled: Bool, jitter: Double) -> Duration {
        let base = isThrottled ? throttleBase : failureBase
        let doublings = min(max(retry, 0), 16)
        return min(cap, base * (1 << doublings)) * jitter
    }
}

/// A purse of retries shared by all operations of one client: when most attempts fail, retrying makes it worse.
///
/// The figures are botocore's.
struct RetryQuota: Equatable, Sendable {
    static let capacity = 500
    static let failureCost = 14
    static let throttleCost = 5
    static let successReward = 1

    private(set) var tokens = RetryQuota.capacity

    /// Pays for one retry.
    ///
    /// - Returns: whether there were tokens enough; if not, nothing is taken.
    mutating func pay(isThrottled: Bool) -> Bool {
        let cost = isThrottled ? Self.throttleCost : Self.failureCost
        guard tokens >= cost else { return false }
        tokens -= cost
        return true
    }

    mutating func succeeded() {
        tokens = min(Self.capacity, tokens + Self.successReward)
    }
}
