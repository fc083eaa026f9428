import DistributionAPI
import TestSupport
import Testing

@testable import Migration

@Suite("Plots")
struct PlotTests {
    @Test(
        "a linear axis has few round ticks, from 0 to above the highest value",
        arguments: [
            (0.0, ["0", "0.2", "0.4", "0.6", "0.8", "1"]), (1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
            (6, ["0", "1", "2", "3", "4", "5", "6"]), (7, ["0", "2", "4", "6", "8"]),
            (813, ["0", "200", "400", "600", "800", "1,000"]),
            (10_000, ["0", "2,000", "4,000", "6,000", "8,000", "10,000"]),
            (.nan, ["0", "0.2", "0.4", "0.6", "0.8", "1"]), (.infinity, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        ]
    )
    func linear(_ highest: Double, _ labels: [String]) {
        #expect(PlotScale.linear(upTo: highest, label: PlotScale.number).ticks.map(\.label) == labels)
    }

    @Test("an axis of counts has no fractions")
    func counts() {
        let scale = PlotScale.linear(upTo: 2, smallestStep: 1, label: PlotScale.number)
        #expect(scale.ticks.map(\.label) == ["0", "1", "2"])
    }

    @Test(
        "times are in the unit that fits",
        arguments: [
            (0.5, "seconds", ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]),
            (0, "seconds", ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
            (119, "seconds", ["0", "15", "30", "45", "60", "75", "90", "105"]),
            (600, "minutes", ["0", "2", "4", "6", "8", "10"]),
            (7300, "minutes", ["0", "15", "30", "45", "60", "75", "90", "105", "120"]),
            (86_400, "hours", ["0", "3", "6", "9", "12", "15", "18", "21", "24"]),
            (200_000, "hours", ["0", "12", "24", "36", "48"]),
            (864_000, "days", ["0", "2", "4", "6", "8", "10"]),
        ] as [(Double, String, [String])]
    )
    func times(_ seconds: Double, _ unit: String, _ labels: [String]) {
        let (scale, found) = PlotScale.time(upTo: seconds)
        #expect(found == unit)
        #expect(scale.ticks.map(\.label) == labels)
        #expect(scale.fraction(of: seconds > 0 ? seconds : 1) == 1)
    }

    @Test("latencies are logarithmic where they span much")
    func latencies() {
        let narrow = PlotScale.latencies([4000, 9000])
        #expect(!narrow.isLogarithmic)
        #expect(narrow.ticks.map(\.label) == ["0", "2 ms", "4 ms", "6 ms", "8 ms", "10 ms"])
        let wide = PlotScale.latencies([900, 1_200_000])
        #expect(wide.isLogarithmic)
        #expect(wide.ticks.map(\.label) == ["100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"])
        #expect(wide.fraction(of: 1000) == 0.2)
        #expect(PlotScale.latencies([]).ticks.isEmpty == false)
    }

    @Test("any values lie on the axis, and its ticks rise", arguments: UInt64(1)...100)
    func anyScale(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let highest =
            Double.random(in: 0.001...10, using: &random) * ([1, 1000, 1e6].randomElement(using: &random) ?? 1)
        let values = [highest, highest * Double.random(in: 0.001...1, using: &random)]
        let scales = [
            PlotScale.linear(upTo: highest, label: PlotScale.number), PlotScale.latencies(values),
            PlotScale.time(upTo: highest).scale,
        ]
        for scale in scales {
            #expect(zip(scale.ticks, scale.ticks.dropFirst()).allSatisfy { $0.value < $1.value }, "seed \(seed)")
            #expect((2...14).contains(scale.ticks.count), "seed \(seed): \(scale.ticks)")
            #expect(values.allSatisfy { (-0.001...1.001).contains(scale.fraction(of: $0)) }, "seed \(seed)")
        }
    }

    @Test("pauses are left out of the time of work, and marked")
    func pauses() throws {
        let curves = try #require(RunCurves(RunFixtures.samples()))
        #expect(curves.workSeconds == 118)
        #expect(abs((curves.averageRate ?? 0) - 906.0 / 118) < 0.1)
        let plot = try #require(curves.plots.first)
        #expect(plot.marks.map(\.label) == ["1h00m pause"])
        #expect(plot.marks.map(\.x) == [89])
        #expect(plot.xLabel == "seconds of work since 2026-11-18 11:06:40Z")
        #expect(curves.limiterShares.map(\.limiter) == ["rate", "canary", "breaker"])
        #expect(abs(curves.limiterShares.reduce(0) { $0 + $1.fraction } - 1) < 1e-9)
    }

    @Test("a curve has a gap where there was no answer")
    func gaps() throws {
        let plot = try #require(RunCurves(RunFixtures.samples(count: 90))?.plots.first { $0.yLabel == "latency" })
        #expect(plot.curves.map(\.pieces.count) == [1, 1, 2, 2])
    }

    @Test("many samples make a bounded number of points; the highest latency stays")
    func thinning() throws {
        var samples = RunFixtures.samples(count: 90)
        samples = (0..<2000).map { index in
            var sample = samples[index % 50]
            sample.time = RunFixtures.time(Double(index))
            sample.concludedCount = index * 3
            sample.readP95Microseconds = index == 777 ? 5_000_000 : 9000
            return sample
        }
        let curves = try #require(RunCurves(samples))
        #expect(curves.rates.flatMap { $0 }.count <= RunCurves.maxPoints)
        #expect(curves.rates.flatMap { $0 }.allSatisfy { abs($0.y - 3) < 1e-9 })
        let latency = try #require(curves.plots.first { $0.yLabel == "latency" })
        #expect(latency.curves[1].pieces.flatMap { $0 }.map(\.y).max() == 5_000_000)
    }

    @Test("the sample of the end is the last point, and no rate of its own right after another")
    func shortEnd() throws {
        var samples = RunFixtures.samples(count: 50)
        var last = samples[49]
        last.time = RunFixtures.time(49.01)
        last.concludedCount += 5
        samples.append(last)
        let curves = try #require(RunCurves(samples))
        let rates = curves.rates.flatMap { $0 }
        #expect(rates.allSatisfy { $0.y < 15 }, "\(rates)")
        let progress = try #require(curves.plots.first { $0.title == "Records concluded" })
        #expect(progress.curves[0].pieces.last?.last?.y == Double(last.concludedCount))
        #expect(progress.summary == "Up to \(last.concludedCount) records.")
    }

    @Test("of the first and the last sample alone there is a rate")
    func beginningAndEnd() throws {
        var samples = RunFixtures.samples(count: 2)
        samples[1].time = RunFixtures.time(0.25)
        samples[1].concludedCount = 50
        let curves = try #require(RunCurves(samples))
        #expect(curves.rates.flatMap { $0 }.map(\.y) == [200])
        #expect(curves.averageRate == 200)
    }

    @Test("too few samples make no curves", arguments: [0, 1])
    func few(_ count: Int) {
        #expect(RunCurves(RunFixtures.samples(count: count)) == nil)
        let same = RunFixtures.samples(count: 1) + RunFixtures.samples(count: 1)
        #expect(RunCurves(same) == nil)
    }

    @Test("a curve fits into a line of text, and nothing is drawn of nothing")
    func sparkline() {
        #expect(Sparkline.of([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
        #expect(Sparkline.of([]) == "")
        #expect(Sparkline.of([0, 0]) == "")
        #expect(Sparkline.of(Array(repeating: 1, count: 6000)).count == 60)
    }
}
