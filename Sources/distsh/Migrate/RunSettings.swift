import ArgumentParser
import Migration

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
        help: ArgumentHelp(
            "Stop after so many failures, or such a part: 25, 1%. (default: the file's limits, or 1%)",
            valueName: "limit"
        ),
        transform: ErrorLimitText.parse
    )
    var maxErrors: ErrorLimit?

    @Flag(name: .customLong("no-canary"), help: "Begin with all records at once.") var skipsCanary = false

    @Flag(help: "Change records again that the same migration has changed before.") var again = false

    @Flag(name: .customLong("new"), help: "Begin another run beside one that is not finished.") var isNew = false

    @Option(
        help: ArgumentHelp(
            "What the journal outlives: power loss, or a kill only (process). (default: power)",
            valueName: "what"
        ),
        transform: DurabilityText.parse
    )
    var durability: Durability?

    func validate() throws {
        try ConcurrencyValue.validate(concurrency)
        try RateValue.validate(rate)
    }

    /// The control that the run begins with.
    func control(_ limits: MigrationLimits) -> RunControl {
        var control = limits.control
        if let rate { control.recordsPerSecond = rate }
        if let concurrency { control.maxConcurrency = concurrency }
        return control
    }

    /// What the journal keeps of the settings.
    func options(_ limits: MigrationLimits) -> RunOptions {
        var options = RunOptions()
        options.maxErrors = maxErrors ?? limits.maxErrors
        options.maxP95 = limits.maxP95
        options.usesCanary = !skipsCanary
        options.repeatsApplied = again
        options.durability = durability ?? .power
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
