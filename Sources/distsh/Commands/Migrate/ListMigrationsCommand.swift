import ArgumentParser
import JSONDocument
import Migration

struct ListMigrationsCommand: MigrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the runs of a journal, newest first.",
        discussion: """
            EXAMPLES
              distsh migrate list
              distsh migrate list gists-private.lua
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Argument(help: "Only the runs of this migration's file.") var file: String?

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        let store = try JournalLocation(journal).openExisting()
        defer { store.close() }
        let name = try file.map { try MigrationFileLoader.load($0).description.name }
        let shown = try RunListText(reading: store, migration: name, limit: RunListText.maxRuns) {
            id throws(JournalError) in
            try store.holder(of: id) != nil
        }
        try ReportOutput(settings: context.settings).write(
            json: { () throws(JSONError) in try shown.jsonLines() },
            text: { shown.text(usesColor: $0) }
        )
        return .done
    }
}

struct PurgeMigrationCommand: MigrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Delete a run from the journal, with the images of its records.",
        discussion: """
            It cannot be taken back or explained afterwards. Which records the migration has changed stays known, so \
            that it does not change them again. A run that is not finished needs --force.

            EXAMPLES
              distsh migrate purge 12
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Flag(help: "Also a run that is not finished.") var force = false
    @Argument(help: "The run's number.") var run: String

    func validate() throws {
        guard RunID(run) != nil else { throw ValidationError("\"\(run)\" is no number of a run") }
    }

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        let store = try JournalLocation(journal).openExisting()
        defer { store.close() }
        let found = try RunReference(text: run).find(in: store)
        try store.purge(run: found.id, force: force)
        context.tell("run \(found.id) is gone from the journal")
        return .done
    }
}
