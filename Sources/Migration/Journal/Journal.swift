public import DistributionAPI

/// The durable memory of migrations: their runs, the frozen input, what is about to be sent, and what became of it.
///
/// What was sent and what became of it is only added to, until its run is purged: intents, bodies, outcomes, shapes and
/// the audit. Runs and chunks change in place; of a record the newest parking and verification count; samples are thinned;
/// the input is put in order when it is complete; and what is remembered of purged runs follows what becomes known. What a
/// call has returned, or a completion has been told, is durable: it outlives a kill, and with `Durability.power` a loss of
/// power.
///
/// Calls may come from any thread, and block: most for a few statements; `endFreezing` and `purge` as long as it takes to
/// sort or delete all records of a run, and a call that writes as long as another process does that, up to a minute.
/// Every call may throw `JournalError`.
public protocol Journal: JournalReader {
    // MARK: Runs

    /// Makes a run in state `freezing`, with an audit entry `create`.
    func createRun(_ run: NewRun, control: RunControl) throws(JournalError) -> RunID

    /// Adds records to the input of a run that is being frozen.
    ///
    /// - Parameter items: at most `itemsPerFreeze`. An id may be there already.
    /// - Throws: also `.state` when the run is not being frozen.
    func freeze(_ items: [NewItem], run: RunID) throws(JournalError)

    /// Ends the freezing: ids that came more than once are counted, and all but the first dropped; the rest are numbered
    /// from 1 without a gap and cut into chunks; the run is `ready`.
    ///
    /// - Parameters:
    ///   - sha: SHA-256 of the input.
    ///   - expectedCount: how many items were given to `freeze`; a mismatch is an error, so that no end of input is taken
    ///     for granted.
    /// - Throws: also `.countMismatch`, and `.differentInput` for an id that came again with another `input`; the run is
    ///   as it was then.
    func endFreezing(run: RunID, sha: String, expectedCount: Int) throws(JournalError) -> RunRecord

    /// Throws away what a broken-off freezing has left, so that it can begin anew.
    func restartFreezing(run: RunID) throws(JournalError)

    /// Changes the state of a run, with an audit entry of the action.
    ///
    /// - Parameter stop: why it stopped; kept for `stopped` alone.
    /// - Throws: also `.state` when `RunState` has no such change, for `ready`, which only `endFreezing` makes, and for
    ///   `finished` while a chunk has records that are neither terminal nor parked.
    func setState(_ state: RunState, run: RunID, stop: RunStop?, audit: AuditEntry) throws(JournalError)

    /// Changes the control of a run, with one audit entry for each value that differs.
    ///
    /// - Returns: the control as it is now.
    func changeControl(
        run: RunID,
        by who: String,
        _ change: (inout RunControl) -> Void
    ) throws(JournalError) -> RunControl

    /// Records that retry opens again: adds to each a generation that is open. A finished run that has such records, or
    /// parked ones, is `stopped` then, so that it can be resumed whatever comes next.
    ///
    /// - Parameter failure: only those of this class; `nil` for all.
    /// - Returns: how many were opened, how many parked ones will be tried again, and how many were left as they are, for
    ///   they were opened as often as a journal can tell apart.
    func reopen(
        run: RunID,
        failure: FailureClass?,
        by who: String
    ) throws(JournalError) -> (opened: Int, parked: Int, exhausted: Int)

    /// Makes another script the run's, for everyone who works on it from then on, with an audit entry `accept script` that
    /// has the beginnings of both SHA-256, and opens the records again on which the old one has failed, as `reopen` does.
    /// Of that all is done or, on failure, nothing; nothing also when the script is the run's already.
    ///
    /// - Parameters:
    ///   - script: the file's text.
    ///   - sha: SHA-256 of `script`, in hexadecimal digits.
    ///   - failures: the classes of the failures that are opened again.
    ///   - who: `user@host`.
    /// - Returns: how many records were opened.
    /// - Throws: also `.busy`, with who holds it, while a process works on the run; `.state` when failures are to be opened
    ///   again and the run is being frozen.
    func acceptScript(
        _ script: [UInt8],
        sha: String,
        run: RunID,
        reopening failures: [FailureClass],
        by who: String
    ) throws(JournalError) -> Int

    /// Deletes a run with its images; that its records were changed by the migration stays known. The room in the file
    /// is used again, and not given back to the disk.
    ///
    /// - Throws: also `.state` while a rollback of it is not finished, and, unless `force` is set, when the run is not
    ///   finished, a record of it was perhaps changed, or a rollback of it has left records that can be tried again;
    ///   `.busy` while a process works on it.
    func purge(run: RunID, force: Bool) throws(JournalError)

    /// Deletes a run for which nothing was done yet.
    ///
    /// - Throws: also `.state` unless the run is `freezing` or `ready`; `.busy` while a process works on it.
    func discard(run: RunID) throws(JournalError)

    // MARK: Work

    /// Takes a run for this process; nobody else may work on it until the session ends.
    ///
    /// Chunks that a dead process has left claimed can be claimed again.
    ///
    /// - Parameter repeatsApplied: whether the session may change records that another run of the migration has changed.
    /// - Throws: also `.busy`, with who holds it, when another process works on it; `.state` while it is being frozen.
    func open(run: RunID, worker: String, repeatsApplied: Bool) throws(JournalError) -> any RunSession

    /// Adds what the verification pass found about a record; the newest counts.
    func recordVerifications(_ found: [Verification], run: RunID) throws(JournalError)

    /// Closes the journal; later calls throw `.closed`. Harmless when repeated.
    func close()
}

extension Journal {
    /// The most records of one chunk.
    public static var itemsPerChunk: Int { 1000 }
    /// The most records of one call of `freeze`.
    public static var itemsPerFreeze: Int { 10_000 }

    /// Takes a run for this process, to change no record that another run of the migration has changed.
    public func open(run: RunID, worker: String) throws(JournalError) -> any RunSession {
        try open(run: run, worker: worker, repeatsApplied: false)
    }
}

/// A run that is in the hands of this process. Calls may come from one thread at a time; after `close` they fail with
/// `.closed`.
public protocol RunSession: AnyObject, Sendable {
    /// Claims the first chunk that is ready; `nil` when there is none.
    ///
    /// - Parameter parked: of the chunks that were left parked, instead of those that are ready.
    func claimChunk(parked: Bool) throws(JournalError) -> ChunkClaim?

    /// A claimed record with what was left in the journal when its chunk was claimed.
    func whole(_ item: WorkItem) throws(JournalError) -> WorkItem

    /// Tells that the worker is alive; to be called at least every 10 seconds.
    func renew() throws(JournalError)

    /// The control of the run, which another process may have changed.
    func control() throws(JournalError) -> RunControl

    /// Adds entries in their order, all in one transaction or, on failure, none.
    ///
    /// Commits are in the order of the calls, and those that wait share a transaction and a disk sync.
    ///
    /// - Parameter completion: called once, on any thread, when the entries are durable, with a result for each. It may
    ///   call the journal.
    func append(
        _ entries: [JournalEntry],
        completion: @escaping @Sendable (Result<[EntryResult], JournalError>) -> Void
    )

    /// Gives the run up, after what was appended; harmless when repeated.
    func close()
}

/// What a verification pass found about one record.
public struct Verification: Sendable, Equatable {
    public var sequence: Int64
    public var isMatch: Bool
    /// What differs, in words; empty for a match.
    public var message: String
    public var time: DateTime

    public init(sequence: Int64, isMatch: Bool, message: String, time: DateTime) {
        self.sequence = sequence
        self.isMatch = isMatch
        self.message = message
        self.time = time
    }
}
