import ArgumentParser
import JSONDocument
import Migration

struct ListMigrationsCommand: JournalCommand {
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

    static var needsRecords: Bool { false }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let store = try JournalLocation(journal).openReadOnly()
        let name = try file.map { try MigrationFileLoader.load($0).description.name }
        let shown = try RunListText(reading: store, migration: name) { id throws(JournalError) in
            try store.holder(of: id) != nil
        }
        try ReportOutput(settings: context.settings).write(
            json: { () throws(JSONError) in try shown.jsonLines() },
            text: { shown.text(usesColor: $0) }
        )
        return .done
    }
}
