/// A part of a line of progress. Each of its characters is one column wide.
struct ProgressPart: Sendable {
    var text: String
    /// From 0, which has its place before all others.
    var importance: Int
    var role: TerminalPaint.Role?

    var width: Int { text.count }
}

/// The parts of a line of progress.
struct ProgressParts {
    static let separator = " · "

    private let progress: EngineProgress
    private let rate: Double?
    private let band: EstimatedEnd?
    private let elapsed: Duration

    init(_ progress: EngineProgress, rate: Double?, band: EstimatedEnd?, elapsed: Duration) {
        self.progress = progress
        self.rate = rate
        self.band = band
        self.elapsed = elapsed
    }

    /// For a terminal, in their order; what is 0 is left out.
    var terminalParts: [ProgressPart] {
        let tally = progress.tally
        return [
            count, state, rateText(importance: 5), bandText(importance: 4), canary,
            number("ok", tally.applied, importance: 8), number("skipped", tally.skipped, importance: 9),
            number("failed", tally.failed, importance: 2, .problem),
            number("conflict", tally[.conflict], importance: 2, .problem),
            number("mismatch", tally[.mismatch], importance: 2, .problem),
            number("parked", tally.parked, importance: 3, .warning), number("in flight", inFlight, importance: 10),
            limiter, ProgressPart(text: NumberText.duration(elapsed), importance: 11, role: .faint),
        ].compactMap { $0 }
    }

    /// For a log, in their order.
    var logParts: [ProgressPart] {
        let tally = progress.tally
        let always = [
            ("ok", tally.applied), ("skipped", tally.skipped), ("failed", tally.failed), ("conflict", tally[.conflict]),
        ].map { ProgressPart(text: "\($0.0) \(NumberText.grouped($0.1))", importance: 0) }
        let first = [count, state, rateText(importance: 0), bandText(importance: 0), canary].compactMap { $0 }
        let last = [
            number("mismatch", tally[.mismatch], importance: 0), number("parked", tally.parked, importance: 0),
            ProgressPart(text: "in flight \(NumberText.grouped(inFlight))", importance: 0), limiter,
            ProgressPart(text: "after \(NumberText.duration(elapsed))", importance: 0),
        ].compactMap { $0 }
        return first + always + last
    }

    /// `12,345 of 100,000 (12.3 %)`
    var count: ProgressPart {
        let tally = progress.tally
        let done = NumberText.grouped(tally.concluded)
        let text = "\(done) of \(NumberText.grouped(tally.total)) (\(shortCount))"
        return ProgressPart(text: text, importance: 0)
    }

    /// `12.3 %`, where there is no room for more.
    var shortCount: String {
        NumberText.percent(progress.tally.concluded, of: progress.tally.total)
    }

    private var inFlight: Int { progress.readsInFlight + progress.writesInFlight }

    /// What is out of the ordinary: that nothing goes on, or that the end is near.
    private var state: ProgressPart? {
        let text = [phaseWords, standstillWords].compactMap { $0 }.joined(separator: ", ")
        return text.isEmpty ? nil : ProgressPart(text: text, importance: 1, role: .warning)
    }

    private var phaseWords: String? {
        switch progress.phase {
        case .working: nil
        case .sweeping: "trying parked ones again"
        case .draining: "draining"
        }
    }

    private var standstillWords: String? {
        switch progress.limiter {
        case .paused: "paused"
        case .breaker: "service failing"
        case .server: "service asks to wait"
        case .none, .rate, .adaptive, .user, .canary: nil
        }
    }

    private func rateText(importance: Int) -> ProgressPart? {
        rate.map { ProgressPart(text: NumberText.rate($0), importance: importance) }
    }

    private func bandText(importance: Int) -> ProgressPart? {
        guard let band, progress.tally.concluded < progress.tally.total else { return nil }
        let low = NumberText.duration(band.low)
        let high = band.high.map { NumberText.duration($0) }
        let text =
            switch high {
            case nil: "\(low) or longer left"
            case low: "\(low) left"
            case let high?: "\(low)–\(high) left"
            }
        return ProgressPart(text: text, importance: importance)
    }

    private var canary: ProgressPart? {
        progress.canary.map { ProgressPart(text: "canary \($0.stage) of \($0.stageCount)", importance: 6) }
    }

    private func number(
        _ name: String,
        _ count: Int,
        importance: Int,
        _ role: TerminalPaint.Role? = nil
    ) -> ProgressPart? {
        guard count != 0 else { return nil }
        return ProgressPart(text: "\(name) \(NumberText.grouped(count))", importance: importance, role: role)
    }

    /// What keeps it from being faster, unless `state` or `canary` says so.
    private var limiter: ProgressPart? {
        let name: String? =
            switch progress.limiter {
            case .rate: "rate"
            case .adaptive: "service"
            case .user: "concurrency"
            case .none, .paused, .breaker, .server, .canary: nil
            }
        return name.map { ProgressPart(text: "limited by \($0)", importance: 7, role: .faint) }
    }
}

/// A bar of progress, as wide as it is told to be.
enum ProgressBar {
    static let minWidth = 8
    static let maxWidth = 24
    /// Parts of a higher number give way to it.
    static let importance = 7

    /// The last column is filled only when all is done.
    static func text(part: Int, of total: Int, width: Int) -> String {
        let fraction = total <= 0 ? 0 : min(max(Double(part) / Double(total), 0), 1)
        let filled = fraction == 1 ? width : min(Int((fraction * Double(width)).rounded()), width - 1)
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }
}
