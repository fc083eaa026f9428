import DistributionAPI
import Migration

/// Freezes the input of a run into a journal, with a sign of life.
struct InputFreeze: Sendable {
    private let context: CommandContext
    private let selection: Selection
    private let openInput: @Sendable () throws -> any InputReader
    private let interrupt: RunInterrupt

    /// What a migration's file selects.
    init(context: CommandContext, file: MigrationFile, interrupt: RunInterrupt) {
        self.context = context
        self.interrupt = interrupt
        selection = file.description.selection
        openInput = { try file.openInput(over: context.composition.service) }
    }

    /// What can be taken back of a run.
    init(
        context: CommandContext,
        takingBack original: RunID,
        in journal: any JournalReader,
        interrupt: RunInterrupt
    ) {
        self.context = context
        self.interrupt = interrupt
        selection = .ids([])
        openInput = { RevertibleInput(journal: journal, run: original) }
    }

    /// - Returns: the run, which is `ready`.
    /// - Throws: `RunCancelled` when Ctrl-C or the end of the time comes first; the run stays in state `freezing`.
    func perform(_ run: RunID, in journal: any Journal) throws -> RunRecord {
        try interrupt.telling(Self.stopping) { try waitForFreezing(run, in: journal) }
    }

    /// How long the reading may take to see that its time is over, before it is left behind.
    private static let patience = Duration.milliseconds(250)

    /// At the end of the time nobody is there to press Ctrl-C again, so that a read that waits must not be waited for.
    private func waitForFreezing(_ run: RunID, in journal: any Journal) throws -> RunRecord {
        let frozen = DetachedResult { try freeze(run, in: journal) }
        while true {
            let wasOver = interrupt.isTimeOver
            if let result = frozen.wait(atMost: Self.patience) { return try result.get() }
            guard !wasOver else { break }
        }
        StatusLine.standard.clear()
        throw interrupt.cancellation
    }

    /// The input may be slow to give the next record, and nothing can end a read that waits.
    private static let stopping =
        "stopping: the reading of the input ends with the next record, Ctrl-C again stops at once"

    private func freeze(_ run: RunID, in journal: any Journal) throws -> RunRecord {
        let progress = LiveProgress(context.settings)
        defer { progress.clear() }
        var reader = try openInput()
        let freezer = Freezer(journal: journal, run: run, selection: selection)
        do throws(Freezer.Failure) {
            return try freezer.freeze(
                &reader,
                isCancelled: { interrupt.isRequested },
                progress: { progress.show("reading the input: \(CountText.of($0, "record"))") }
            )
        } catch .cancelled {
            throw interrupt.cancellation
        }
    }
}
