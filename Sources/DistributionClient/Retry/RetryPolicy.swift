import DistributionAPI

/// How one attempt ended, as far as trying again is concerned.
enum AttemptFailure: Equatable, Sendable {
    /// No connection could be made, so nothing was sent.
    case notSent
    /// A kept-alive connection was closed by the service before a byte of the answer (RFC 9112 section 9.3.1).
    case staleConnection
    /// The request was sent, perhaps in part, and the answer was lost: a broken connection or a wait that ended.
    case answerLost
    /// 429, or 503 with `Retry-After`: the service did not take the request.
    case throttled(retryAfter: Duration?)
    /// 503 without `Retry-After`.
    case unavailable
    /// 500, 502 or 504.
    case serverFailure
    /// Everything that would only happen again.
    case permanent
}

/// What to do after a failed attempt.
enum RetryDecision: Equatable, Sendable {
    case retry(after: Duration)
    case fail
}

/// Decides for one operation whether an attempt is repeated. A pure state machine: time and chance come from outside.
///
/// | failure                        | read                           | write                      |
/// |--------------------------------|--------------------------------|----------------------------|
/// | nothing sent                   | retry                          | retry                      |
/// | stale connection               | once at once and free, then as answer lost | fail: ambiguous |
/// | answer lost                    | retry                          | fail: ambiguous            |
/// | 429, 503 with `Retry-After`    | retry no sooner than it says   | the same                   |
/// | 503 without                    | retry                          | fail: ambiguous            |
/// | 500 502 504                    | retry                          | fail: ambiguous            |
/// | anything else                  | fail                           | fail                       |
struct RetryPolicy: Equatable, Sendable {
    let isWrite: Bool
    let maxRetryCount: Int
    private(set) var retryCount = 0
    private var hasUsedFreeRetry = false

    init(isWrite: Bool, maxRetryCount: Int) {
        self.isWrite = isWrite
        self.maxRetryCount = maxRetryCount
    }

    /// - Parameters:
    ///   - failure: how the attempt ended.
    ///   - remaining: the time left until the operation's deadline; a retry that would begin later is not made.
    ///   - quota: the client's purse; a retry is paid from it.
    ///   - jitter: from 0 up to 1.
    mutating func failed(
        _ failure: AttemptFailure,
        remaining: Duration,
        quota: inout RetryQuota,
        jitter: @autoclosure () -> Double
    ) -> RetryDecision {
        if failure == .staleConnection, !isWrite, !hasUsedFreeRetry {
            hasUsedFreeRetry = true
            return remaining > .zero ? .retry(after: .zero) : .fail
        }
        guard mayRepeat(failure), retryCount < maxRetryCount else { return .fail }
        var delay: Duration
        let isThrottled: Bool
        switch failure {
        case .throttled(let retryAfter):
            isThrottled = true
            delay = RetryBackoff.delay(retry: retryCount, isThrottled: true, jitter: jitter())
            // The service's word goes before the own guess; jitter on top keeps clients from coming back in step.
            if let retryAfter { delay = retryAfter + min(delay, RetryBackoff.failureBase) }
        case .unavailable:
            isThrottled = true
            delay = RetryBackoff.delay(retry: retryCount, isThrottled: true, jitter: jitter())
        default:
            isThrottled = false
            delay = RetryBackoff.delay(retry: retryCount, isThrottled: false, jitter: jitter())
        }
        guard delay < remaining, quota.pay(isThrottled: isThrottled) else { return .fail }
        retryCount += 1
        return .retry(after: delay)
    }

    private func mayRepeat(_ failure: AttemptFailure) -> Bool {
        switch failure {
        case .notSent, .throttled: true
        case .staleConnection, .answerLost, .unavailable, .serverFailure: !isWrite
        case .permanent: false
        }
    }

    /// Whether a write that ended with this failure may have been applied.
    func isAmbiguous(_ failure: AttemptFailure, status: Int?) -> Bool {
        guard isWrite else { return false }
        switch failure {
        case .staleConnection, .answerLost, .unavailable, .serverFailure: return true
        case .throttled: return status == 503
        case .notSent, .permanent: return false
        }
    }
}
