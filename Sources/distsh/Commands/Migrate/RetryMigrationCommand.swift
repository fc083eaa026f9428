import ArgumentParser
import DistributionAPI
import Migration

struct RetryMigrationCommand: JournalCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try the records of a run again that failed, were refused, are in conflict, or stayed parked.",
        discussion: """
            The classes are those of distsh migrate report: \(classNames). Conflicts of the class doubt are tried again \
            only when it is given: their records are perhaps changed, so look at them first.

            EXAMPLES
              distsh migrate retry 12
              distsh migrate retry 12 --class timeout
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var journal: JournalOptions
    @Option(name: .customLong("class"), help: ArgumentHelp("Only failures of this class.", valueName: "class"))
    var failure: String?
    @Flag(name: .customLong("accept-script-change"), help: "Go on with the file as it is now.")
    var acceptsScriptChange = false
    @Argument(help: "The run's number, or the migration's file for its latest run that has records to try again.")
    var run: String

    static var handlesSignals: Bool { true }
    static var changesAnything: Bool { true }

    private static let classNames = FailureClass.retryable.map(\.rawValue).joined(separator: ", ")

    func validate() throws {
        guard let failure, !FailureClass.retryable.contains(FailureClass(rawValue: failure)) else { return }
        throw ValidationError("--class: \"\(failure)\" is no class of failures: give one of \(Self.classNames)")
    }

    func carryOut(_ context: CommandContext) async throws -> ExitStatus {
        let reference = RunReference(text: run, settings: context.settings, keepsToTarget: true, preference: .retryable)
        let file = try reference.file(acceptsChange: acceptsScriptChange)
        let (store, found) = try JournalLocation(journal).openExisting(for: reference)
        defer { store.close() }
        guard found.state == .finished else {
            throw UsageError(
                "run \(found.id) is not finished: \(context.settings.commands.resume(found)) goes on with it"
            )
        }
        try refuseBesideUnfinished(found, in: store, context.settings.commands)
        let resumption = Resumption(context: context, journal: store, interrupt: RunInterrupt.install(context))
        try resumption.check(found, changed: file, acceptsChange: acceptsScriptChange)
        let opened = try reopen(found, in: store, context)
        guard opened.opened + opened.parked > 0 else {
            try tellNothing(of: found, in: store, context)
            return .done
        }
        let parked = try store.tally(run: found.id).parked
        context.tell(Self.words(count: opened.opened + opened.parked, ofOtherClasses: parked - opened.parked))
        return try await resumption.perform(
            found,
            changed: file,
            acceptsChange: acceptsScriptChange,
            overrides: .init(skipsCanary: true)
        )
    }

    private func reopen(
        _ run: RunRecord,
        in journal: SQLiteJournal,
        _ context: CommandContext
    ) throws -> (opened: Int, parked: Int, exhausted: Int) {
        let opened = try journal.reopen(
            run: run.id,
            failure: failure.map { FailureClass(rawValue: $0) },
            by: Operator.name
        )
        if opened.exhausted > 0 {
            context.tell("\(CountText.of(opened.exhausted, "record")) left out: tried again as often as can be")
        }
        return opened
    }

    private func tellNothing(of run: RunRecord, in journal: any JournalReader, _ context: CommandContext) throws {
        context.tell("run \(run.id) has no record to try again\(failure.map { " of class \($0)" } ?? "")")
        guard context.settings.printsJSON else { return }
        let status = try context.status(of: run.id, in: journal)
        try ReportOutput(settings: context.settings).write(status, exitStatus: .done)
    }

    /// The sweeps of the run take all that is parked, whatever class is asked for.
    static func words(count: Int, ofOtherClasses otherCount: Int) -> String {
        let others = otherCount > 0 ? ", and \(otherCount) parked of other classes" : ""
        return "trying \(CountText.of(count, "record")) again\(others)"
    }

    /// Two runs of a migration at once get in each other's way, and two rollbacks of a run more so: what the one has taken
    /// back the other might send again over later changes.
    private func refuseBesideUnfinished(
        _ run: RunRecord,
        in journal: any JournalReader,
        _ commands: SuggestedCommand
    ) throws {
        guard let other = try unfinished(beside: run, in: journal) else { return }
        throw UsageError(
            """
            run \(other.id) of \(run.description.migration) is not finished: go on with \
            \(commands.resume(other)), then retry run \(run.id)
            """
        )
    }

    private func unfinished(beside run: RunRecord, in journal: any JournalReader) throws -> RunSummary? {
        let description = run.description
        guard case .rollback(let original) = description.kind else {
            return try journal.unfinishedRuns(of: description.migration, target: description.target).first
        }
        return try journal.rollbacks(of: original).first { $0.id != run.id && $0.state != .finished }
    }
}
