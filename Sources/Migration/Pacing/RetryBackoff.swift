/// How long to wait before an attempt is repeated: full jitter, `rand(0, 1) · min(20 s, b · 2^i)`.
///
/// | attempt i       | 0     | 1      | 2      | 3      | … 9  |
/// |-----------------|-------|--------|--------|--------|------|
/// | after a failure | 50 ms | 100 ms | 200 ms | 400 ms | 20 s |
/// | when throttled  | 1 s   | 2 s    | 4 s    | 8 s    | 20 s |
///
/// The table shows the longest wait; the mean is half of it.
enum RetryBackoff {
    static let failureBase = Duration.milliseconds(50)
    static let throttleBase = Duration.seconds(1)
    static let cap = Duration.seconds(20)
    /// From this attempt on the wait grows no more.
    static let lastAttempt = 9

    /// - Parameters:
    ///   - attempt: how many retries came before this one.
    ///   - isThrottled: whether the service asked to be left alone, instead of failing.
    ///   - random: from 0 up to 1.
    static func delay(attempt: Int, isThrottled: Bool, random: Double) -> Duration {
        let base = isThrottled ? throttleBase : failureBase
        let doublings = min(max(attempt, 0), lastAttempt)
        return min(cap, base * (1 << doublings)) * min(max(random, 0), 1)
    }
}
