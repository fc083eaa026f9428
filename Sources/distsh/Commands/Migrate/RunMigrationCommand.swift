import ArgumentParser
import DistributionAPI
import Migration

struct RunMigrationCommand: MigrationCommand {
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

    func settings() throws -> Settings { try Settings(host, readsPlan: true) }

    func execute(_ context: CommandContext) async throws -> ExitStatus {
        guard !context.settings.isDryRun else {
            throw UsageError("a run cannot be dry: distsh migrate plan \(file) shows what it would do")
        }
        guard yes || Approval.isPossible else {
            throw UsageError("there is nobody to ask for approval: give --yes, best with a plan (--plan)")
        }
        let interrupt = RunInterrupt.install()
        let migration = try MigrationFileLoader.load(file)
        let location = JournalLocation(journal)
        let store = try location.open(durability: run.durability ?? .power)
        defer { store.close() }
        let beginning = RunBeginning(
            context: context,
            journal: store,
            file: migration,
            path: file,
            interrupt: interrupt
        )
        let ready: RunRecord
        do {
            guard let begun = try await beginning.begin(run, planFile: host.safety.planFile, asks: !yes) else {
                return .failed
            }
            ready = begun
        } catch Freezer.Failure.cancelled {
            return .interrupted
        }
        let runner = MigrationRunner(
            context: context,
            journal: store,
            run: ready,
            file: migration,
            interrupt: interrupt,
            overrides: .init(maxTime: context.settings.maxTime)
        )
        return try await runner.perform()
    }
}

/// How a run is to be.
struct RunSettings: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The most requests of a kind in flight. (default: the file's limits, or 64)",
            valueName: "count"
        )
    )
    var concurrency: Int?

    @Option(help: ArgumentHelp("The most records begun in a second. (default: the file's limits)", valueName: "number"))
    var rate: Double?

    @Option(
        name: .customLong("max-errors"),
        help: ArgumentHelp("Stop after so many failures, or such a part: 25, 1%. (default: 1%)", valueName: "limit"),
        transform: ErrorLimitText.parse
    )
    var maxErrors: ErrorLimit?

    @Flag(name: .customLong("no-canary"), help: "Begin with all records at once.") var skipsCanary = false

    @Flag(help: "Change records again that the same migration has changed before.") var again = false

    @Flag(name: .customLong("new"), help: "Begin another run beside one that is not finished.") var isNew = false

    @Option(
        help: ArgumentHelp(
            "What the journal outlives: power loss, or a kill only. (default: power)",
            valueName: "what"
        ),
        transform: DurabilityText.parse
    )
    var durability: Durability?

    func validate() throws {
        if let concurrency, !(1...4096).contains(concurrency) {
            throw ValidationError("--concurrency: give a number from 1 to 4096")
        }
        if let rate, !(rate > 0 && rate <= 1_000_000) {
            throw ValidationError("--rate: give a number of records a second, more than 0")
        }
    }

    /// The control that the run begins with.
    func control(_ limits: MigrationLimits) -> RunControl {
        RunControl(
            recordsPerSecond: rate ?? limits.recordsPerSecond,
            maxConcurrency: concurrency ?? limits.concurrency ?? RunControl().maxConcurrency
        )
    }

    /// What the journal keeps of the settings.
    func options(_ limits: MigrationLimits) -> RunOptions {
        var options = RunOptions()
        options.maxErrors = maxErrors ?? limits.maxErrors
        options.maxP95 = limits.maxP95
        options.usesCanary = !skipsCanary
        options.repeatsApplied = again
        return options
    }
}

/// Reads a number of failures that are too many.
enum ErrorLimitText {
    static func parse(_ text: String) throws -> ErrorLimit {
        guard let limit = ErrorLimit(text) else {
            throw ValidationError("\"\(text)\" is no limit of errors: give a number or a part, such as 25 or 1%")
        }
        return limit
    }
}

/// Reads what a journal is to outlive.
enum DurabilityText {
    static func parse(_ text: String) throws -> Durability {
        guard let durability = Durability(rawValue: text) else {
            throw ValidationError("\"\(text)\" is no durability: give power or process")
        }
        return durability
    }
}
