/// A purse of retries shared by all operations of a client, or all records of a run: when most attempts fail, retrying
/// makes it worse.
///
/// The figures are botocore's.
package struct RetryQuota: Sendable, Equatable {
    package static let capacity = 500
    package static let failureCost = 14
    package static let throttleCost = 5
    static let successReward = 1

    package private(set) var tokens = RetryQuota.capacity

    package init() {}

    /// Pays for one retry.
    ///
    /// - Parameter isThrottled: whether the service asked to be left alone, instead of failing.
    /// - Returns: whether there were tokens enough; if not, nothing is taken.
    package mutating func pay(isThrottled: Bool) -> Bool {
        let cost = isThrottled ? Self.throttleCost : Self.failureCost
        guard tokens >= cost else { return false }
        tokens -= cost
        return true
    }

    package mutating func succeeded() {
        tokens = min(Self.capacity, tokens + Self.successReward)
    }
}
