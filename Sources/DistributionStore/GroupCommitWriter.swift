internal import DistributionAPI
internal import GRDB
internal import SQLiteStorage
internal import Synchronization

/// The one thread that writes. All writes queued while a transaction commits share the next one, so that a hundred
/// concurrent writers cost little more disk syncs than one.
final class GroupCommitWriter: Sendable {
    /// The most writes that wait; one more is refused as `.unavailable`.
    static let maxQueuedWrites = 4096
    /// The most bytes of bodies that wait; a write beyond it is refused as `.unavailable`.
    static let maxQueuedBytes = 256 << 20
    /// The most writes that share one transaction.
    static let maxWritesPerCommit = 512
    /// How long a write may wait for its transaction when its request does not say.
    static let defaultTimeout = Duration.seconds(30)

    /// One write: what to do inside the transaction, and whom to tell once it is durable.
    struct Job: Sendable {
        var operation: DistributionOperation
        /// The size of the body, for the limit on waiting bytes.
        var byteCount: Int
        var deadline: ContinuousClock.Instant
        /// Throws only what SQLite throws, which rolls the whole transaction back; anything else is a result.
        var apply: @Sendable (StoreStatements) throws -> Result<DistributionReply, DistributionError>
        var completion: DistributionCompletion
    }

    private struct Ticket {
        let number: UInt64
        let job: Job
    }

    private struct State {
        var waiting: [Ticket] = []
        var waitingBytes = 0
        var nextNumber: UInt64 = 0
        var isDraining = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let connection: StoreConnection
    private let thread = SignalledThread(label: "distribution store writer")

    init(connection: StoreConnection) {
        self.connection = connection
        thread.start { [weak self] in self?.drain() }
    }

    deinit {
        // The thread finds nobody any more.
        drain()
    }

    /// Queues a write. Its completion runs on the writer thread, or here when the write is refused.
    ///
    /// - Returns: a handle that takes the write out of the queue; once its transaction has begun, it goes through.
    func submit(_ job: Job) -> DistributionCall {
        enum Admission {
            case queued(UInt64, mustDrain: Bool)
            case refused(DistributionError)
        }
        let admission = state.withLock { state -> Admission in
            if let refusal = Self.refusal(of: job, in: state) { return .refused(refusal) }
            let number = state.nextNumber
            state.nextNumber += 1
            state.waiting.append(Ticket(number: number, job: job))
            state.waitingBytes += job.byteCount
            let mustDrain = !state.isDraining
            state.isDraining = true
            return .queued(number, mustDrain: mustDrain)
        }
        switch admission {
        case .refused(let error):
            job.completion(.failure(error))
            return DistributionCall()
        case .queued(let number, let mustDrain):
            if mustDrain { thread.signal() }
            return DistributionCall { [weak self] in self?.cancel(number) }
        }
    }

    /// Refuses further writes and waits until those already queued are done.
    func close() {
        state.withLock { $0.isClosed = true }
        thread.sync {}
    }

    private static func refusal(of job: Job, in state: State) -> DistributionError? {
        if state.isClosed { return closedError(job.operation) }
        let isFull =
            state.waiting.count >= maxQueuedWrites
            || (state.waitingBytes + job.byteCount > maxQueuedBytes && !state.waiting.isEmpty)
        guard isFull else { return nil }
        return DistributionError(
            .unavailable,
            """
            \(state.waiting.count) writes of \(state.waitingBytes) bytes are waiting already \
            (the limits are \(maxQueuedWrites) writes and \(maxQueuedBytes) bytes); try again later
            """,
            operation: job.operation.name,
            id: job.operation.recordID?.description,
            retryable: true
        )
    }

    private func cancel(_ number: UInt64) {
        let job = state.withLock { state -> Job? in
            guard let index = state.waiting.firstIndex(where: { $0.number == number }) else { return nil }
            let job = state.waiting.remove(at: index).job
            state.waitingBytes -= job.byteCount
            return job
        }
        guard let job else { return }
        job.completion(.failure(.cancelledBeforeWrite(job.operation)))
    }

    // MARK: - On the writer thread

    private func drain() {
        while let batch = takeBatch() {
            let now = ContinuousClock.now
            for job in batch where job.deadline <= now {
                job.completion(.failure(Self.timeoutError(job.operation)))
            }
            commit(batch.filter { $0.deadline > now })
        }
    }

    private static func timeoutError(_ operation: DistributionOperation) -> DistributionError {
        DistributionError(
            .timeout,
            "the write waited for its turn longer than its timeout; it was not applied",
            operation: operation.name,
            id: operation.recordID?.description,
            retryable: true
        )
    }

    private func takeBatch() -> [Job]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isDraining = false
                return nil
            }
            let count = min(state.waiting.count, Self.maxWritesPerCommit)
            let batch = state.waiting.prefix(count).map(\.job)
            state.waiting.removeFirst(count)
            state.waitingBytes -= batch.reduce(0) { $0 + $1.byteCount }
            return batch
        }
    }

    private func commit(_ batch: [Job]) {
        guard !batch.isEmpty else { return }
        var results: [Result<DistributionReply, DistributionError>] = []
        results.reserveCapacity(batch.count)
        var isCommitting = false
        do {
            try connection.use { statements in
                try statements.transaction { statements in
                    for job in batch { results.append(try job.apply(statements)) }
                    isCommitting = true
                }
            }
        } catch {
            for job in batch {
                var failure = storeError(error, doing: "writing to the store", maybeApplied: isCommitting)
                failure.operation = job.operation.name
                failure.id = job.operation.recordID?.description
                job.completion(.failure(failure))
            }
            return
        }
        for (job, result) in zip(batch, results) { job.completion(result) }
    }
}

/// The error for an operation on a store that was closed.
func closedError(_ operation: DistributionOperation) -> DistributionError {
    DistributionError(
        .unavailable,
        "the store is closed",
        operation: operation.name,
        id: operation.recordID?.description
    )
}
