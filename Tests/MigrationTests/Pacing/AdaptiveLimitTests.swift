import TestSupport
import Testing

@testable import Migration

@Suite("The limit that adapts itself to the service")
struct AdaptiveLimitTests {
    private static let base = Duration.milliseconds(50)

    @Test(arguments: [(64, 4), (4, 4), (3, 3), (1, 1), (0, 1), (-5, 1)])
    func start(maxLimit: Int, limit: Int) {
        #expect(AdaptiveLimit(maxLimit: maxLimit).limit == limit)
    }

    @Test(arguments: [8, 64, 256])
    func constantLatencyLeadsToTheGreatestLimit(maxLimit: Int) {
        var service = LoadedService(limit: AdaptiveLimit(maxLimit: maxLimit))
        service.run(for: .seconds(20)) { _ in .success(after: Self.base) }
        #expect(service.limit.limit == maxLimit)
    }

    /// Within seconds, and still after an hour, when a slow average would long have taken the queue for normal.
    @Test(
        arguments: [
            (4.0, Duration.milliseconds(500), 1), (4, .milliseconds(200), 2), (5, .milliseconds(50), 3),
            (10, .milliseconds(300), 4), (16, .milliseconds(500), 5), (64, .seconds(1), 6),
        ]
    )
    func settlesNearTheCapacity(capacity: Double, base: Duration, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var service = LoadedService(limit: AdaptiveLimit(maxLimit: 1000))
        let answer = LoadedService.queueing(base: base, capacity: capacity, noise: 0.2, random: &random)
        service.run(for: .seconds(30), answer)
        for minute in 0..<20 {
            let before = service.limits.count
            service.run(for: .seconds(10), answer)
            let seen = service.limits[before...]
            let least = try #require(seen.min())
            let most = try #require(seen.max())
            #expect(Double(least) >= capacity / 2, "seed \(seed), minute \(minute)")
            #expect(Double(most) <= capacity * 2, "seed \(seed), minute \(minute)")
            service.run(for: .seconds(50), answer)
        }
    }

    @Test
    func stableTimeoutsLeadToOne() {
        var service = LoadedService(limit: AdaptiveLimit(maxLimit: 64))
        service.run(for: .seconds(10)) { _ in .success(after: Self.base) }
        #expect(service.limit.limit == 64)
        service.run(for: .seconds(240)) { _ in .loss(.timeout, after: .seconds(10)) }
        #expect(service.limit.limit == 1)
    }

    /// A service that answers a part and hangs for the rest: the answered ones' latency must not let the limit grow.
    @Test
    func timeoutsAboveACapacityKeepTheLimitNearIt() {
        var service = LoadedService(limit: AdaptiveLimit(maxLimit: 500))
        let answer: (Int) -> LoadedService.Answer = {
            $0 > 20 ? .loss(.timeout, after: .seconds(2)) : .success(after: Self.base)
        }
        service.run(for: .seconds(60), answer)
        let before = service.limits.count
        service.run(for: .seconds(300), answer)
        #expect(service.limits[before...].allSatisfy { (10...40).contains($0) })
    }

    @Test
    func anOutageIsMadeGoodForInSeconds() {
        var service = LoadedService(limit: AdaptiveLimit(maxLimit: 64))
        service.run(for: .seconds(10)) { _ in .success(after: Self.base) }
        service.run(for: .seconds(60)) { _ in .loss(.reset, after: .milliseconds(5)) }
        #expect(service.limit.limit == 1)
        service.run(for: .seconds(20)) { _ in .success(after: Self.base) }
        #expect(service.limit.limit == 64)
    }

    /// The service itself becomes slower: a queue of our own is looked for in vain, and the new latency is accepted.
    @Test(arguments: [2, 5, 20])
    func aSlowerServiceIsGotUsedTo(factor: Int) {
        var service = LoadedService(limit: AdaptiveLimit(maxLimit: 32))
        service.limit.noteCanary(latency: Self.base)
        service.run(for: .seconds(60)) { _ in .success(after: Self.base) }
        service.run(for: .seconds(180)) { _ in .success(after: Self.base * factor) }
        #expect(service.limit.limit == 32)
    }

    @Test
    func theLimitDoesNotGrowUnused() {
        var service = LoadedService(limit: AdaptiveLimit(maxLimit: 64))
        service.run(for: .seconds(30), demand: 5) { _ in .success(after: Self.base) }
        #expect((10...16).contains(service.limit.limit))
    }

    @Test(arguments: [(0.02, true), (0.2, false)])
    func serverFailuresCountAboveATwentieth(part: Double, grows: Bool) {
        var random = SeededGenerator(seed: 17)
        var service = LoadedService(limit: AdaptiveLimit(maxLimit: 64))
        service.run(for: .seconds(60)) { _ in
            Double.random(in: 0..<1, using: &random) < part
                ? .loss(.serverFailure, after: Self.base) : .success(after: Self.base)
        }
        #expect(service.limit.limit == (grows ? 64 : 1))
    }

    @Test
    func aWindowNeedsTimeAndSamples() {
        var limit = AdaptiveLimit(maxLimit: 64)
        limit.started(now: .zero)
        for index in 1...9 { limit.succeeded(latency: Self.base, inFlight: 4, now: .seconds(index)) }
        #expect(limit.limit == 4)
        limit.succeeded(latency: Self.base, inFlight: 4, now: .seconds(10))
        #expect(limit.limit == 6)
        for index in 1...100 { limit.succeeded(latency: Self.base, inFlight: 4, now: .milliseconds(10_000 + index)) }
        #expect(limit.limit == 6)
        limit.succeeded(latency: Self.base, inFlight: 4, now: .seconds(11))
        #expect(limit.limit == 9)
    }

    @Test
    func lossTakesATenth() {
        var limit = grown(to: 50)
        for index in 1...19 { limit.succeeded(latency: Self.base, inFlight: 50, now: .milliseconds(100_000 + index)) }
        limit.lost(.reset, now: .seconds(102))
        #expect(limit.limit == 45)
    }

    @Test
    func aThrottleTakesThreeTenthsAtOnceAndHolds() {
        var limit = grown(to: 50)
        limit.lost(.throttle(retryAfter: .seconds(7)), now: .seconds(200))
        #expect(limit.limit == 35)
        #expect(limit.holdUntil == .seconds(207))
        // Those that were under way are throttled too, and only make the hold longer.
        for index in 1...49 {
            limit.lost(.throttle(retryAfter: .seconds(7)), now: .milliseconds(200_000 + index * 100))
        }
        #expect(limit.limit == 35)
        #expect(limit.holdUntil == .milliseconds(211_900))
        limit.lost(.throttle(retryAfter: .seconds(1)), now: .milliseconds(204_950))
        #expect(limit.holdUntil == .milliseconds(211_900))
        limit.started(now: .seconds(212))
        #expect(limit.holdUntil == nil)
        limit.lost(.throttle(retryAfter: nil), now: .seconds(213))
        limit.lost(.throttle(retryAfter: nil), now: .milliseconds(213_900))
        #expect(limit.limit == 24)
        #expect(limit.holdUntil == nil)
        limit.lost(.throttle(retryAfter: .seconds(86_400)), now: .seconds(300))
        #expect(limit.holdUntil == .seconds(3900))
    }

    @Test
    func theGreatestLimitCanBeChanged() {
        var limit = grown(to: 50)
        limit.setMaxLimit(20)
        #expect(limit.limit == 20)
        limit.setMaxLimit(0)
        #expect(limit.limit == 1)
        limit.setMaxLimit(50)
        var service = LoadedService(limit: limit)
        service.run(for: .seconds(15)) { _ in .success(after: Self.base) }
        #expect(service.limit.limit == 50)
    }

    /// Without the canary the first windows, congested already, would be taken for normal.
    @Test
    func theCanaryShowsThatTheStartIsTooMuch() throws {
        var random = SeededGenerator(seed: 4)
        var service = LoadedService(limit: AdaptiveLimit(maxLimit: 64))
        service.limit.noteCanary(latency: Self.base)
        let answer = LoadedService.queueing(base: Self.base, capacity: 1, noise: 0, random: &random)
        service.run(for: .seconds(60), answer)
        let before = service.limits.count
        service.run(for: .seconds(600), answer)
        #expect(service.limits[before...].allSatisfy { $0 <= 2 })
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func theLimitStaysInItsBounds(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var maxLimit = Int.random(in: 1...200, using: &random)
        var limit = AdaptiveLimit(maxLimit: maxLimit)
        var now = Duration.seconds(Int.random(in: -100...100, using: &random))
        for step in 0..<2000 {
            now += .milliseconds(Int.random(in: 0...400, using: &random))
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<30: limit.started(now: now)
            case 30..<90:
                let latency = Duration.microseconds(Int.random(in: 0...5_000_000, using: &random))
                limit.succeeded(latency: latency, inFlight: Int.random(in: 0...250, using: &random), now: now)
            case 90..<92: limit.lost(.timeout, now: now)
            case 92..<94: limit.lost(.reset, now: now)
            case 94..<97: limit.lost(.serverFailure, now: now)
            case 97:
                let retryAfter = Duration.seconds(Int.random(in: -1...100, using: &random))
                limit.lost(.throttle(retryAfter: Bool.random(using: &random) ? retryAfter : nil), now: now)
            case 98: limit.noteCanary(latency: .microseconds(Int.random(in: 0...1_000_000, using: &random)))
            default:
                maxLimit = Int.random(in: 1...200, using: &random)
                limit.setMaxLimit(maxLimit)
            }
            guard limit.limit < 1 || limit.limit > maxLimit else { continue }
            Issue.record("seed \(seed), step \(step): the limit is \(limit.limit), at most \(maxLimit)")
            return
        }
    }

    /// A limit that has reached its greatest value, at less than 100 s.
    private func grown(to maxLimit: Int) -> AdaptiveLimit {
        var limit = AdaptiveLimit(maxLimit: maxLimit)
        for step in 0..<200 { limit.succeeded(latency: Self.base, inFlight: maxLimit, now: .milliseconds(step * 100)) }
        return limit
    }
}
