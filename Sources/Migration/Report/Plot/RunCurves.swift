import DistributionAPI

/// The curves of a run over the time that was worked, from its samples. Pauses are left out, and marked.
struct RunCurves: Sendable {
    /// A plot has at most about so many points a curve.
    static let maxPoints = 240
    /// More pauses are not marked.
    private static let maxMarks = 12
    /// Samples that are further apart than so many usual intervals, and than so many seconds, are from before and after
    /// a pause.
    private static let pauseIntervals = 5.0
    private static let minPauseSeconds = 30.0

    /// Samples without a pause between them.
    private struct Piece {
        var samples: [ThroughputSample]
        /// The seconds of work before it.
        var offset: Double
        /// The pause before it.
        var pauseSeconds: Double

        func seconds(at sample: ThroughputSample) -> Double {
            offset + (samples.first.map { RunStatus.seconds(from: $0.time, to: sample.time) } ?? 0)
        }
    }

    private let pieces: [Piece]
    /// How many seconds there are from a sample to the next, mostly.
    private let usualSeconds: Double
    private let start: DateTime
    /// How long it was worked, in seconds.
    let workSeconds: Double

    /// - Parameter samples: oldest first.
    init?(_ samples: [ThroughputSample]) {
        guard let first = samples.first, let last = samples.last, samples.count > 1, first.time < last.time else {
            return nil
        }
        start = first.time
        usualSeconds = Self.usualSeconds(samples)
        pieces = Self.pieces(samples, usualSeconds: usualSeconds)
        workSeconds = pieces.last.flatMap { piece in piece.samples.last.map(piece.seconds) } ?? 0
    }

    /// Records in a second of work.
    var averageRate: Double? {
        guard workSeconds > 0 else { return nil }
        let count = pieces.map(\.samples).reduce(0) { sum, samples in
            sum + max((samples.last?.concludedCount ?? 0) - (samples.first?.concludedCount ?? 0), 0)
        }
        return Double(count) / workSeconds
    }

    /// For how much of the work each limiter kept more requests from being in flight, most first.
    var limiterShares: [(limiter: String, fraction: Double)] {
        var seconds: [String: Double] = [:]
        for samples in pieces.map(\.samples) {
            for (before, after) in zip(samples, samples.dropFirst()) {
                seconds[after.limiter, default: 0] += RunStatus.seconds(from: before.time, to: after.time)
            }
        }
        let whole = seconds.values.reduce(0, +)
        guard whole > 0 else { return [] }
        return seconds.map { ($0.key, $0.value / whole) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    var plots: [LinePlot] { [ratePlot, progressPlot, latencyPlot, concurrencyPlot].compactMap { $0 } }

    /// Records a second from one group of samples to the next.
    var rates: [[LinePlot.Point]] {
        pieces.map { piece in
            let groups = groups(of: piece)
            return zip(groups, groups.dropFirst()).compactMap { before, after -> LinePlot.Point? in
                guard let first = before.last, let last = after.last, first.time < last.time else { return nil }
                let count = Double(max(last.concludedCount - first.concludedCount, 0))
                let rate = count / RunStatus.seconds(from: first.time, to: last.time)
                return LinePlot.Point(x: piece.seconds(at: last), y: rate)
            }
        }
    }

    private var ratePlot: LinePlot? {
        let average = averageRate.map { "; \(NumberText.rate($0)) on average" } ?? ""
        return plot(
            "Records a second",
            "records a second",
            [LinePlot.Curve(name: "records a second", color: 1, pieces: rates)],
            scale: { .linear(upTo: $0, label: PlotScale.number) },
            summary: { "At most \(NumberText.rate($0))\(average)." }
        )
    }

    private var progressPlot: LinePlot? {
        plot(
            "Records concluded",
            "records",
            [
                curve("concluded", 1) { Double($0.last?.concludedCount ?? 0) },
                curve("failed", 4, isDashed: true) { Double($0.last?.failedCount ?? 0) },
            ],
            scale: { .linear(upTo: $0, smallestStep: 1, label: PlotScale.number) },
            summary: { "Up to \(CountText.of(Int($0), "record"))." }
        )
    }

    private var latencyPlot: LinePlot? {
        let curves = [
            curve("read, median", 1, isDashed: true) { Self.median($0.map(\.readMedianMicroseconds)) },
            curve("read, p95", 1) { Self.highest($0.map(\.readP95Microseconds)) },
            curve("write, median", 2, isDashed: true) { Self.median($0.map(\.writeMedianMicroseconds)) },
            curve("write, p95", 2) { Self.highest($0.map(\.writeP95Microseconds)) },
        ]
        let values = curves.flatMap(\.pieces).flatMap { $0 }.map(\.y)
        return plot(
            "Latency of the service's answers",
            "latency",
            curves,
            scale: { _ in .latencies(values) },
            summary: { "95 of 100 answers came within \(NumberText.duration(.microseconds(Int($0)))) at the worst." }
        )
    }

    private var concurrencyPlot: LinePlot? {
        plot(
            "Requests in flight, and their limits",
            "requests",
            [
                curve("in flight", 3) { Double($0.map(\.inFlightCount).max() ?? 0) },
                curve("limit of reads", 1, isDashed: true) { Double($0.last?.readLimit ?? 0) },
                curve("limit of writes", 2, isDashed: true) { Double($0.last?.writeLimit ?? 0) },
            ],
            scale: { .linear(upTo: $0, smallestStep: 1, label: PlotScale.number) },
            summary: { "At most \(NumberText.grouped(Int($0)))." }
        )
    }

    private func plot(
        _ title: String,
        _ yLabel: String,
        _ curves: [LinePlot.Curve],
        scale: (_ highest: Double) -> PlotScale,
        summary: (_ highest: Double) -> String
    ) -> LinePlot? {
        guard let highest = curves.flatMap(\.pieces).flatMap({ $0 }).map(\.y).max() else { return nil }
        let (x, unit) = PlotScale.time(upTo: workSeconds)
        let pauses = pieces.dropFirst()
        return LinePlot(
            title: title,
            summary: summary(highest),
            xLabel: "\(unit)\(pauses.isEmpty ? "" : " of work") since \(TimeText.of(start))",
            yLabel: yLabel,
            x: x,
            y: scale(highest),
            curves: curves,
            marks: pauses.prefix(Self.maxMarks).map { piece in
                let pause = NumberText.duration(.seconds(piece.pauseSeconds))
                return LinePlot.Mark(x: piece.offset, label: "\(pause) pause")
            }
        )
    }

    /// A curve with a point for each group of samples, and a gap where groups have no value.
    private func curve(
        _ name: String,
        _ color: Int,
        isDashed: Bool = false,
        value: ([ThroughputSample]) -> Double?
    ) -> LinePlot.Curve {
        let whole = pieces.flatMap { piece in
            groups(of: piece).map { group -> LinePlot.Point? in
                guard let last = group.last, let value = value(group) else { return nil }
                return LinePlot.Point(x: piece.seconds(at: last), y: value)
            }
                + [nil]
        }
        let pieces = whole.split(separator: nil).map { $0.compactMap { $0 } }
        return LinePlot.Curve(name: name, color: color, isDashed: isDashed, pieces: pieces)
    }

    /// The samples of a piece in groups that make a point each.
    private func groups(of piece: Piece) -> [[ThroughputSample]] {
        let count = pieces.reduce(0) { $0 + $1.samples.count }
        let size = max((count + Self.maxPoints - 1) / Self.maxPoints, 1)
        let samples = piece.samples
        let groups = stride(from: 0, to: samples.count, by: size).map {
            Array(samples[$0..<min($0 + size, samples.count)])
        }
        return joiningShortEnd(of: groups)
    }

    /// The sample with which the work ends may come right after another: a rate over so short a time says nothing.
    private func joiningShortEnd(of groups: [[ThroughputSample]]) -> [[ThroughputSample]] {
        guard let before = groups.dropLast().last?.last, let end = groups.last, let last = end.last,
            RunStatus.seconds(from: before.time, to: last.time) < usualSeconds / 2
        else { return groups }
        var joined = Array(groups.dropLast())
        joined[joined.count - 1] += end
        return joined
    }

    private static func intervals(_ samples: [ThroughputSample]) -> [Double] {
        zip(samples, samples.dropFirst()).map { RunStatus.seconds(from: $0.time, to: $1.time) }
    }

    /// - Parameter samples: two at least.
    private static func usualSeconds(_ samples: [ThroughputSample]) -> Double {
        let intervals = intervals(samples).sorted()
        return intervals[intervals.count / 2]
    }

    private static func pieces(_ samples: [ThroughputSample], usualSeconds: Double) -> [Piece] {
        let pause = max(usualSeconds * pauseIntervals, minPauseSeconds)
        var pieces = [Piece(samples: [samples[0]], offset: 0, pauseSeconds: 0)]
        var work = 0.0
        for (sample, interval) in zip(samples.dropFirst(), intervals(samples)) {
            if interval > pause {
                pieces.append(Piece(samples: [], offset: work, pauseSeconds: interval))
            } else {
                work += interval
            }
            pieces[pieces.count - 1].samples.append(sample)
        }
        return pieces
    }

    /// Of latencies, where 0 stands for none.
    private static func median(_ values: [Int]) -> Double? {
        let some = values.filter { $0 > 0 }.sorted()
        return some.isEmpty ? nil : Double(some[some.count / 2])
    }

    private static func highest(_ values: [Int]) -> Double? {
        values.max().flatMap { $0 > 0 ? Double($0) : nil }
    }
}
