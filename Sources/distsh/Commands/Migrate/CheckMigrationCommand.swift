import ArgumentParser
import Migration

struct CheckMigrationCommand: MigrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a migration file, and try it on samples.",
        discussion: """
            Loads the file in the sandbox and says all that is wrong with it. Then reads some of its records, within \
            the file's limits, and finds out whether the migration gives the same result each time, changes nothing \
            when it runs twice, depends on the record alone, and keeps every byte that it does not touch. Writes \
            nothing. Exits with 3 when records were refused or could not be read, with 1 when more is wrong.

            EXAMPLES
              distsh migrate check gists-private.lua
              distsh migrate check --sample 0 gists-private.lua
            """
    )

    @OptionGroup var host: HostOptions
    @Option(help: ArgumentHelp("How many records to try it on. (default: 100)", valueName: "count"))
    var sample: Int?
    @Argument(help: "The migration's file.") var file: String

    /// The most records that are tried: all of them are in memory.
    static let maxSampleCount = TransformProbes.maxSamples

    func validate() throws {
        guard (0...Self.maxSampleCount).contains(sample ?? 0) else {
            throw ValidationError("--sample: give a number from 0 to \(Self.maxSampleCount)")
        }
    }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let migration = try MigrationFileLoader.load(file) { StandardStreams.writeError("\($0)\n") }
        context.tell("\(migration.name): well formed")
        let count = sample ?? 100
        guard count > 0 else {
            try ProbeRun.writeNothing(.ok, "it was tried on no records", context.settings)
            return .done
        }
        return try await ProbeRun(context: context, file: migration, sampleCount: count).perform()
    }
}
