public import DistributionAPI
internal import GRDB
internal import SQLiteStorage

/// A local history of writes in a SQLite file of its own: what each record was before and after.
///
/// It keeps at most `maxEntries` entries and `maxBytes` bytes of texts; the oldest go first. Calls block for one disk
/// write and are safe from any thread.
public final class HistoryStore: Sendable {
    /// The most entries that are kept.
    public static let maxEntries = 10_000
    /// The most bytes of texts that are kept (256 MiB). A single write may be larger: the newest entry always stays.
    public static let maxBytes = 256 << 20

    /// One write.
    public struct Entry: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable {
            case create
            case update
            case delete
        }

        /// Grows with each write.
        public var number: Int64
        public var kind: Kind
        public var id: DistributionID
        /// When the write was done.
        public var time: DateTime
        /// The record's text before the write; `nil` for a create.
        public var before: [UInt8]?
        /// The record's text after the write; `nil` for a delete.
        public var after: [UInt8]?
        /// Whether the write was undone.
        public var isUndone: Bool
    }

    private let connection: HistoryConnection
    private let maxEntryCount: Int
    private let maxByteCount: Int

    /// Opens the history in a file, which is made when there is none.
    ///
    /// - Parameters:
    ///   - path: the file, or `nil` for a history in memory.
    ///   - maxEntries: the most entries kept, at least 1.
    ///   - maxBytes: the most bytes of texts kept.
    /// - Throws: `.invalid` when the file is no history or one of a newer version (it is then left as it was), or
    ///   cannot be opened; `.unavailable` when another process holds its lock; `.server` when SQLite fails.
    public init(
        path: String?,
        maxEntries: Int = HistoryStore.maxEntries,
        maxBytes: Int = HistoryStore.maxBytes
    ) throws(DistributionError) {
        maxEntryCount = max(maxEntries, 1)
        maxByteCount = maxBytes
        connection = try HistoryConnection(try SQLiteFile.history.openStore(path: path))
    }

    /// Keeps one write, and forgets the oldest beyond the limits.
    ///
    /// - Returns: the entry's number.
    /// - Throws: `.unavailable` when another process holds the lock, `.server` when SQLite fails.
    @discardableResult
    public func record(
        _ kind: Entry.Kind,
        id: DistributionID,
        before: [UInt8]?,
        after: [UInt8]?,
        at time: DateTime
    ) throws(DistributionError) -> Int64 {
        let entry = Entry(number: 0, kind: kind, id: id, time: time, before: before, after: after, isUndone: false)
        return try use("writing the history") { statements in
            try statements.insert(entry, maxEntries: maxEntryCount, maxBytes: maxByteCount)
        }
    }

    /// The newest writes of a record, or of all records, newest first.
    ///
    /// - Parameter limit: the most entries returned.
    /// - Throws: as `record`.
    public func history(_ id: DistributionID? = nil, limit: Int = 20) throws(DistributionError) -> [Entry] {
        try use("reading the history") { try $0.newest(of: id, limit: limit) }
    }

    /// The newest writes that are not undone, newest first: what an undo of `count` writes would take back.
    ///
    /// - Throws: as `record`.
    public func entriesToUndo(_ count: Int) throws(DistributionError) -> [Entry] {
        try use("reading the history") { try $0.newestNotUndone(limit: count) }
    }

    /// Marks a write as undone.
    ///
    /// - Throws: as `record`.
    public func markUndone(_ number: Int64) throws(DistributionError) {
        try use("writing the history") { try $0.markUndone(number) }
    }

    /// Closes the file; later calls fail with `.unavailable`. Harmless when closed already.
    public func close() {
        connection.close()
    }

    private func use<Success>(
        _ action: String,
        _ body: (HistoryStatements) throws -> Success
    ) throws(DistributionError) -> Success {
        do {
            return try connection.use(body)
        } catch {
            throw storeError(error, doing: action)
        }
    }
}

/// The connection to a history and its statements.
private final class HistoryConnection: @unchecked Sendable {
    // `@unchecked Sendable`: `statements` is touched only inside `queue`, which runs one closure at a time.

    private let queue: DatabaseQueue
    /// `nil` once closed.
    private var statements: HistoryStatements?

    init(_ queue: DatabaseQueue) throws(DistributionError) {
        self.queue = queue
        do {
            statements = try queue.unsafeRead { try HistoryStatements($0) }
        } catch {
            throw storeError(error, doing: "preparing the history")
        }
    }

    func use<Success>(_ body: (HistoryStatements) throws -> Success) throws -> Success {
        try queue.unsafeRead { _ in
            guard let statements else { throw DistributionError(.unavailable, "the history is closed") }
            return try body(statements)
        }
    }

    func close() {
        queue.unsafeRead { _ in statements = nil }
        // Nothing is left to lose: every entry is durable already.
        try? queue.close()
    }
}
