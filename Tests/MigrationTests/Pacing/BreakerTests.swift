import TestSupport
import Testing

@testable import Migration

@Suite("The breaker")
struct BreakerTests {
    @Test(
        arguments: [
            // failures, successes, whether it opens
            (20, 0, true), (19, 0, false), (10, 10, true), (10, 11, false), (0, 100, false), (60, 60, true),
        ]
    )
    func opensAtHalfOfAtLeastTwenty(failureCount: Int, successCount: Int, opens: Bool) {
        var breaker = Breaker()
        for _ in 0..<successCount { breaker.record(isTransient: false, now: .seconds(3)) }
        for _ in 0..<failureCount { breaker.record(isTransient: true, now: .seconds(4)) }
        #expect(breaker.isOpen == opens)
        #expect(breaker.admits(now: .seconds(4)) == (opens ? .wait(.seconds(5)) : .go))
    }

    @Test
    func whatIsOlderThanTenSecondsIsForgotten() {
        var breaker = Breaker()
        for _ in 0..<19 { breaker.record(isTransient: true, now: .seconds(100)) }
        breaker.record(isTransient: true, now: .seconds(110))
        #expect(!breaker.isOpen)
        for _ in 0..<18 { breaker.record(isTransient: true, now: .seconds(119)) }
        #expect(!breaker.isOpen)
        breaker.record(isTransient: true, now: .milliseconds(119_900))
        #expect(breaker.isOpen)
    }

    @Test
    func probesComeAtDoubledIntervals() {
        var breaker = opened(at: .zero)
        var now = Duration.zero
        for seconds in [5, 10, 20, 40, 60, 60] {
            #expect(breaker.admits(now: now) == .wait(.seconds(seconds)))
            now += .seconds(seconds)
            #expect(breaker.admission(now: now) == .probe)
            #expect(breaker.admits(now: now) == .probe)
            #expect(breaker.admits(now: now) == .wait(Breaker.probeTimeout))
            now += .seconds(2)
            breaker.record(isTransient: true, now: now)
        }
        #expect(breaker.isOpen)
    }

    @Test
    func aProbesSuccessClosesItAndForgets() {
        var breaker = opened(at: .zero)
        #expect(breaker.admits(now: .seconds(5)) == .probe)
        breaker.record(isTransient: false, now: .seconds(6))
        #expect(!breaker.isOpen)
        for _ in 0..<19 { breaker.record(isTransient: true, now: .seconds(6)) }
        #expect(breaker.admits(now: .seconds(6)) == .go)
        breaker.record(isTransient: true, now: .seconds(6))
        #expect(breaker.admits(now: .seconds(6)) == .wait(.seconds(5)))
    }

    @Test
    func answersFromBeforeItOpenedCountForNothing() {
        var breaker = opened(at: .zero)
        breaker.record(isTransient: false, now: .seconds(1))
        breaker.record(isTransient: true, now: .seconds(1))
        #expect(breaker.admits(now: .seconds(1)) == .wait(.seconds(4)))
        #expect(breaker.admits(now: .seconds(5)) == .probe)
        breaker.record(.failed, sentAt: .seconds(-4), now: .seconds(6))
        breaker.record(.served, sentAt: .seconds(-3), now: .seconds(6))
        #expect(breaker.isOpen)
        breaker.record(.served, sentAt: .seconds(5), now: .seconds(7))
        #expect(!breaker.isOpen)
    }

    @Test
    func aProbeThatIsNotHeardOfIsGivenUp() {
        var breaker = opened(at: .zero)
        #expect(breaker.admits(now: .seconds(5)) == .probe)
        #expect(breaker.admits(now: .seconds(34)) == .wait(.seconds(1)))
        #expect(breaker.admits(now: .seconds(35)) == .probe)
        breaker.record(isTransient: false, now: .seconds(36))
        #expect(!breaker.isOpen)
    }

    /// Whatever happens, while it is open a probe goes no sooner than 5 s after the one before, and no sooner than 30 s
    /// when that has no answer.
    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func oneProbeAtATime(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var breaker = Breaker()
        var now = Duration.zero
        var lastProbe: (time: Duration, isAnswered: Bool)?
        var probeCount = 0
        for step in 0..<6000 {
            now += .milliseconds(Int.random(in: 0...100, using: &random))
            // Answers are rare at times, so that probes are not heard of.
            if Int.random(in: 0..<(step % 2000 < 1000 ? 4 : 500), using: &random) == 0 {
                breaker.record(isTransient: Int.random(in: 0..<4, using: &random) > 0, now: now)
                lastProbe?.isAnswered = true
                if !breaker.isOpen { lastProbe = nil }
                continue
            }
            let isOpen = breaker.isOpen
            switch breaker.admits(now: now) {
            case .go:
                #expect(!isOpen, "seed \(seed), step \(step)")
            case .wait(let time):
                #expect(isOpen && time > .zero && time <= .seconds(60), "seed \(seed), step \(step)")
            case .probe:
                let least = lastProbe.map { $0.time + .seconds($0.isAnswered ? 5 : 30) } ?? now
                #expect(now >= least, "seed \(seed), step \(step)")
                lastProbe = (now, false)
                probeCount += 1
            }
        }
        #expect(probeCount >= 3, "seed \(seed)")
    }

    @Test("few requests that all fail for long open it, and those that only fail now and then do not")
    func opensAfterAWhile() {
        var breaker = Breaker()
        breaker.record(.served, sentAt: .seconds(99), now: .seconds(100))
        // Each hangs until its timeout.
        for second in [110, 120] {
            breaker.record(.failed, sentAt: .seconds(second - 10), now: .seconds(second))
            #expect(!breaker.isOpen)
        }
        #expect(breaker.failingSince == .seconds(100))
        var served = breaker
        breaker.record(.throttled(retryAfter: nil), sentAt: .seconds(120), now: .seconds(130))
        #expect(breaker.isOpen)
        served.record(.served, sentAt: .seconds(121), now: .seconds(122))
        #expect(served.failingSince == nil)
        served.record(.failed, sentAt: .seconds(120), now: .seconds(130))
        #expect(served.failingSince == .seconds(122), "it was there before")
        for second in 131...140 { served.record(.failed, sentAt: .seconds(second), now: .seconds(second)) }
        #expect(!served.isOpen)
    }

    @Test("what failed before a long rest does not count, but for a rest that was asked for")
    func rests() {
        let rest = Breaker.maxStreakGap + .seconds(1)
        for (answer, isForgotten) in [(Breaker.Answer.failed, true), (.throttled(retryAfter: rest), false)] {
            var breaker = Breaker()
            for _ in 0..<5 { breaker.record(answer, sentAt: .zero, now: .zero) }
            breaker.record(.failed, sentAt: rest, now: rest)
            #expect(breaker.isOpen != isForgotten)
            #expect(breaker.failingSince == (isForgotten ? rest : .zero))
        }
    }

    @Test("throttling leaves it open, and is no success")
    func throttledProbe() {
        var breaker = opened(at: .zero)
        #expect(breaker.admits(now: .seconds(5)) == .probe)
        breaker.record(.throttled(retryAfter: nil), sentAt: .seconds(5), now: .seconds(6))
        #expect(breaker.admits(now: .seconds(6)) == .wait(.seconds(10)))
        #expect(breaker.failingSince == .zero)
    }

    private func opened(at now: Duration) -> Breaker {
        var breaker = Breaker()
        for _ in 0..<20 { breaker.record(isTransient: true, now: now) }
        return breaker
    }
}

extension Breaker {
    /// Records an answer that came at once.
    fileprivate mutating func record(isTransient: Bool, now: Duration) {
        record(isTransient ? .failed : .served, sentAt: now, now: now)
    }
}
