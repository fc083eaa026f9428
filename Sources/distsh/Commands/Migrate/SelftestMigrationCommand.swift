import ArgumentParser
import Migration

struct SelftestMigrationCommand: MigrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "selftest",
        abstract: "Prove on this machine that a killed migration loses and repeats nothing.",
        discussion: """
            Serves a store of its own, runs migrations on it that count every record up by one, kills them with \
            SIGKILL at random moments, resumes them, and looks at every record: a change that was lost or made twice \
            shows in its counter. All of it is in a temporary folder, which is kept when something is wrong.

            EXAMPLES
              distsh migrate selftest --kill9 200
              distsh migrate selftest --kill9 50 --records 10000 --seed 7
            """
    )

    @OptionGroup var host: HostOptions
    @Option(name: .customLong("kill9"), help: ArgumentHelp("How often to kill. (default: 50)", valueName: "count"))
    var killCount: Int?
    @Option(help: ArgumentHelp("How many records. (default: 2000)", valueName: "count")) var records: Int?
    @Option(help: ArgumentHelp("What the moments are drawn from. (default: by chance)", valueName: "number"))
    var seed: UInt64?

    static var handlesSignals: Bool { true }
    static var needsRecords: Bool { false }

    func validate() throws {
        guard (1...100_000).contains(killCount ?? 1) else {
            throw ValidationError("--kill9: give a number of kills from 1 to 100000")
        }
        guard (1...1_000_000).contains(records ?? 1) else {
            throw ValidationError("--records: give a number of records from 1 to 1000000")
        }
    }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let seed = seed ?? UInt64.random(in: 0...999_999)
        let test = try KillTest(
            context: context,
            killCount: killCount ?? 50,
            recordCount: records ?? 2000,
            seed: seed,
            interrupt: RunInterrupt.install(context)
        )
        return try await test.perform()
    }
}
