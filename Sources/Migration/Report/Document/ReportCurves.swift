import DistributionAPI

/// How the run went over time.
struct ReportCurves {
    let model: ReportModel

    /// The table of numbers has so many rows.
    private static let maxRows = 12

    var section: ReportDocument.Section {
        guard let curves = RunCurves(model.samples) else {
            let words = "There are too few samples for curves: the run was too short, or has not begun."
            return ReportDocument.Section(title: "Over time", blocks: [.paragraph([.words(words)])])
        }
        var blocks: [ReportDocument.Block] = curves.plots.map { .plot($0) }
        let shares = curves.limiterShares
        if !shares.isEmpty { blocks += [.paragraph([.words("What limited the run:")]), .table(limiterTable(shares))] }
        return ReportDocument.Section(title: "Over time", blocks: blocks + [.table(numberTable)])
    }

    private func limiterTable(_ shares: [(limiter: String, fraction: Double)]) -> ReportDocument.Table {
        ReportDocument.Table(
            header: ["Limiter", "Share of the time", "Meaning"],
            rows: shares.map { limiter, fraction in
                [
                    [.outside(limiter)], [.words(NumberText.percent(fraction))],
                    [.words(EngineProgress.Limiter(rawValue: limiter).map(Self.meaning) ?? "")],
                ]
            },
            numberColumns: [1]
        )
    }

    private static func meaning(_ limiter: EngineProgress.Limiter) -> String {
        switch limiter {
        case .none: "nothing: there was no more to do at once"
        case .rate: "the rate that was set"
        case .adaptive: "the limit that adapts itself to the service"
        case .user: "the number of requests in flight that was set"
        case .breaker: "the service failed too often: it was left alone"
        case .server: "the service asked to be left alone"
        case .canary: "a stage of the canary ramp"
        case .paused: "the run was paused"
        }
    }

    /// The curves as numbers, at a few moments.
    private var numberTable: ReportDocument.Table {
        let last = model.samples.count - 1
        let count = min(Self.maxRows, model.samples.count)
        let rows = (0..<count).map { row in model.samples[row * last / max(count - 1, 1)] }
        return ReportDocument.Table(
            header: ["Time", "Concluded", "Failed", "Read p95", "Write p95", "In flight", "Limiter"],
            rows: rows.map { sample in
                [
                    [.words(TimeText.of(sample.time))], [.words(NumberText.grouped(sample.concludedCount))],
                    [.words(NumberText.grouped(sample.failedCount))],
                    [.words(Self.latency(sample.readP95Microseconds))],
                    [.words(Self.latency(sample.writeP95Microseconds))],
                    [.words(NumberText.grouped(sample.inFlightCount))], [.outside(sample.limiter)],
                ]
            },
            numberColumns: [1, 2, 3, 4, 5]
        )
    }

    private static func latency(_ microseconds: Int) -> String {
        microseconds > 0 ? NumberText.duration(.microseconds(microseconds)) : "–"
    }
}
