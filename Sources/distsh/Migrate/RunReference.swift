import DistributionAPI
import Migration

/// What a person names a run by: its number, or the migration's file, which means its latest run.
struct RunReference {
    let text: String
    /// Whether a file means the latest run that is not finished, if there is one, be it a rollback.
    var prefersUnfinished = false

    /// Finds the run.
    ///
    /// - Throws: `UsageError` when there is none.
    func find(in journal: any JournalReader) throws -> RunRecord {
        if let id = RunID(text) { return try Self.run(id, in: journal) }
        let name = try MigrationFileLoader.load(text, mayBeNumber: true).description.name
        let unfinished =
            prefersUnfinished ? try journal.latestRun(RunFilter(migration: name, isUnfinished: true)) : nil
        guard let found = try unfinished ?? journal.latestRun(RunFilter(migration: name, isMigration: true)) else {
            throw UsageError(
                "no run of \(name) is in this journal; begin one with: distsh migrate run \(text)"
            )
        }
        return try Self.run(found.id, in: journal)
    }

    private static func run(_ id: RunID, in journal: any JournalReader) throws -> RunRecord {
        do throws(JournalError) {
            return try journal.run(id)
        } catch {
            guard error.code == .noSuchRun else { throw error }
            throw UsageError(error.message)
        }
    }

    /// The migration's file as it is now; `nil` when the run is named by its number.
    ///
    /// - Throws: `UsageError` when a change of the file is accepted, and no file is named.
    func file(acceptsChange: Bool) throws -> MigrationFile? {
        guard RunID(text) != nil else { return try MigrationFileLoader.load(text) }
        guard !acceptsChange else {
            throw UsageError("--accept-script-change: name the migration's file in place of the run's number \(text)")
        }
        return nil
    }
}
