import DistributionAPI
import Migration

/// What comes before a run is taken back: its records are frozen as the input of another run.
struct RollbackBeginning {
    let context: CommandContext
    let journal: SQLiteJournal
    let original: RunRecord
    /// Whether the records that were perhaps changed are left as they are.
    let leavesDoubtful: Bool
    let isCancelled: () -> Bool

    /// How many records are taken from the journal at once.
    private static let pageCount = 500

    /// - Returns: the rollback's run, new or not finished yet; `nil` when the person did not approve.
    func begin(rate: Double?, asks: Bool) throws -> RunRecord? {
        guard original.description.kind == .migration else {
            throw UsageError(
                "run \(original.id) is a rollback itself: run the migration again to have its changes back"
            )
        }
        try refuseHeld(original)
        if let begun = try RollbackSearch(journal: journal).rollback(of: original), begun.state != .finished {
            return try goOn(with: begun, rate: rate)
        }
        try tellDoubt()
        let count = try journal.tally(run: original.id).written
        guard count > 0 else {
            throw UsageError("run \(original.id) has changed nothing, so there is nothing to take back")
        }
        if asks,
            try !Approval.ask("Take back run \(original.id), \(CountText.of(count, "record"))?", unless: isCancelled)
        {
            context.tell("nothing was changed")
            return nil
        }
        return try freeze(try journal.createRun(newRun, control: control(rate)))
    }

    private func refuseHeld(_ run: RunRecord) throws {
        guard let holder = try journal.holder(of: run.id) else { return }
        throw UsageError("run \(run.id) is being worked on by \(holder): wait for it, or stop it there with Ctrl-C")
    }

    private func goOn(with begun: RunRecord, rate: Double?) throws -> RunRecord {
        try refuseHeld(begun)
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
        let command = original.state == .finished ? "retry" : "resume"
        let doubt =
            "\(CountText.of(count, "record")) of run \(original.id) \(count == 1 ? "was" : "were") perhaps changed"
        let remedy = "distsh migrate \(command) \(original.id) finds out"
        guard leavesDoubtful else {
            throw UsageError("\(doubt): \(remedy); then roll back, or give --leave-doubtful to take back the others")
        }
        context.tell(
            "\(doubt) and \(count == 1 ? "is" : "are") left: \(remedy), and a rollback after it takes back the rest"
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

    /// Freezes what the original has changed as the input of the rollback.
    func freeze(_ id: RunID) throws -> RunRecord {
        var reader: any InputReader = AppliedInput(journal: journal, run: original.id, pageCount: Self.pageCount)
        return try Freezer(journal: journal, run: id, selection: .ids([])).freeze(&reader)
    }
}

/// The records that a run has changed, as the input of another.
private struct AppliedInput: InputReader {
    let journal: any JournalReader
    let run: RunID
    let pageCount: Int
    private var page: ArraySlice<AppliedRecord> = []
    private var lastSequence: Int64 = 0

    init(journal: any JournalReader, run: RunID, pageCount: Int) {
        self.journal = journal
        self.run = run
        self.pageCount = pageCount
    }

    mutating func next() throws(InputError) -> NewItem? {
        if page.isEmpty {
            do throws(JournalError) {
                page = try journal.applied(run: run, after: lastSequence, limit: pageCount)[...]
            } catch {
                throw InputError(place: "run \(run)", error.message)
            }
        }
        guard let record = page.popFirst() else { return nil }
        lastSequence = record.sequence
        return NewItem(id: record.id, input: record.input)
    }
}
