import ArgumentParser
import DistributionAPI
import Migration

struct MigrationStatusCommand: JournalCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how a run stands.",
        discussion: """
            Exits with 0 when all is done or under way, with 3, 4, 5 or 6 as the run did, else with 7: it is to be \
            resumed.

            EXAMPLES
              distsh migrate status
              distsh migrate status 12 --json
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Argument(help: "The run's number, or the migration's file. (default: the latest run)") var run: String?

    static var needsRecords: Bool { false }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let store = try JournalLocation(journal).openReadOnly()
        let id = try find(in: store, context.settings)
        let status = try context.status(of: id, in: store, holder: try store.holder(of: id))
        try ReportOutput(settings: context.settings).write(status)
        return ExitStatus(rawValue: status.verdict.exitStatus)
    }

    private func find(in journal: any JournalReader, _ settings: Settings) throws -> RunID {
        if let run { return try RunReference(text: run, settings: settings).find(in: journal).id }
        guard let latest = try journal.latestRun(RunFilter()) else {
            let command = settings.commands.run(file: "FILE", target: settings.target.nameableText)
            throw UsageError("this journal has no run yet: begin one with \(command)")
        }
        return latest.id
    }
}
