import ArgumentParser
import DistributionAPI
import JSONDocument
import Migration

struct PlanMigrationCommand: JournalCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a migration would do, and write a plan.",
        discussion: """
            Reads the records, runs the migration on each, and shows the changes by their shape: how many there are of \
            each, with samples, what is left out, and why. Nothing is written but the plan, which carries a hash of \
            itself: a run with --plan does what the plan has, and no other kind of change.

            EXAMPLES
              distsh migrate plan gists-private.lua
              distsh migrate plan --sample 1000 --out first.plan.json gists-private.lua
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Option(
        help: ArgumentHelp("How many records to look at, spread over the input. (default: all)", valueName: "count")
    )
    var sample: Int?
    @Flag(help: "Plan for a run with --again: also for records that the same migration has changed before.")
    var again = false
    @Option(
        help: ArgumentHelp(
            "Where the plan goes: a new file or earlier plan. (default: NAME.plan.json)",
            valueName: "file"
        )
    )
    var out: String?
    @Argument(help: "The migration's file.") var file: String

    static var handlesSignals: Bool { true }

    func validate() throws {
        if let sample, sample < 1 { throw ValidationError("--sample: give a number of records, 1 or more") }
    }

    private func nextCommand(_ path: String, _ settings: Settings) -> String? {
        settings.target.nameableText.map { target in
            settings.commands.run(file: file, plan: path, target: target, repeatsApplied: again)
        }
    }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let interrupt = RunInterrupt.install(context)
        let migration = try MigrationFileLoader.load(file) { StandardStreams.writeError("\($0)\n") }
        let path = out ?? "\(migration.description.name).plan.json"
        try ReplacedFile.plan(path).check()
        let maker = PlanMaker(
            context: context,
            file: migration,
            sampleCount: sample,
            earlierRuns: again ? nil : try JournalLocation(journal).openReadOnlyIfThere(),
            interrupt: interrupt
        )
        let plan = try await maker.make()
        let (text, sha) = try PlanFile.text(of: plan)
        try ReplacedFile.plan(path).write(text)
        let shown = PlanText(plan, file: (path, sha), next: nextCommand(path, context.settings))
        try ReportOutput(settings: context.settings).write(
            json: { () throws(JSONError) in try shown.json() },
            text: { shown.text(usesColor: $0) }
        )
        return plan.refusedCount > 0 ? .someFailed : .done
    }
}
