/// A purse of retries shared by all records of a run: when most attempts fail, retrying makes it worse.
///
/// The figures are botocore's.
struct RetryQuota: Sendable, Equatable {
    static let capacity = 500
    static let failureCost = 14
    static let throttleCost = 5
    static let successReward = 1

    private(set) var tokens = RetryQuota.capacity

    /// Pays for one retry.
    ///
    /// - Parameter isThrottle: whether the service asked to be left alone, instead of failing.
    /// - Returns: whether there were tokens enough; if not, nothing is taken.
    mutating func pay(_ isThrottle: Bool) -> Bool {
        let cost = isThrottle ? Self.throttleCost : Self.failureCost
        guard tokens >= cost else { return false }
        tokens -= cost
        return true
    }

    mutating func succeeded() {
        tokens = min(Self.capacity, tokens + Self.successReward)
    }
}
