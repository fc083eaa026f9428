/// How long to wait before an attempt is repeated: full jitter, `rand(0, 1) · min(20 s, b · 2^i)`.
///
/// | retry i         | 0     | 1      | 2      | 3      | … 9  |
/// |-----------------|-------|--------|--------|--------|------|
/// | after a failure | 50 ms | 100 ms | 200 ms | 400 ms | 20 s |
/// | when throttled  | 1 s   | 2 s    | 4 s    | 8 s    | 20 s |
///
/// The table shows the longest wait; the mean is half of it.
package enum RetryBackoff {
    package static let failureBase = Duration.milliseconds(50)
    static let throttleBase = Duration.seconds(1)
    static let cap = Duration.seconds(20)
    /// From this retry on the wait grows no more.
    static let lastDoubling = 9

    /// - Parameters:
    ///   - retry: how many retries came before this one.
    ///   - isThrottled: whether the service asked to be left alone, instead of failing.
    ///   - jitter: from 0 up to 1.
    package static func delay(retry: Int, isThrottled: Bool, jitter: Double) -> Duration {
        let base = isThrottled ? throttleBase : failureBase
        let doublings = min(max(retry, 0), lastDoubling)
        return min(cap, base * (1 << doublings)) * min(max(jitter, 0), 1)
    }
}
