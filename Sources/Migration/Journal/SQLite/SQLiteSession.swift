internal import Synchronization

/// A run of a journal in SQLite that is in the hands of this process.
final class SQLiteSession: RunSession {
    private let author: EntryAuthor
    private let worker: String
    private let writer: JournalWriter
    private let reading: JournalReading
    private let lock: RunLock
    private let isClosed = Atomic(false)

    private var run: RunID { author.run }

    init(_ author: EntryAuthor, worker: String, writer: JournalWriter, reading: JournalReading, lock: RunLock) {
        self.author = author
        self.worker = worker
        self.writer = writer
        self.reading = reading
        self.lock = lock
    }

    func claimChunk(parked: Bool) throws(JournalError) -> ChunkClaim? {
        try requireOpen()
        return try writer.write("claiming a chunk of run \(run)") { journal in
            try journal.claimChunk(by: author, worker: worker, parked: parked, now: writer.clock())
        }
    }

    func whole(_ item: WorkItem) throws(JournalError) -> WorkItem {
        guard item.isInputLeft || item.isIntentLeft else { return item }
        try requireOpen()
        return try reading.whole(item, run: run)
    }

    func renew() throws(JournalError) {
        try requireOpen()
        try writer.write("renewing the leases of run \(run)") { journal in
            try journal.renewLeases(run: run, worker: worker, now: writer.clock())
        }
    }

    func control() throws(JournalError) -> RunControl {
        try requireOpen()
        return try reading.control(run: run)
    }

    func append(
        _ entries: [JournalEntry],
        completion: @escaping @Sendable (Result<[EntryResult], JournalError>) -> Void
    ) {
        // Somebody else may have the run by now.
        guard !isClosed.load(ordering: .acquiring) else { return completion(.failure(.isClosed)) }
        writer.append(JournalWriter.Append(author: author, entries: entries, completion: completion))
    }

    func close() {
        isClosed.store(true, ordering: .releasing)
        writer.flush()
        lock.close()
    }

    private func requireOpen() throws(JournalError) {
        guard !isClosed.load(ordering: .acquiring) else { throw .isClosed }
    }
}
