import DistributionAPI
import Migration

/// Freezes a migration's input into a journal, with a sign of life.
struct InputFreeze {
    let context: CommandContext
    let file: MigrationFile
    let isCancelled: () -> Bool

    /// - Returns: the run, which is `ready`.
    func perform(_ run: RunID, in journal: any Journal) throws -> RunRecord {
        let progress = LiveProgress(context.settings)
        defer { progress.clear() }
        var reader = try file.openInput(over: context.composition.service)
        return try Freezer(journal: journal, run: run, selection: file.description.selection).freeze(
            &reader,
            isCancelled: isCancelled,
            progress: { progress.show("reading the input: \(Count.text($0, "record"))") }
        )
    }
}
