import DistributionAPI
import Migration

/// What a person names a run by: its number, or the migration's file, which means its latest run.
struct RunReference {
    /// Which run a file means before the latest one that is no rollback.
    enum Preference {
        case latest
        /// The latest that is not finished, be it a rollback.
        case unfinished
        /// The same, and then the latest that has records to try again, be it a rollback.
        case retryable
    }

    let text: String
    /// What advice names the journal and the records by.
    let settings: Settings
    /// Whether a file means only runs on the service or store in force.
    var keepsToTarget = false
    var preference = Preference.latest

    private var target: String? { keepsToTarget ? settings.target.text : nil }

    /// Finds the run.
    ///
    /// - Throws: `UsageError` when there is none.
    func find(in journal: any JournalReader) throws -> RunRecord {
        if let id = RunID(text) { return try run(id, in: journal) }
        let name = try MigrationFileLoader.load(text, listCommand: settings.commands.list).description.name
        guard let found = try latestRun(of: name, in: journal) else { throw try nothingFound(name, in: journal) }
        return try run(found.id, in: journal)
    }

    private func latestRun(of name: String, in journal: any JournalReader) throws -> RunSummary? {
        if preference != .latest {
            let filter = RunFilter(migration: name, target: target, isUnfinished: true)
            if let unfinished = try journal.latestRun(filter) { return unfinished }
        }
        if preference == .retryable {
            let runs = try journal.runs(RunFilter(migration: name, target: target), limit: .max)
            if let retryable = try runs.first(where: { try journal.tally(run: $0.id).isRetryable }) { return retryable }
        }
        return try journal.latestRun(RunFilter(migration: name, target: target, isMigration: true))
    }

    /// Names a run of the migration whose records are elsewhere, if there is one.
    private func nothingFound(_ name: String, in journal: any JournalReader) throws -> UsageError {
        let runs = try journal.runs(RunFilter(migration: name), limit: .max)
        guard let target, let latest = runs.first else {
            let command = settings.commands.run(file: text, target: settings.target.nameableText)
            return UsageError("no run of \(name) is in this journal; begin one with: \(command)")
        }
        let problem = "no run of \(name) on \(target) is in this journal"
        let others = runs.filter { !$0.isInMemory }
        let unfinished = preference == .latest ? nil : others.first { $0.state != .finished }
        guard let other = unfinished ?? others.first else {
            return UsageError("\(problem); run \(latest.id) is about a store in memory of another process")
        }
        let option = ServiceTarget.option(forText: other.target)
        return UsageError("\(problem); run \(other.id) is about \(other.target): add \(option)")
    }

    private func run(_ id: RunID, in journal: any JournalReader) throws -> RunRecord {
        do throws(JournalError) {
            return try journal.run(id)
        } catch {
            guard error.code == .noSuchRun else { throw error }
            throw UsageError("\(error.message); \(settings.commands.list) shows those that are")
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
