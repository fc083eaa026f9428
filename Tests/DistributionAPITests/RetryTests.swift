import Testing

@testable import DistributionAPI

@Suite("Retries: purse and backoff")
struct RetryTests {
    @Test
    func thePurseIsEmptiedByFailures() {
        var quota = RetryQuota()
        var count = 0
        while quota.pay(isThrottled: false) { count += 1 }
        #expect(count == 35)
        #expect(quota.tokens == 10)
        #expect(quota.pay(isThrottled: true) == true)
        #expect(quota.pay(isThrottled: true) == true)
        #expect(quota.pay(isThrottled: true) == false)
        #expect(quota.tokens == 0)
    }

    @Test
    func thePurseIsFilledBySuccesses() {
        var quota = RetryQuota()
        quota.succeeded()
        #expect(quota.tokens == 500)
        #expect(quota.pay(isThrottled: false) == true)
        #expect(quota.tokens == 486)
        for _ in 0..<13 { quota.succeeded() }
        #expect(quota.tokens == 499)
        for _ in 0..<13 { quota.succeeded() }
        #expect(quota.tokens == 500)
    }

    @Test(
        arguments: [
            (0, false, Duration.milliseconds(50)), (1, false, .milliseconds(100)), (8, false, .milliseconds(12_800)),
            (9, false, .seconds(20)), (1000, false, .seconds(20)), (-3, false, .milliseconds(50)),
            (0, true, .seconds(1)), (4, true, .seconds(16)), (5, true, .seconds(20)), (Int.max, true, .seconds(20)),
        ]
    )
    func theLongestWait(retry: Int, isThrottled: Bool, longest: Duration) {
        #expect(RetryBackoff.delay(retry: retry, isThrottled: isThrottled, jitter: 1) == longest)
        #expect(RetryBackoff.delay(retry: retry, isThrottled: isThrottled, jitter: 0.5) == longest / 2)
        #expect(RetryBackoff.delay(retry: retry, isThrottled: isThrottled, jitter: 0) == .zero)
    }
}
