import ArgumentParser
import DistributionAPI
import Migration

struct RollbackMigrationCommand: JournalCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Take a run back.",
        discussion: """
            Gives each record that the run has changed its old values back, in the places that were changed and only \
            where the run's values still stand; what others have written since is left, and told of as a conflict. A \
            migration with a down is taken back by that, unless its file was changed after the run had changed \
            records. The rollback is a run of its own, with a number, a journal and a resume.

            EXAMPLES
              distsh migrate rollback 12
              distsh migrate rollback 12 --yes --rate 50
              distsh migrate rollback 12 --leave-doubtful
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Flag(help: "Do not ask for approval.") var yes = false
    @Option(help: ArgumentHelp("The most records begun in a second. (default: as the run)", valueName: "number"))
    var rate: Double?
    @Flag(help: "Take back what is known to be changed, and leave records that were perhaps changed.")
    var leaveDoubtful = false
    @Argument(help: "The run's number, or the migration's file for its latest run.") var run: String

    static var handlesSignals: Bool { true }
    static var changesAnything: Bool { true }

    func validate() throws { try RateValue.validate(rate) }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let reference = RunReference(text: run, settings: context.settings, keepsToTarget: true)
        let (store, original) = try JournalLocation(journal).openExisting(for: reference)
        defer { store.close() }
        let interrupt = RunInterrupt.install(context)
        let resumption = Resumption(context: context, journal: store, interrupt: interrupt)
        try resumption.check(original, changed: nil, acceptsChange: false)
        let beginning = RollbackBeginning(
            context: context,
            journal: store,
            original: original,
            leavesDoubtful: leaveDoubtful,
            interrupt: interrupt
        )
        guard let rollback = try await beginning.begin(rate: rate, asks: !yes) else { return .failed }
        return try await resumption.perform(rollback, changed: nil, acceptsChange: false)
    }
}
