import ArgumentParser
import DistributionAPI
import Migration

struct VerifyMigrationCommand: JournalCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read what a run has changed again, and compare.",
        discussion: """
            Each record must hold what was sent in the places that the migration changed, and satisfy the migration's \
            verify. Records that were taken back are left out. What is found is kept for the report. The reads keep to \
            the pace of the run unless another is given. Exits with 6 when a record does not match, else with 3 when \
            one could not be read.

            EXAMPLES
              distsh migrate verify 12
              distsh migrate verify 12 --rate 500
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Option(help: ArgumentHelp("The most reads in flight. (default: as the run)", valueName: "count"))
    var concurrency: Int?
    @Option(help: ArgumentHelp("The most records read in a second. (default: as the run)", valueName: "number"))
    var rate: Double?
    @Argument(help: "The run's number, or the migration's file for its latest run.") var run: String

    static var handlesSignals: Bool { true }

    func validate() throws {
        try ConcurrencyValue.validate(concurrency)
        try RateValue.validate(rate)
    }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let store = try JournalLocation(journal).openExisting()
        defer { store.close() }
        let found = try RunReference(text: run, settings: context.settings, keepsToTarget: true).find(in: store)
        let file = try MigrationFileLoader.load(found)
        try MemoryTarget.refuseLost(found, holder: nil)
        try Resumption.refuseOtherTarget(found, context)
        let interrupt = RunInterrupt.install(context)
        let counts = try await VerificationPass(
            context: context,
            journal: store,
            run: found,
            file: file,
            pace: pace(of: found, context),
            interrupt: interrupt
        ).perform()
        if interrupt.isRequested {
            if counts.verified > 0 { tell(counts, context) }
            throw interrupt.cancellation
        }
        return try conclude(found, counts, in: store, context)
    }

    private func conclude(
        _ run: RunRecord,
        _ counts: VerificationPass.Counts,
        in journal: any JournalReader,
        _ context: CommandContext
    ) throws -> ExitStatus {
        if counts.verified == 0, counts.takenBack > 0, let rollback = try journal.rollbacks(of: run.id).first {
            throw UsageError(
                "run \(run.id) was taken back: verify the rollback, \(context.settings.commands.verify(rollback))"
            )
        }
        tell(counts, context)
        let exitStatus = Self.exitStatus(counts)
        guard context.settings.printsJSON else { return exitStatus }
        var status = try context.status(of: run.id, in: journal)
        status.unverifiedCount = counts.unverified
        try ReportOutput(settings: context.settings).write(status, exitStatus: exitStatus)
        return exitStatus
    }

    /// Who has kept a run slow has done so for the service, which is read as slowly, and is told of it.
    private func pace(of run: RunRecord, _ context: CommandContext) -> RunControl {
        var pace = run.control
        if let rate {
            pace.recordsPerSecond = rate
        } else if let rate = pace.recordsPerSecond {
            context.tell("at most \(RateText.records(rate)), as the run; --rate gives another rate")
        }
        if let concurrency { pace.maxConcurrency = concurrency }
        return pace
    }

    private static func exitStatus(_ counts: VerificationPass.Counts) -> ExitStatus {
        if counts.mismatches > 0 { return .mismatch }
        return counts.unverified > 0 ? .someFailed : .done
    }

    private func tell(_ counts: VerificationPass.Counts, _ context: CommandContext) {
        var words = "\(CountText.of(counts.matches, "record")) as sent"
        if counts.mismatches > 0 { words += ", \(CountText.of(counts.mismatches, "record")) not" }
        if counts.unverified > 0 { words += ", \(CountText.of(counts.unverified, "record")) not verified" }
        if counts.takenBack > 0 {
            words += "; \(CountText.of(counts.takenBack, "record")) left out, for they were taken back"
        }
        if counts.mismatches + counts.unverified > 0, !context.settings.printsJSON {
            StandardStreams.complain(words)
        } else {
            context.tell(words)
        }
    }
}
