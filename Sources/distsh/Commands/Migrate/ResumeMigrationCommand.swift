import ArgumentParser
import Migration

struct ResumeMigrationCommand: JournalCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run that was stopped, killed or paused.",
        discussion: """
            A run that another process works on and that is paused goes on there. Else it goes on here, with the \
            migration as it was when the run began; a changed file is refused unless --accept-script-change is given: \
            then it is the run's from then on, and the records on which the old one failed are tried again, too. \
            What was perhaps sent is read back before anything more is sent for it; none is changed twice.

            EXAMPLES
              distsh migrate resume 12
              distsh migrate resume gists-private.lua
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Flag(name: .customLong("accept-script-change"), help: "Go on with the file as it is now.")
    var acceptsScriptChange = false
    @Flag(name: .customLong("no-canary"), help: "Go on with all records, whatever the first ones look like.")
    var skipsCanary = false
    @Option(
        name: .customLong("max-errors"),
        help: ArgumentHelp(
            "Another limit of failures, for this time: 25, 1%. (default: as the run)",
            valueName: "limit"
        ),
        transform: ErrorLimitText.parse
    )
    var maxErrors: ErrorLimit?
    @Flag(help: "Do not ask for the approval that a run still lacks which was killed at its start.") var yes = false
    @Argument(help: "The run's number, or the migration's file for its latest run that is not finished.")
    var run: String

    static var handlesSignals: Bool { true }
    static var changesAnything: Bool { true }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let reference = RunReference(
            text: run,
            settings: context.settings,
            keepsToTarget: true,
            preference: .unfinished
        )
        let file = try reference.file(acceptsChange: acceptsScriptChange)
        let (store, found) = try JournalLocation(journal).openExisting(for: reference)
        defer { store.close() }
        // The process that waits has the old file.
        let isOtherFile = acceptsScriptChange && file?.sha != found.description.scriptSHA
        if !isOtherFile, found.control.isPaused, let holder = try store.holder(of: found.id) {
            _ = try store.changeControl(run: found.id, by: Operator.name) { $0.isPaused = false }
            context.tell("run \(found.id) goes on: \(holder)")
            return .done
        }
        guard found.state != .finished else {
            throw UsageError("run \(found.id) is finished; \(context.settings.commands.status(found)) shows how")
        }
        try HeldRun.refuse(found, in: store)
        let resumption = Resumption(context: context, journal: store, interrupt: RunInterrupt.install(context))
        return try await resumption.perform(
            found,
            changed: file,
            acceptsChange: acceptsScriptChange,
            overrides: .init(skipsCanary: skipsCanary, maxErrors: maxErrors),
            isApproved: yes
        )
    }
}
