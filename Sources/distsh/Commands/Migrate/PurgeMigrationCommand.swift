import ArgumentParser
import Migration

struct PurgeMigrationCommand: JournalCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Delete a run from the journal, with the images of its records.",
        discussion: """
            It cannot be taken back or explained afterwards. Which records the migration has changed stays known, so \
            that it does not change them again. A run that is not finished needs --force, and so does one of which \
            records were perhaps changed, or of which a rollback has left some that can be tried again. A rollback \
            that is not finished comes first: finish it, or purge it.

            EXAMPLES
              distsh migrate purge 12
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Flag(help: "Also a run that is not finished, or that has perhaps changed records.") var force = false
    @Argument(help: "The run's number.") var run: String

    static var needsRecords: Bool { false }
    static var changesAnything: Bool { true }

    func validate() throws {
        guard RunID(run) != nil else { throw ValidationError("\"\(run)\" is no number of a run") }
    }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let store = try JournalLocation(journal).openExisting()
        defer { store.close() }
        let found = try RunReference(text: run, settings: context.settings).find(in: store)
        try HeldRun.refuse(found, in: store)
        guard force || found.state == .finished else {
            // What was in memory cannot be resumed.
            let resume = found.isInMemory ? "" : "\(context.settings.commands.resume(found)) goes on with it, "
            throw UsageError("run \(found.id) is not finished: \(resume)--force deletes it")
        }
        do throws(JournalError) {
            try store.purge(run: found.id, force: force)
        } catch {
            guard error.code == .state else { throw error }
            throw UsageError(error.message)
        }
        context.tell("run \(found.id) is gone from the journal")
        return .done
    }
}
