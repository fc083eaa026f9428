internal import DistributionAPI
internal import SQLiteStorage
internal import Synchronization

/// The one thread that writes a journal. All entries that are queued while a transaction commits share the next one.
final class JournalWriter: Sendable {
    /// The most entries that wait; an append beyond them fails.
    static let maxQueuedEntries = 65_536
    /// The most bytes of bodies that wait (256 MiB); an append beyond them fails, unless nothing else waits.
    static let maxQueuedBytes = 256 << 20
    /// A transaction takes no further append once it has so many entries, or bytes of bodies (32 MiB).
    static let maxEntriesPerCommit = 4096
    static let maxBytesPerCommit = 32 << 20

    struct Append: Sendable {
        let author: EntryAuthor
        let entries: [JournalEntry]
        let completion: @Sendable (Result<[EntryResult], JournalError>) -> Void

        /// The size of the bodies, for the limits.
        var byteCount: Int { entries.reduce(0) { $0 + $1.byteCount } }
    }

    private struct State {
        var waiting: [Append] = []
        var waitingEntries = 0
        var waitingBytes = 0
        var isDraining = false
        var isClosed = false
    }

    let clock: @Sendable () -> DateTime
    private let connection: JournalConnection
    private let state = Mutex(State())
    private let thread = SignalledThread(label: "migration journal writer")

    init(connection: JournalConnection, clock: @escaping @Sendable () -> DateTime) {
        self.connection = connection
        self.clock = clock
        thread.start { [weak self] in self?.drain() }
    }

    deinit {
        // The thread finds nobody any more.
        drain()
    }

    /// Queues entries. The completion runs on the writer's thread, or here when they are refused.
    func append(_ append: Append) {
        let byteCount = append.byteCount
        let (refusal, mustDrain) = state.withLock { state -> (JournalError?, Bool) in
            if let refusal = Self.refusal(of: append, byteCount, in: state) { return (refusal, false) }
            state.waiting.append(append)
            state.waitingEntries += append.entries.count
            state.waitingBytes += byteCount
            defer { state.isDraining = true }
            return (nil, !state.isDraining)
        }
        if let refusal { append.completion(.failure(refusal)) }
        if mustDrain { thread.signal() }
    }

    /// Runs `body` in a write transaction, after everything that was queued before.
    ///
    /// - Parameter action: what is being done, for the error.
    func write<Success: Sendable>(
        _ action: String,
        _ body: (JournalDatabase) throws -> Success
    ) throws(JournalError) -> Success {
        // A completion runs on the thread already, between two transactions.
        let result = thread.sync {
            Result<Success, JournalError> { () throws(JournalError) -> Success in
                do {
                    return try connection.use { journal in try journal.writing { try body(journal) } }
                } catch {
                    throw JournalError(error, doing: action)
                }
            }
        }
        return try result.get()
    }

    /// Waits until everything that is queued is settled.
    func flush() {
        thread.sync {}
    }

    /// Refuses further entries and settles those that are queued.
    func finish() {
        state.withLock { $0.isClosed = true }
        flush()
    }

    private static func refusal(of append: Append, _ byteCount: Int, in state: State) -> JournalError? {
        if state.isClosed { return .isClosed }
        let isFull =
            state.waitingEntries + append.entries.count > maxQueuedEntries
            || state.waitingBytes + byteCount > maxQueuedBytes
        guard isFull, !state.waiting.isEmpty else { return nil }
        return JournalError(
            .busy,
            """
            \(state.waitingEntries) entries of \(state.waitingBytes) bytes wait for the migration journal already \
            (the limits are \(maxQueuedEntries) entries and \(maxQueuedBytes) bytes); work on fewer records at a time
            """
        )
    }

    // MARK: - On the writer's thread

    private func drain() {
        while let batch = takeBatch() { commit(batch) }
    }

    private func takeBatch() -> [Append]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isDraining = false
                return nil
            }
            var count = 0
            var entries = 0
            var bytes = 0
            while count < state.waiting.count, entries < Self.maxEntriesPerCommit, bytes < Self.maxBytesPerCommit {
                entries += state.waiting[count].entries.count
                bytes += state.waiting[count].byteCount
                count += 1
            }
            let batch = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            state.waitingEntries -= entries
            state.waitingBytes -= bytes
            return batch
        }
    }

    private func commit(_ batch: [Append]) {
        var results: [[EntryResult]] = []
        results.reserveCapacity(batch.count)
        do {
            try connection.use { journal in
                try journal.writing {
                    let writer = try EntryWriter(journal, at: clock())
                    for append in batch {
                        results.append(try append.entries.map { try writer.write($0, by: append.author) })
                    }
                }
            }
        } catch {
            let failure = JournalError(error, doing: "writing to the migration journal")
            for append in batch { append.completion(.failure(failure)) }
            return
        }
        for (append, result) in zip(batch, results) { append.completion(.success(result)) }
    }
}

extension JournalEntry {
    /// The bytes of the bodies and texts in it.
    var byteCount: Int {
        switch self {
        case .intent(let intent, _, _), .replan(_, let intent, _, _):
            intent.preimage.count + intent.postimage.count
        case .outcome(let outcome, _): outcome.message?.utf8.count ?? 0
        case .parking(let parking): parking.message.utf8.count
        case .shape, .chunkEnd, .sample, .audit: 0
        }
    }
}
