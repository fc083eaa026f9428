import TestSupport
import Testing

@testable import Migration

@Suite("The bucket of tokens")
struct TokenBucketTests {
    @Test
    func oneTokenAtATime() {
        var bucket = TokenBucket(rate: 4)
        #expect(bucket.take(now: .seconds(5)) == .zero)
        #expect(bucket.take(now: .seconds(5)) == .milliseconds(250))
        #expect(bucket.take(now: .milliseconds(5200)) == .milliseconds(50))
        #expect(bucket.take(now: .milliseconds(5250)) == .zero)
        // Nothing is saved up in a minute but the lateness of a timer.
        #expect(bucket.take(now: .seconds(65)) == .zero)
        #expect(bucket.take(now: .seconds(65)) == .milliseconds(240))
    }

    @Test
    func withoutARateThereIsNoWait() {
        var bucket = TokenBucket(rate: nil)
        for _ in 0..<100 { #expect(bucket.take(now: .zero) == .zero) }
    }

    @Test(arguments: [0, -1, 1e-300, .nan] as [Double])
    func theSlowestRateIsOneAnHour(rate: Double) {
        var bucket = TokenBucket(rate: rate)
        #expect(bucket.take(now: .zero) == .zero)
        #expect(bucket.take(now: .zero) == .seconds(3600))
    }

    @Test
    func aNewRateShortensTheWait() {
        var bucket = TokenBucket(rate: 0.1)
        #expect(bucket.take(now: .zero) == .zero)
        bucket.setRate(1, now: .seconds(5))
        #expect(bucket.take(now: .seconds(5)) == .milliseconds(500))
        bucket.setRate(nil, now: .seconds(5))
        #expect(bucket.take(now: .seconds(5)) == .zero)
        bucket.setRate(2, now: .seconds(5))
        #expect(bucket.take(now: .seconds(5)) == .zero)
        #expect(bucket.take(now: .seconds(5)) == .milliseconds(500))
    }

    /// Whoever comes when told to, or up to 8 ms late, gets the rate; whoever comes at any time gets no more.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func theRateIsKept(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let rate = Double.random(in: 0.5...3000, using: &random)
        var bucket = TokenBucket(rate: rate)
        var now = Duration.seconds(50)
        let start = now
        var count = 0
        while now - start < .seconds(20) {
            let wait = bucket.take(now: now)
            if wait == .zero { count += 1 }
            if wait > .zero { now += wait + .microseconds(Int.random(in: 0...8000, using: &random)) }
        }
        let expected = rate * 20
        #expect(Double(count) >= expected * 0.98 - 1, "seed \(seed), rate \(rate)")
        #expect(Double(count) <= expected + rate * 0.02 + 1, "seed \(seed), rate \(rate)")
    }
}
