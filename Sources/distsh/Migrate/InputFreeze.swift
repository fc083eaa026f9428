import DistributionAPI
import Migration

/// Freezes the input of a run into a journal, with a sign of life.
struct InputFreeze {
    private let context: CommandContext
    private let selection: Selection
    private let openInput: () throws -> any InputReader
    private let isCancelled: () -> Bool

    /// What a migration's file selects.
    init(context: CommandContext, file: MigrationFile, isCancelled: @escaping () -> Bool) {
        self.context = context
        self.isCancelled = isCancelled
        selection = file.description.selection
        openInput = { try file.openInput(over: context.composition.service) }
    }

    /// What can be taken back of a run.
    init(
        context: CommandContext,
        takingBack original: RunID,
        in journal: any JournalReader,
        isCancelled: @escaping () -> Bool
    ) {
        self.context = context
        self.isCancelled = isCancelled
        selection = .ids([])
        openInput = { RevertibleInput(journal: journal, run: original) }
    }

    /// - Returns: the run, which is `ready`.
    /// - Throws: `RunCancelled` when `isCancelled` says so; the run stays in state `freezing`.
    func perform(_ run: RunID, in journal: any Journal) throws -> RunRecord {
        let progress = LiveProgress(context.settings)
        defer { progress.clear() }
        var reader = try openInput()
        let freezer = Freezer(journal: journal, run: run, selection: selection)
        do throws(Freezer.Failure) {
            return try freezer.freeze(
                &reader,
                isCancelled: isCancelled,
                progress: { progress.show("reading the input: \(CountText.of($0, "record"))") }
            )
        } catch .cancelled {
            throw RunCancelled()
        }
    }
}
