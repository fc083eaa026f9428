import Glibc
import Migration

/// The progress of a run, or of a look at its records, on standard error: a bar that is written over on a terminal, else
/// a line now and then.
///
/// For one thread.
final class LiveProgress {
    /// Whether anything is shown: beside JSON there are no words for people.
    private let isShown: Bool
    private let usesColor: Bool
    private let line = StatusLine.standard
    private let start = ContinuousClock.now
    private var interval = LineInterval()
    private var rate = RateMeter()
    private var concludedAtStart: Int?

    init(_ settings: Settings) {
        isShown = !settings.isQuiet && !settings.printsJSON
        usesColor = settings.usesColor(on: STDERR_FILENO)
    }

    /// Shows how the run stands.
    func show(_ progress: EngineProgress) {
        let elapsed = start.duration(to: .now)
        rate.record(count: progress.tally.concluded, now: elapsed)
        guard isShown else { return }
        let current = rate.perSecond(now: elapsed)
        let band = band(progress.tally, current, elapsed)
        let text = ProgressText(usesColor: usesColor, columnCount: line.columnCount)
        if line.isPossible {
            line.show(text.line(progress, rate: current, band: band, elapsed: elapsed))
        } else if interval.isDue(elapsed) {
            StandardStreams.complain(text.plainLine(progress, rate: current, band: band, elapsed: elapsed))
        }
    }

    /// Shows how many of the records were looked at, where nothing is changed: `verified 1,200 of 50,000 · 400/s`.
    func show(_ verb: String, _ count: Int, of total: Int) {
        let elapsed = start.duration(to: .now)
        rate.record(count: count, now: elapsed)
        guard isShown else { return }
        var words = "\(verb) \(NumberText.grouped(count)) of \(NumberText.grouped(total))"
        if let current = rate.perSecond(now: elapsed) { words += " · \(NumberText.rate(current))" }
        if line.isPossible {
            show(words)
        } else if interval.isDue(elapsed) {
            StandardStreams.complain(words)
        }
    }

    /// Shows something else in the same place, where lines can be written over.
    func show(_ words: String) {
        guard isShown else { return }
        line.show(String(words.prefix(line.columnCount)))
    }

    /// Leaves the last line standing.
    func end() {
        line.leave()
    }

    /// Takes the last line away.
    func clear() {
        line.clear()
    }

    private func band(_ tally: RunTally, _ current: Double?, _ elapsed: Duration) -> EstimatedEnd? {
        let first = concludedAtStart ?? tally.concluded
        concludedAtStart = first
        return EstimatedEnd(
            remaining: tally.total - tally.concluded,
            recentRate: current,
            concludedCount: tally.concluded - first,
            elapsed: elapsed
        )
    }
}
