import DistributionAPI
import Migration

/// Freezes a migration's input into a journal, with a sign of life.
struct InputFreeze {
    let context: CommandContext
    let file: MigrationFile
    let isCancelled: () -> Bool

    /// - Returns: the run, which is `ready`.
    /// - Throws: `RunCancelled` when `isCancelled` says so; the run stays in state `freezing`.
    func perform(_ run: RunID, in journal: any Journal) throws -> RunRecord {
        let progress = LiveProgress(context.settings)
        defer { progress.clear() }
        var reader = try file.openInput(over: context.composition.service)
        let freezer = Freezer(journal: journal, run: run, selection: file.description.selection)
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
