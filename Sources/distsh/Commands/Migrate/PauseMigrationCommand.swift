import ArgumentParser
import Migration

struct PauseMigrationCommand: JournalCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Have a run begin no more records, until it is resumed.",
        discussion: """
            What is under way ends. The process that works on the run waits; distsh migrate resume has it go on.

            EXAMPLES
              distsh migrate pause 12
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Argument(help: "The run's number, or the migration's file for its latest run.") var run: String

    static var needsRecords: Bool { false }
    static var changesAnything: Bool { true }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let store = try JournalLocation(journal).openExisting()
        defer { store.close() }
        let found = try RunReference(text: run, settings: context.settings).find(in: store)
        guard found.state != .finished else {
            throw UsageError("run \(found.id) is finished: there is nothing to pause")
        }
        _ = try store.changeControl(run: found.id, by: Operator.name) { $0.isPaused = true }
        let holder = try store.holder(of: found.id)
        let command = context.settings.commands.resume(found)
        context.tell(
            holder.map { "run \(found.id) pauses: \($0)" }
                ?? "run \(found.id) is paused; no process works on it: \(command) goes on"
        )
        return .done
    }
}
