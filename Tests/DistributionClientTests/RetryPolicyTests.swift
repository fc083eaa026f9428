import DistributionAPI
import Testing

@testable import DistributionClient

@Suite("The retry policy")
struct RetryPolicyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var failure: AttemptFailure
        var read: RetryDecision
        var write: RetryDecision
        var isAmbiguousWrite: Bool
        var status: Int?

        var testDescription: String { "\(failure), status \(status.map(String.init) ?? "none")" }
    }

    /// With a jitter of one half: half of 50 ms, half of 1 s.
    static let cases: [Case] = [
        Case(
            failure: .notSent,
            read: .retry(after: .milliseconds(25)),
            write: .retry(after: .milliseconds(25)),
            isAmbiguousWrite: false
        ),
        Case(failure: .staleConnection, read: .retry(after: .zero), write: .fail, isAmbiguousWrite: true),
        Case(failure: .answerLost, read: .retry(after: .milliseconds(25)), write: .fail, isAmbiguousWrite: true),
        Case(
            failure: .throttled(retryAfter: .seconds(2)),
            read: .retry(after: .milliseconds(2050)),
            write: .retry(after: .milliseconds(2050)),
            isAmbiguousWrite: false,
            status: 429
        ),
        Case(
            failure: .throttled(retryAfter: nil),
            read: .retry(after: .milliseconds(500)),
            write: .retry(after: .milliseconds(500)),
            isAmbiguousWrite: false,
            status: 429
        ),
        Case(
            failure: .throttled(retryAfter: .seconds(2)),
            read: .retry(after: .milliseconds(2050)),
            write: .retry(after: .milliseconds(2050)),
            isAmbiguousWrite: true,
            status: 503
        ),
        Case(
            failure: .unavailable,
            read: .retry(after: .milliseconds(500)),
            write: .fail,
            isAmbiguousWrite: true,
            status: 503
        ),
        Case(
            failure: .serverFailure,
            read: .retry(after: .milliseconds(25)),
            write: .fail,
            isAmbiguousWrite: true,
            status: 500
        ),
        Case(failure: .permanent, read: .fail, write: .fail, isAmbiguousWrite: false, status: 410),
    ]

    @Test("decides by failure and kind of operation", arguments: cases)
    func decisions(_ example: Case) {
        for isWrite in [false, true] {
            var quota = RetryQuota()
            var policy = RetryPolicy(isWrite: isWrite, maxRetryCount: 3)
            let decision = policy.failed(example.failure, remaining: .seconds(10), quota: &quota, jitter: 0.5)
            #expect(decision == (isWrite ? example.write : example.read))
            let isAmbiguous = policy.isAmbiguous(example.failure, status: example.status)
            #expect(isAmbiguous == (isWrite && example.isAmbiguousWrite))
        }
    }

    @Test("stops at the number of retries")
    func retryCount() {
        var quota = RetryQuota()
        var policy = RetryPolicy(isWrite: false, maxRetryCount: 2)
        var delays: [RetryDecision] = []
        for _ in 0..<3 {
            delays.append(policy.failed(.answerLost, remaining: .seconds(10), quota: &quota, jitter: 1))
        }
        #expect(delays == [.retry(after: .milliseconds(50)), .retry(after: .milliseconds(100)), .fail])
    }

    @Test("gives a stale connection one retry that costs nothing")
    func staleConnection() {
        var quota = RetryQuota()
        var policy = RetryPolicy(isWrite: false, maxRetryCount: 0)
        let decisions = (0..<2).map { _ in
            policy.failed(.staleConnection, remaining: .seconds(1), quota: &quota, jitter: 1)
        }
        #expect(decisions == [.retry(after: .zero), .fail])
        #expect(quota.tokens == RetryQuota.capacity)
    }

    @Test("does not begin a retry after the deadline")
    func deadline() {
        var quota = RetryQuota()
        var policy = RetryPolicy(isWrite: false, maxRetryCount: 3)
        let wait = AttemptFailure.throttled(retryAfter: .seconds(30))
        let decisions = [
            policy.failed(wait, remaining: .seconds(10), quota: &quota, jitter: 0),
            policy.failed(.answerLost, remaining: .milliseconds(10), quota: &quota, jitter: 1),
            policy.failed(.staleConnection, remaining: .zero, quota: &quota, jitter: 1),
        ]
        #expect(decisions == [.fail, .fail, .fail])
        #expect(quota.tokens == RetryQuota.capacity, "what is not done is not paid")
    }

    @Test("spends a purse shared by all operations")
    func quota() {
        var quota = RetryQuota()
        var retries = 0
        while retries < 1000 {
            var policy = RetryPolicy(isWrite: false, maxRetryCount: 1)
            guard policy.failed(.answerLost, remaining: .seconds(1), quota: &quota, jitter: 0) != .fail else { break }
            retries += 1
        }
        #expect(retries == RetryQuota.capacity / RetryQuota.failureCost)
        for _ in 0..<10 { quota.succeeded() }
        #expect(quota.tokens == RetryQuota.capacity % RetryQuota.failureCost + 10)
        for _ in 0..<1000 { quota.succeeded() }
        #expect(quota.tokens == RetryQuota.capacity)
    }
}
