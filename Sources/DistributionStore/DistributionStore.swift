internal import Dispatch
public import DistributionAPI
internal import SQLiteStorage
internal import Synchronization

/// The embedded default: distributions in a SQLite file, or in memory.
///
/// Stored texts are returned as they are, byte for byte. A write completes once it is durable (WAL with
/// `synchronous=FULL`): neither SIGKILL nor power loss takes it back. Concurrent writes share commits. Reads run on
/// the caller's thread, beside the writer, and complete before `perform` returns; they take microseconds.
///
/// An update replaces the whole record and sets `updated.value` to the time of the write, changing no other byte.
/// Several processes may use one file; a lock is waited for at most 5 seconds.
public final class DistributionStore: DistributionService {
    /// The longest text of one distribution or seed, in bytes (16 MiB).
    public static let maxBodyBytes = CheckedDistribution.maxBytes
    /// The most writes that wait for their transaction; one more fails with `.unavailable`.
    public static let maxQueuedWrites = GroupCommitWriter.maxQueuedWrites
    /// The most bytes of bodies that wait for their transaction; a write beyond them fails with `.unavailable`.
    public static let maxQueuedBytes = GroupCommitWriter.maxQueuedBytes
    /// A body longer than this (64 KiB) is checked on another thread, so that the caller's event loop goes on.
    public static let maxBytesCheckedByCaller = 64 << 10

    /// What a store takes from the world around it.
    public typealias Environment = RecordEnvironment

    /// The file, or `nil` for a store in memory.
    public let path: String?
    let environment: Environment
    let connection: StoreConnection
    private let writer: GroupCommitWriter
    /// `nil` in memory, where the one connection does everything.
    private let readers: ReaderPool?
    private let listingThread = DispatchQueue(label: "distribution store listing")
    private let checkingThread = DispatchQueue(label: "distribution store checking", attributes: .concurrent)
    private let isClosed = Atomic<Bool>(false)

    /// Opens the store in a file, which is made when there is none.
    ///
    /// - Parameter path: the file; `:memory:` is a store in memory. Its folder must exist.
    /// - Throws: `.invalid` when the file is no distribution store, or one of a newer version (it is then left as it
    ///   was), or cannot be opened; `.unavailable` when another process holds its lock; `.server` when SQLite fails.
    public convenience init(path: String, environment: Environment = Environment()) throws(DistributionError) {
        try self.init(location: path == ":memory:" ? nil : path, environment: environment)
    }

    /// Makes an empty store in memory; it is gone with its last reference.
    public static func inMemory(environment: Environment = Environment()) throws(DistributionError) -> DistributionStore
    {
        try DistributionStore(location: nil, environment: environment)
    }

    private init(location: String?, environment: Environment) throws(DistributionError) {
        path = location
        self.environment = environment
        connection = try StoreConnection(try SQLiteFile.distributions.openStore(path: location))
        writer = GroupCommitWriter(connection: connection)
        readers = location.map(ReaderPool.init(path:))
    }

    /// Waits for the writes already queued and closes the file. Later operations fail with `.unavailable`.
    ///
    /// Must not be called from a completion of this store's operations. Harmless when closed already. A store that is
    /// let go without it also finishes its queued writes.
    public func close() {
        guard !isClosed.exchange(true, ordering: .sequentiallyConsistent) else { return }
        writer.close()
        listingThread.sync {}
        readers?.close()
        // Nothing is left to lose: every acknowledged write is durable already.
        try? connection.close()
    }

    @discardableResult
    public func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        let operation = request.operation
        guard !isClosed.load(ordering: .sequentiallyConsistent) else {
            completion(.failure(closedError(operation)))
            return DistributionCall()
        }
        switch operation {
        case .get(let id):
            completion(get(id))
        case .list:
            completion(.success(.records(listing())))
        case .health:
            completion(.success(.text("ok")))
        case .update(_, let body), .create(let body):
            return check(request, bodyBytes: body.count, completion: completion)
        case .delete:
            return submit(request, prepared: nil, completion: completion)
        }
        return DistributionCall()
    }

    // MARK: - Reading

    /// Reads on whichever connection is free.
    func read<Success: Sendable>(
        doing action: String,
        _ body: (StoreStatements) throws -> Success
    ) throws(DistributionError) -> Success {
        do {
            guard let readers else { return try connection.use(body) }
            return try readers.read(body)
        } catch {
            throw storeError(error, doing: action)
        }
    }

    private func get(_ id: DistributionID) -> Result<DistributionReply, DistributionError> {
        do throws(DistributionError) {
            guard let body = try read(doing: "reading the store", { try $0.body(of: id) }) else {
                return .failure(.noRecord(.get(id)))
            }
            return .success(.document(body))
        } catch {
            var failure = error
            failure.operation = "get"
            failure.id = id.description
            return .failure(failure)
        }
    }

    private func listing() -> StoredRecords {
        StoredRecords(thread: listingThread) { [self] sequence in
            guard !isClosed.load(ordering: .sequentiallyConsistent) else { throw closedError(.list) }
            return try read(doing: "listing the store") { statements in
                try statements.page(
                    after: sequence,
                    maxCount: StoredRecords.maxPageCount,
                    maxBytes: StoredRecords.maxPageBytes
                )
            }
        }
    }

    // MARK: - Writing

    /// Checks the request's body, a long one on another thread, and queues the write.
    private func check(
        _ request: DistributionRequest,
        bodyBytes: Int,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        guard bodyBytes > Self.maxBytesCheckedByCaller else {
            return checkNow(request, completion: completion)
        }
        let relay = CallRelay()
        checkingThread.async { [self] in
            guard !relay.isCancelled else {
                completion(.failure(.cancelledBeforeWrite(request.operation)))
                return
            }
            relay.adopt(checkNow(request, completion: completion))
        }
        return relay.call
    }

    private func checkNow(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        do throws(DistributionError) {
            return submit(request, prepared: try prepare(request.operation), completion: completion)
        } catch {
            var failure = error
            failure.operation = request.operation.name
            failure.id = request.operation.recordID?.description
            completion(.failure(failure))
            return DistributionCall()
        }
    }

    private func prepare(_ operation: DistributionOperation) throws(DistributionError) -> CheckedDistribution? {
        switch operation {
        case .update(let id, let body):
            return try CheckedDistribution(body, updating: id)
        case .create(let body):
            return try SeedExpansion(environment: environment).distribution(from: body)
        case .get, .list, .delete, .health:
            return nil
        }
    }

    private func submit(
        _ request: DistributionRequest,
        prepared: CheckedDistribution?,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        let operation = request.operation
        let clock = environment.clock
        let timeout = request.options.timeout ?? GroupCommitWriter.defaultTimeout
        let job = GroupCommitWriter.Job(
            operation: operation,
            byteCount: prepared?.text.count ?? 0,
            deadline: .now + timeout,
            apply: { try Self.apply(operation, prepared, clock: clock, to: $0) },
            completion: completion
        )
        return writer.submit(job)
    }

    private static func apply(
        _ operation: DistributionOperation,
        _ prepared: CheckedDistribution?,
        clock: @Sendable () -> DateTime,
        to statements: StoreStatements
    ) throws -> Result<DistributionReply, DistributionError> {
        switch (operation, prepared) {
        case (.update(let id, _), let record?):
            let text = record.text(updatedAt: clock())
            guard try statements.update(id, body: text) else { return .failure(.noRecord(operation)) }
            return .success(.document(text))
        case (.create, let record?):
            guard try statements.insert(record.id, body: record.text) else {
                return .failure(DistributionError(.conflict, "the new id is taken; try again", operation: "create"))
            }
            return .success(.document(record.text))
        case (.delete(let id), _):
            return try statements.delete(id) ? .success(.done) : .failure(.noRecord(operation))
        default:
            return .failure(DistributionError(.invalid, "nothing to write", operation: operation.name))
        }
    }
}

extension DistributionError {
    static func noRecord(_ operation: DistributionOperation) -> DistributionError {
        DistributionError(
            .notFound,
            "there is no distribution of this id; it never existed, or it was deleted",
            operation: operation.name,
            id: operation.recordID?.description
        )
    }

    static func cancelledBeforeWrite(_ operation: DistributionOperation) -> DistributionError {
        DistributionError(
            .cancelled,
            "the write was cancelled before it began; it was not applied",
            operation: operation.name,
            id: operation.recordID?.description
        )
    }
}
