import DistributionAPI
import Migration

/// What comes before a run is taken back: its records are frozen as the input of another run.
struct RollbackBeginning {
    let context: CommandContext
    let journal: SQLiteJournal
    let original: RunRecord
    /// Whether the records that were perhaps changed are left as they are.
    let leavesDoubtful: Bool
    let interrupt: RunInterrupt

    /// - Parameters:
    ///   - rate: the most records begun in a second; `nil` for the run's own.
    ///   - asks: whether a person is to approve.
    /// - Returns: the rollback's run, new or not finished yet; `nil` when the person did not approve.
    /// - Throws: `UsageError` for a run that cannot be taken back now, and when there is nobody to ask; `RunCancelled` when
    ///   an end is asked for first.
    func begin(rate: Double?, asks: Bool) async throws -> RunRecord? {
        guard original.description.kind == .migration else {
            throw UsageError(
                "run \(original.id) is a rollback itself: run the migration again to have its changes back"
            )
        }
        try HeldRun.refuse(original, in: journal)
        let rollbacks = try journal.rollbacks(of: original.id)
        if let begun = rollbacks.first(where: { $0.state != .finished }) {
            return try goOn(with: journal.run(begun.id), rate: rate)
        }
        for rollback in rollbacks { try refuseBesideDoubtful(rollback) }
        try tellDoubt()
        try tellConflictsInDoubt()
        let count = try revertibleCount()
        guard count > 0 else { throw try nothingToTakeBack() }
        try tellMixedScripts()
        if asks, try !isApproved(count) {
            context.tell("nothing was changed")
            return nil
        }
        return try await journal.withNewRun(newRun, control: control(rate)) { try freeze($0) }
    }

    private func isApproved(_ count: Int) throws -> Bool {
        guard Approval.isPossible else { throw UsageError("there is nobody to ask for approval: give --yes") }
        let run = "run \(original.id) (\(original.description.migration) on \(original.description.target))"
        return try Approval.ask(
            "Take back \(run), \(CountText.of(count, "record"))?",
            unless: interrupt
        )
    }

    private func revertibleCount() throws -> Int {
        var input = RevertibleInput(journal: journal, run: original.id)
        var count = 0
        while try input.next() != nil {
            count += 1
            guard !interrupt.isRequested else { throw interrupt.cancellation }
        }
        return count
    }

    private func nothingToTakeBack() throws -> UsageError {
        guard try journal.tally(run: original.id).written > 0 else {
            return UsageError("run \(original.id) has changed nothing, so there is nothing to take back")
        }
        let rollback = try journal.rollbacks(of: original.id).first { try journal.tally(run: $0.id).applied > 0 }
        return UsageError("run \(original.id) was taken back \(rollback.map { "by run \($0.id)" } ?? "already")")
    }

    /// What an earlier rollback has perhaps sent may be sent again when that is retried: over what a later run has
    /// changed, if another rollback came between.
    private func refuseBesideDoubtful(_ rollback: RunSummary) throws {
        let count = try journal.openIntentCount(run: rollback.id)
        guard count > 0 else { return }
        let records = "\(CountText.of(count, "record")) \(count == 1 ? "was" : "were")"
        throw UsageError(
            """
            \(records) perhaps taken back by run \(rollback.id): \(context.settings.commands.retry(rollback)) finds out, \
            and takes back what is left
            """
        )
    }

    private func goOn(with begun: RunRecord, rate: Double?) throws -> RunRecord {
        try HeldRun.refuse(begun, in: journal)
        context.tell("going on with run \(begun.id), the rollback of run \(original.id)")
        guard let rate else { return begun }
        _ = try journal.changeControl(run: begun.id, by: Operator.name) { $0.recordsPerSecond = rate }
        return try journal.run(begun.id)
    }

    /// A run of which it is not known what it has changed is taken back when a person says so: what was perhaps changed
    /// stays so.
    private func tellDoubt() throws {
        let count = try journal.openIntentCount(run: original.id)
        guard count > 0 else { return }
        let commands = context.settings.commands
        let command = original.state == .finished ? commands.retry(original) : commands.resume(original)
        let doubt =
            "\(CountText.of(count, "record")) of run \(original.id) \(count == 1 ? "was" : "were") perhaps changed"
        let remedy = "\(command) finds out"
        guard leavesDoubtful else {
            throw UsageError("\(doubt): \(remedy); then roll back, or give --leave-doubtful to take back the others")
        }
        context.tell(
            "\(doubt) and \(count == 1 ? "is" : "are") left: \(remedy), and a rollback after it takes back the rest"
        )
    }

    /// Nobody but a person can say what became of those, so they are left and named.
    private func tellConflictsInDoubt() throws {
        let count = try journal.doubtCount(run: original.id)
        guard count > 0 else { return }
        context.tell(
            """
            \(CountText.of(count, "record")) of run \(original.id) \(count == 1 ? "was" : "were") perhaps changed, which \
            no run can find out, and \(count == 1 ? "is" : "are") left: \
            \(context.settings.commands.report(original)) tells which
            """
        )
    }

    private func tellMixedScripts() throws {
        guard original.hasMixedScripts, try MigrationFileLoader.load(original).description.hasDown else { return }
        context.tell(
            "run \(original.id) went on with a changed file: each record gets its old values back, and down is not called"
        )
    }

    private var newRun: NewRun {
        var run = original.description
        run.kind = .rollback(of: original.id)
        run.engineVersion = Version.number
        run.approvedShapes = nil
        run.planSHA = nil
        run.approvedBy = Operator.name
        return run
    }

    private func control(_ rate: Double?) -> RunControl {
        var control = original.control
        control.isPaused = false
        if let rate { control.recordsPerSecond = rate }
        return control
    }

    private func freeze(_ id: RunID) throws -> RunRecord {
        // Of two that begin at once, both now in the journal, the first goes on.
        if let other = try journal.rollbacks(of: original.id).first(where: { $0.state != .finished && $0.id < id }) {
            throw UsageError("run \(other.id) takes run \(original.id) back already")
        }
        let freeze = InputFreeze(
            context: context,
            takingBack: original.id,
            in: journal,
            interrupt: interrupt
        )
        return try freeze.perform(id, in: journal)
    }
}
