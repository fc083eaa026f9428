import DistributionAPI
import Migration

/// What comes before a run is taken back: its records are frozen as the input of another run.
struct RollbackBeginning {
    let context: CommandContext
    let journal: SQLiteJournal
    let original: RunRecord
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
        if let holder = try journal.holder(of: original.id) {
            throw UsageError(
                "run \(original.id) is being worked on by \(holder): wait for it, or stop it there with Ctrl-C"
            )
        }
        if let begun = try RollbackSearch(journal: journal).rollback(of: original), begun.state != .finished {
            context.tell("going on with run \(begun.id), the rollback of run \(original.id)")
            return begun
        }
        let count = try journal.tally(run: original.id).applied
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
