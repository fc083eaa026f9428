import DistributionAPI
import Migration

/// What a person names a run by: its number, or the migration's file, which means its latest run.
struct RunReference {
    let text: String

    /// Finds the run.
    ///
    /// - Throws: `UsageError` when there is none.
    func find(in journal: any JournalReader) throws -> RunRecord {
        if let id = RunID(text) { return try Self.run(id, in: journal) }
        let file = try MigrationFileLoader.load(text, mayBeNumber: true)
        guard let latest = try latest(of: file.description.name, in: journal) else {
            throw UsageError(
                "no run of \(file.description.name) is in this journal; begin one with: distsh migrate run \(text)"
            )
        }
        return latest
    }

    private static func run(_ id: RunID, in journal: any JournalReader) throws -> RunRecord {
        do throws(JournalError) {
            return try journal.run(id)
        } catch {
            guard error.code == .noSuchRun else { throw error }
            throw UsageError(error.message)
        }
    }

    /// The latest run of a migration that is no rollback.
    ///
    /// - Parameter target: only of those on it; `nil` for all.
    func latest(of migration: String, on target: String? = nil, in journal: any JournalReader) throws -> RunRecord? {
        try journal.runs(migration: migration, limit: Self.maxRunsLookedAt).first { run in
            run.description.kind == .migration && (target == nil || run.description.target == target)
        }
    }

    /// More runs of one migration than this are not looked through.
    static let maxRunsLookedAt = 1000
}
