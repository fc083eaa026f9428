import Glibc
public import LuaRuntime

/// Lays values out for reading, within a budget, and in the form in which Lua reads plain data back.
///
/// Lists of records become tables, where the budget allows it. Functions, and tables that the host could not copy, are
/// shown by their type: `<function>`, `<table>`.
public struct ValuePrinter: Sendable {
    private let columnCount: Int
    private let paint: Paint
    private let budget: Budget
    private let times: TimeText
    private let clock: @Sendable () -> Duration

    /// - Parameters:
    ///   - columnCount: tables that fit in so many columns are shown on one line.
    ///   - timeZone: in which zone texts of RFC 3339 under members such as `created` are shown.
    ///   - clock: the time since any fixed point, on the thread that prints; it measures the budget's time limit.
    public init(
        columnCount: Int = 80,
        usesColor: Bool = false,
        budget: Budget = .terminal,
        timeZone: TimeZoneStyle = .asStored,
        clock: @escaping @Sendable () -> Duration = ValuePrinter.processorTime
    ) {
        self.columnCount = columnCount
        paint = Paint(usesColor: usesColor)
        self.budget = budget
        times = TimeText(style: timeZone)
        self.clock = clock
    }

    /// The processor time of this thread: what is printed does not depend on what else the machine does.
    public static let processorTime: @Sendable () -> Duration = {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// The text of a value, over several lines when it is long, without an end of line.
    public func text(of value: LuaValue) -> String {
        if budget.showsRecordsAsTable,
            let table = RecordTable(of: value, columnCount: columnCount, maxRows: budget.maxItems, times: times)
        {
            return limited(table.text(paint: paint))
        }
        var layout = ValueLayout(
            columnCount: columnCount,
            paint: paint,
            budget: budget,
            times: times,
            progress: PrintingProgress(budget: budget, clock: clock)
        )
        return limited(layout.text(of: value))
    }

    private func limited(_ text: String) -> String {
        guard budget.maxLines < .max else { return text }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > budget.maxLines else { return text }
        let omittedCount = lines.count - budget.maxLines
        lines.removeLast(omittedCount)
        return lines.joined(separator: "\n") + "\n" + paint(.omission, "… \(omittedCount) more lines")
    }
}
