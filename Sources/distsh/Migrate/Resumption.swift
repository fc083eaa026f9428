import DistributionAPI
import Migration

/// Takes a run up again: where its input was still being read from the start, else where it was.
struct Resumption {
    let context: CommandContext
    let journal: SQLiteJournal
    let interrupt: RunInterrupt

    /// - Parameters:
    ///   - changed: the migration's file as it is now, when the run was named by it.
    ///   - acceptsChange: whether that may differ from the run's. If it does, it becomes the run's, and the records on which
    ///     the old one failed are done again.
    ///   - overrides: changes for this time.
    ///   - isApproved: whether a person need not be asked any more.
    func perform(
        _ found: RunRecord,
        changed: MigrationFile?,
        acceptsChange: Bool,
        overrides: MigrationRunner.Overrides = .init(),
        isApproved: Bool = false
    ) async throws -> ExitStatus {
        try Self.refuseOtherTarget(found, context)
        let file = try file(for: found, changed, acceptsChange)
        let asks = try !isApproved && mustAsk(found)
        var run = try accept(file, for: found)
        if run.state == .freezing {
            run = try freeze(run, file)
        }
        if asks {
            let approval = RunApproval(context: context, journal: journal, file: file, interrupt: interrupt)
            guard try await approval.ask(run) else { return .failed }
        }
        try makeReady(run)
        var runner = MigrationRunner(context: context, journal: journal, run: run, file: file, interrupt: interrupt)
        runner.overrides = overrides
        return try await runner.perform()
    }

    /// Failures that are the file's doing, and that another file may mend.
    private static let failuresOfFile: [FailureClass] = [.script, .limit, .invalid]

    /// Makes a changed file the run's before anything is done with it, so that who goes on after a kill has it, too.
    private func accept(_ file: MigrationFile, for run: RunRecord) throws -> RunRecord {
        guard file.sha != run.description.scriptSHA else { return run }
        // Of a finished run those were opened again that a person has asked for.
        let failures = run.state == .running || run.state == .stopped ? Self.failuresOfFile : []
        let openedCount = try journal.acceptScript(
            file.text,
            sha: file.sha,
            run: run.id,
            reopening: failures,
            by: Operator.name
        )
        if openedCount > 0 {
            context.tell("trying \(CountText.of(openedCount, "record")) again, on which the old file failed")
        }
        return try journal.run(run.id)
    }

    /// Takes away what would keep the run from going on, unless another process works on it.
    private func makeReady(_ run: RunRecord) throws {
        guard try journal.holder(of: run.id) == nil else { return }
        _ = try journal.changeControl(run: run.id, by: Operator.name) { $0.isPaused = false }
    }

    /// Whether the run ended before a person has approved it.
    ///
    /// - Throws: `UsageError` when there is nobody to ask, and `JournalError` when it is not known whether to.
    private func mustAsk(_ run: RunRecord) throws -> Bool {
        guard run.state == .freezing || run.state == .ready, run.description.kind == .migration,
            try RunOptions(of: run).asksForApproval
        else { return false }
        guard Approval.isPossible else {
            throw UsageError("run \(run.id) was not approved yet, and there is nobody to ask: give --yes")
        }
        return true
    }

    /// Refuses what `perform` would refuse, before anything is changed.
    func check(_ found: RunRecord, changed: MigrationFile?, acceptsChange: Bool) throws {
        try Self.refuseOtherTarget(found, context)
        _ = try file(for: found, changed, acceptsChange)
    }

    /// A run goes on where its records are.
    static func refuseOtherTarget(_ run: RunRecord, _ context: CommandContext) throws(UsageError) {
        let target = context.settings.target.text
        guard run.description.target == target else {
            throw UsageError(
                "run \(run.id) is about \(run.description.target), not \(target): "
                    + "add \(ServiceTarget.option(forText: run.description.target))"
            )
        }
    }

    private func file(for run: RunRecord, _ changed: MigrationFile?, _ acceptsChange: Bool) throws -> MigrationFile {
        guard let changed else { return try MigrationFileLoader.load(run) }
        guard changed.sha == run.description.scriptSHA || acceptsChange else {
            throw UsageError(
                """
                the file is not that of run \(run.id): resume the run by its number to go on with that, or give \
                --accept-script-change
                """
            )
        }
        return changed
    }

    private func freeze(_ run: RunRecord, _ file: MigrationFile) throws -> RunRecord {
        try journal.restartFreezing(run: run.id)
        let freeze =
            switch run.description.kind {
            case .migration: InputFreeze(context: context, file: file, interrupt: interrupt)
            case .rollback(let original):
                InputFreeze(context: context, takingBack: original, in: journal, interrupt: interrupt)
            }
        return try freeze.perform(run.id, in: journal)
    }
}
