import ArgumentParser
import DistributionAPI
import JSONDocument
import Migration

struct ExplainMigrationCommand: JournalCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell what happened to one record.",
        usage: "distsh migrate explain [<options>] [<run>] <id>",
        discussion: """
            Everything that the journal knows of it, in the order of time: what was to be changed, what was sent, how \
            the service answered, and where it stands. With an id alone, the latest run that had the record.

            EXAMPLES
              distsh migrate explain 12 7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b
              distsh migrate explain 7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Argument(
        help: ArgumentHelp("The record's id; before it, the run's number or the migration's file.", valueName: "id")
    )
    var names: [String]

    static var needsRecords: Bool { false }

    func validate() throws {
        guard names.count == 1 || names.count == 2 else {
            throw ValidationError("give a run and an id, or an id")
        }
    }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let store = try JournalLocation(journal).openReadOnly()
        let id = try RecordIDs.parse([names[names.count - 1]])[0]
        let story = try story(of: id, in: store, context.settings)
        let shown = ExplainText(story)
        try ReportOutput(settings: context.settings).write(
            json: { () throws(JSONError) in try shown.json() },
            text: { shown.text(usesColor: $0) }
        )
        return .done
    }

    private func story(
        of id: DistributionID,
        in store: any JournalReader,
        _ settings: Settings
    ) throws -> RecordStory {
        let commands = settings.commands
        if names.count == 2 {
            let run = try RunReference(text: names[0], settings: settings).find(in: store)
            guard let story = try RecordStory(reading: store, run: run.id, id: id, commands: commands) else {
                throw UsageError("run \(run.id) has no record \(id)")
            }
            return story
        }
        guard let run = try store.latestRun(RunFilter(record: id)),
            let story = try RecordStory(reading: store, run: run.id, id: id, commands: commands)
        else { throw UsageError("no run in this journal has a record \(id)") }
        return story
    }
}
