import Migration

/// The records of a run that can be taken back, as the input of its rollback.
struct RevertibleInput: InputReader {
    private let journal: any JournalReader
    private let run: RunID
    private var page: ArraySlice<WorkItem> = []
    private var lastSequence: Int64 = 0

    /// How many records are taken from the journal at once.
    private static let pageCount = 1000

    init(journal: any JournalReader, run: RunID) {
        self.journal = journal
        self.run = run
    }

    mutating func next() throws(InputError) -> NewItem? {
        if page.isEmpty {
            do throws(JournalError) {
                page = try journal.revertible(run: run, after: lastSequence, limit: Self.pageCount)[...]
            } catch {
                throw InputError(place: "run \(run)", error.message)
            }
        }
        guard let record = page.popFirst() else { return nil }
        lastSequence = record.sequence
        return NewItem(id: record.id, input: record.input)
    }
}
