import Testing

@testable import Migration

@Suite("What a request takes when it does not wait for others")
struct LatencyBaselineTests {
    @Test(arguments: [(0.1, 1.0), (0.05, 1), (0.15, 1), (0.2, 0.75), (0.3, 0.5), (10, 0.5), (0, 1)])
    func gradients(short: Double, gradient: Double) {
        var baseline = LatencyBaseline()
        #expect(baseline.gradient(short: short) == 1)
        baseline.noteBeginning(short: 0.1)
        #expect(abs(baseline.gradient(short: short) - gradient) < 1e-9)
    }

    @Test
    func fewMillisecondsAreNoQueue() {
        var baseline = LatencyBaseline()
        baseline.noteCanary(0.0001)
        #expect(baseline.gradient(short: 0.005) == 1)
        #expect(baseline.gradient(short: 0.0051) == 0.5)
        for _ in 0..<2000 { baseline.note(short: 0.004) }
        #expect(!baseline.needsCheck)
    }

    @Test
    func theBeginningKeepsTheLeast() {
        var baseline = LatencyBaseline()
        for short in [0.3, 0.1, 0.2] { baseline.noteBeginning(short: short) }
        #expect(baseline.average == 0.1)
    }

    /// After 600 windows a step has been followed by 1 - e^-2 of its height.
    @Test
    func theAverageFollowsSlowly() throws {
        var baseline = LatencyBaseline()
        baseline.note(short: 1)
        for _ in 0..<600 { baseline.note(short: 2) }
        let average = try #require(baseline.average)
        #expect(abs(average - 1.8647) < 0.001)
    }

    @Test
    func anAverageOfMoreThanTwiceFallsQuickly() throws {
        var baseline = LatencyBaseline()
        baseline.note(short: 1)
        for _ in 0..<15 { baseline.note(short: 0.1) }
        let average = try #require(baseline.average)
        #expect((0.4...0.5).contains(average))
    }

    @Test
    func theAverageIsNeverMoreThanThreeCanaries() {
        var baseline = LatencyBaseline()
        baseline.noteCanary(0.1)
        #expect(baseline.average == 0.1)
        baseline.noteCanary(0.3)
        for _ in 0..<5000 { baseline.note(short: 9) }
        #expect(baseline.average.map { abs($0 - 0.6) < 1e-9 } == true)
        baseline.noteAlone(short: 9)
        #expect(baseline.average == 9)
    }

    @Test
    func aRiseByATenthAsksForACheck() {
        var baseline = LatencyBaseline()
        baseline.noteBeginning(short: 1)
        #expect(!baseline.needsCheck)
        var count = 0
        while !baseline.needsCheck, count < 1000 {
            baseline.note(short: 1.5)
            count += 1
        }
        #expect((60...75).contains(count))
        baseline.noteHalf(short: 1)
        #expect(baseline.average == 1)
        #expect(!baseline.needsCheck)
    }
}
