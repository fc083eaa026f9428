/// How a run stands, in one line: for a terminal, where the least important parts give way to its width, and for logs.
///
/// `██████░░ 12,345 of 100,000 (12.3 %) · 812/s · 1m40s–2m10s left · ok 12,300 · failed 3 · in flight 64`
public struct ProgressText: Sendable {
    private let paint: TerminalPaint
    private let columnCount: Int

    /// - Parameters:
    ///   - usesColor: whether `line` has escape sequences for colors.
    ///   - columnCount: the width that `line` never exceeds.
    public init(usesColor: Bool, columnCount: Int) {
        paint = TerminalPaint(usesColor: usesColor)
        self.columnCount = max(columnCount, 0)
    }

    /// The line for a terminal, without a line end.
    ///
    /// - Parameters:
    ///   - rate: records a second of the last seconds; `nil` when there is not enough to tell.
    ///   - band: how much longer it may take; `nil` when there is not enough to tell.
    ///   - elapsed: since the work began.
    public func line(
        _ progress: EngineProgress,
        rate: Double?,
        band: EstimatedEnd?,
        elapsed: Duration
    ) -> String {
        let parts = ProgressParts(progress, rate: rate, band: band, elapsed: elapsed)
        guard parts.count.width <= columnCount else { return String(parts.shortCount.prefix(columnCount)) }
        let chosen = fitting(parts.terminalParts)
        let text = chosen.map(painted).joined(separator: ProgressParts.separator)
        let used = width(of: chosen)
        let barWidth = min(columnCount - used - 1, ProgressBar.maxWidth)
        guard barWidth >= ProgressBar.minWidth else { return text }
        let bar = ProgressBar.text(part: progress.tally.concluded, of: progress.tally.total, width: barWidth)
        return paint(.good, bar) + " " + text
    }

    /// The line for a log: without colors and line end, of any width, with the numbers that may be looked for even when
    /// they are 0.
    public func plainLine(
        _ progress: EngineProgress,
        rate: Double?,
        band: EstimatedEnd?,
        elapsed: Duration
    ) -> String {
        ProgressParts(progress, rate: rate, band: band, elapsed: elapsed).logParts
            .map(\.text)
            .joined(separator: ProgressParts.separator)
    }

    /// The parts that fit, in their order: the most important ones first get their place, and the bar before the least.
    private func fitting(_ parts: [ProgressPart]) -> [ProgressPart] {
        let ranked = parts.indices.sorted { (parts[$0].importance, $0) < (parts[$1].importance, $1) }
        let first = ranked.filter { parts[$0].importance <= ProgressBar.importance }
        let last = ranked.filter { parts[$0].importance > ProgressBar.importance }
        let barColumns = ProgressBar.minWidth + 1

        let chosen = adding(first, to: [], of: parts, room: columnCount)
        let hasBar = width(of: chosen.map { parts[$0] }) + barColumns <= columnCount
        return adding(last, to: chosen, of: parts, room: hasBar ? columnCount - barColumns : columnCount)
            .sorted()
            .map { parts[$0] }
    }

    private func adding(_ candidates: [Int], to chosen: [Int], of parts: [ProgressPart], room: Int) -> [Int] {
        candidates.reduce(chosen) { chosen, candidate in
            let longer = chosen + [candidate]
            return width(of: longer.map { parts[$0] }) <= room ? longer : chosen
        }
    }

    private func width(of parts: [ProgressPart]) -> Int {
        parts.reduce(0) { $0 + $1.width } + max(0, parts.count - 1) * ProgressParts.separator.count
    }

    private func painted(_ part: ProgressPart) -> String {
        part.role.map { paint($0, part.text) } ?? part.text
    }
}
