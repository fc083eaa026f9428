import ArgumentParser
import DistributionAPI
import Glibc
import Migration

struct RunMigrationCommand: JournalCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Carry a migration out.",
        discussion: """
            Freezes the input, asks for approval on a terminal, and changes the records: first one, then ten, a \
            hundred, one per cent, then all, with a look at the results between them. With --plan, only changes of the \
            shapes in the plan are made, and only for the input that was planned. Ctrl-C ends what is under way and \
            stops; a second one stops at once. Either way, and after a kill, resume goes on.

            EXAMPLES
              distsh migrate run gists-private.lua
              distsh migrate run gists-private.lua --plan gists-private.plan.json --yes
              distsh migrate run gists-private.lua --rate 50 --concurrency 8
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @OptionGroup(title: "The run") var run: RunSettings
    @Flag(help: "Do not ask for approval.") var yes = false
    @Argument(help: "The migration's file.") var file: String

    static var handlesSignals: Bool { true }
    static var changesAnything: Bool { true }

    func settings() throws -> Settings { try settings(journal: journal.journal, readsPlan: true) }

    private func planCommand(_ context: CommandContext, out: String? = nil) -> String {
        let settings = context.settings
        return settings.commands.plan(file: file, out: out, target: settings.target.nameableText)
    }

    func adviceForDryRun(_ context: CommandContext) -> String {
        "\(planCommand(context)) shows what it would do"
    }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        if let path = host.safety.planFile, access(path, F_OK) != 0 {
            throw UsageError("there is no plan \(path): \(planCommand(context, out: path)) makes one")
        }
        let interrupt = RunInterrupt.install(context)
        let migration = try MigrationFileLoader.load(file)
        guard yes || Approval.isPossible else {
            throw UsageError("there is nobody to ask for approval: give --yes, best with a plan (--plan)")
        }
        let location = JournalLocation(journal)
        let store = try location.open(durability: run.durability ?? .power)
        defer { store.close() }
        let beginning = RunBeginning(
            context: context,
            journal: store,
            file: migration,
            interrupt: interrupt
        )
        guard let ready = try await beginning.begin(run, planFile: host.safety.planFile, asks: !yes) else {
            return .failed
        }
        let runner = MigrationRunner(
            context: context,
            journal: store,
            run: ready,
            file: migration,
            interrupt: interrupt
        )
        return try await runner.perform()
    }
}
