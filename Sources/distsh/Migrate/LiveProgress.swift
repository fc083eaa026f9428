import Glibc
import Migration

/// The progress of a run on standard error: a bar that is written over on a terminal, else a line now and then.
///
/// For one thread.
final class LiveProgress {
    private let isTerminal: Bool
    private let isQuiet: Bool
    private let text: ProgressText
    private let start = ContinuousClock.now
    private var rate = RateMeter()
    private var lineAt = Duration.zero
    private var hasLine = false
    private var concludedAtStart: Int?

    /// How often a line is written where there is no terminal.
    private static let lineInterval = Duration.seconds(10)

    init(_ settings: Settings) {
        isTerminal = StandardStreams.isTerminal(STDERR_FILENO)
        isQuiet = settings.isQuiet
        text = ProgressText(
            usesColor: settings.usesColor(on: STDERR_FILENO),
            columnCount: isTerminal ? StandardStreams.columnCount - 1 : 80
        )
    }

    /// Shows how the run stands.
    func show(_ progress: EngineProgress) {
        let elapsed = start.duration(to: .now)
        rate.record(count: progress.tally.concluded, now: elapsed)
        guard !isQuiet else { return }
        let first = concludedAtStart ?? progress.tally.concluded
        concludedAtStart = first
        let current = rate.perSecond(now: elapsed)
        let band = EstimatedEnd(
            remaining: progress.tally.total - progress.tally.concluded,
            recentRate: current,
            concludedCount: progress.tally.concluded - first,
            elapsed: elapsed
        )
        if isTerminal {
            let line = text.line(progress, rate: current, band: band, elapsed: elapsed)
            StandardStreams.writeError("\r\u{1B}[K\(line)")
            hasLine = true
        } else if elapsed - lineAt >= Self.lineInterval {
            lineAt = elapsed
            StandardStreams.complain(text.plainLine(progress, rate: current, band: band, elapsed: elapsed))
        }
    }

    /// Shows something else in the same place.
    func show(_ words: String) {
        guard isTerminal, !isQuiet else { return }
        StandardStreams.writeError("\r\u{1B}[K\(words.prefix(StandardStreams.columnCount - 1))")
        hasLine = true
    }

    /// Leaves the last line standing.
    func end() {
        if hasLine { StandardStreams.writeError("\n") }
        hasLine = false
    }

    /// Takes the last line away.
    func clear() {
        if hasLine { StandardStreams.writeError("\r\u{1B}[K") }
        hasLine = false
    }
}
