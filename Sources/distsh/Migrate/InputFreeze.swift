import DistributionAPI
import Migration

/// Freezes the input of a run into a journal, with a sign of life.
struct InputFreeze {
    private let context: CommandContext
    private let selection: Selection
    private let openInput: () throws -> any InputReader
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
    /// - Throws: `RunCancelled` when Ctrl-C comes first; the run stays in state `freezing`.
    func perform(_ run: RunID, in journal: any Journal) throws -> RunRecord {
        try interrupt.telling(Self.stopping) { try freeze(run, in: journal) }
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
            throw RunCancelled()
        }
    }
}
