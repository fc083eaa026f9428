import TestSupport
import Testing

@testable import Migration

@Suite("Meters of latency, rate and time left")
struct MeterTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func quantilesAreWithinAThirtySecond(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var window = LatencyWindow()
        var latencies: [Double] = []
        for _ in 0..<Int.random(in: 1...2000, using: &random) {
            // From 1 µs to 100 s, as many in each power of ten.
            let microseconds = Int(magnitude(Double.random(in: 0...8, using: &random)))
            latencies.append(Double(microseconds))
            window.record(
                .microseconds(microseconds),
                now: .milliseconds(Int.random(in: 20_000..<30_000, using: &random))
            )
        }
        latencies.sort()
        for q in [0, 0.5, 0.95, 0.99, 1] {
            let exact = latencies[max(0, Int((q * Double(latencies.count)).rounded(.up)) - 1)]
            let found = try #require(window.quantile(q, now: .milliseconds(29_999))) / .microseconds(1)
            #expect(abs(found - exact) <= exact / 32 + 0.5, "seed \(seed), q \(q): \(found), exactly \(exact)")
        }
    }

    @Test
    func latenciesAreForgottenAfterTenSeconds() {
        var window = LatencyWindow()
        #expect(window.quantile(0.5, now: .zero) == nil)
        window.record(.milliseconds(1), now: .seconds(10))
        window.record(.seconds(1), now: .seconds(15))
        #expect(window.quantile(0, now: .seconds(19)).map { $0 < .milliseconds(2) } == true)
        #expect(window.quantile(0, now: .seconds(20)).map { $0 > .milliseconds(900) } == true)
        #expect(window.quantile(0.5, now: .seconds(25)) == nil)
        // A slot is used again, for a second of the next round.
        window.record(.milliseconds(1), now: .seconds(35))
        #expect(window.quantile(1, now: .seconds(35)).map { $0 < .milliseconds(2) } == true)
    }

    @Test(arguments: [Duration.seconds(-1), .zero, .seconds(1_000_000), .seconds(Int64.max)])
    func anyLatencyIsCounted(latency: Duration) {
        var window = LatencyWindow()
        window.record(latency, now: .seconds(-3))
        let found = window.quantile(0.5, now: .seconds(-3))
        #expect(found.map { $0 >= .zero && $0 <= .seconds(4300) } == true)
    }

    @Test
    func theRateIsThatOfTheLastTenSeconds() {
        var meter = RateMeter()
        #expect(meter.perSecond(now: .zero) == nil)
        for tenth in 0...50 {
            meter.record(count: 1000 + tenth * 10, now: .milliseconds(tenth * 100))
            #expect((meter.perSecond(now: .milliseconds(tenth * 100)) == nil) == (tenth < 10))
        }
        #expect(meter.perSecond(now: .seconds(5)) == 100)
        for tenth in 51...200 { meter.record(count: 1500 + (tenth - 50) * 2, now: .milliseconds(tenth * 100)) }
        #expect(meter.perSecond(now: .seconds(20)) == 20)
        // Nothing more is concluded.
        #expect(meter.perSecond(now: .seconds(25)) == 10)
        #expect(meter.perSecond(now: .seconds(40)) == 0)
        // Records were opened again.
        meter.record(count: 0, now: .seconds(41))
        #expect(meter.perSecond(now: .seconds(41)) == 0)
    }

    @Test
    func theRateTakesBoundedMemory() {
        var meter = RateMeter()
        for step in 0..<100_000 {
            meter.record(count: step, now: .milliseconds(step))
            guard meter.samples.count > 11 else { continue }
            Issue.record("\(meter.samples.count) samples after \(step) ms")
            return
        }
        #expect(meter.samples.count >= 10)
    }

    @Test(
        arguments: [
            (0, nil, 0, Duration.zero, EstimatedEnd(low: .zero, high: .zero)),
            (1000, nil, 50, .seconds(60), nil), (1000, 10, 9, .seconds(60), nil), (1000, 10, 50, .seconds(4), nil),
            (1000, 10, 100, .seconds(20), EstimatedEnd(low: .seconds(100), high: .seconds(200))),
            (1000, 2, 100, .seconds(20), EstimatedEnd(low: .seconds(200), high: .seconds(500))),
            (1000, 5, 100, .seconds(20), EstimatedEnd(low: .seconds(200), high: .seconds(200))),
            (1000, 0, 100, .seconds(20), EstimatedEnd(low: .seconds(200), high: nil)),
            (Int.max, 1e-9, 100, .seconds(20), EstimatedEnd(low: .seconds(86_400_000), high: .seconds(86_400_000))),
        ] as [(Int, Double?, Int, Duration, EstimatedEnd?)]
    )
    func bands(remaining: Int, rate: Double?, concluded: Int, elapsed: Duration, band: EstimatedEnd?) {
        let found = EstimatedEnd(
            remaining: remaining,
            recentRate: rate,
            concludedCount: concluded,
            elapsed: elapsed
        )
        #expect(found == band)
    }

    private func magnitude(_ exponent: Double) -> Double {
        var value = 1.0
        for _ in 0..<Int(exponent) { value *= 10 }
        return value * (1 + 9 * (exponent - exponent.rounded(.down)))
    }
}
