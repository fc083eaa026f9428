internal import DistributionAPI
internal import GRDB
internal import Glibc
internal import SQLiteStorage
internal import Synchronization

/// A connection and its statements, used under the queue of the connection.
final class StoreConnection: @unchecked Sendable {
    // `@unchecked Sendable`: `statements` is touched only inside `queue`, which runs one closure at a time.

    private let queue: DatabaseQueue
    /// `nil` once closed.
    private var statements: StoreStatements?

    init(_ queue: DatabaseQueue) throws(DistributionError) {
        self.queue = queue
        do {
            statements = try queue.unsafeRead { try StoreStatements($0) }
        } catch {
            throw storeError(error, doing: "preparing the store")
        }
    }

    /// Runs `body` alone on the connection, on the caller's thread.
    func use<Success>(_ body: (StoreStatements) throws -> Success) throws -> Success {
        try queue.unsafeRead { _ in
            guard let statements else { throw DistributionError(.unavailable, "the store is closed") }
            return try body(statements)
        }
    }

    func close() throws {
        // SQLite closes no connection that has statements left.
        queue.unsafeRead { _ in statements = nil }
        try queue.close()
    }
}

/// A few connections that read beside the writer, opened when they are first needed.
///
/// A read takes microseconds and runs on the caller's thread, so that a reader is found by trying their locks.
final class ReaderPool: Sendable {
    /// The most connections that read at the same time.
    static let maxReaders = 4

    private let path: String
    private let slots: [Slot]

    /// One reader under its own lock. GRDB's queue is passed by, which would cost as much as the read itself.
    private final class Slot: Sendable {
        let reader = Mutex(Reader())
    }

    private struct Reader: @unchecked Sendable {
        // `@unchecked Sendable`: a reader is only reached through the lock of its slot.

        var connection: DatabaseQueue?
        var statements: StoreStatements?
        var isClosed = false
    }

    init(path: String) {
        self.path = path
        slots = (0..<Self.maxReaders).map { _ in Slot() }
    }

    /// Runs `body` on a reader that is free, else waits for one.
    func read<Success: Sendable>(_ body: (StoreStatements) throws -> Success) throws -> Success {
        let first = Self.firstSlot
        for offset in slots.indices {
            let slot = slots[(first + offset) % slots.count]
            if let result = slot.reader.withLockIfAvailable({ reader in Result { try run(body, &reader) } }) {
                return try result.get()
            }
        }
        return try slots[first].reader.withLock { reader in try run(body, &reader) }
    }

    /// Where the calling thread looks first: always the same place, so that threads seldom meet at one lock.
    private static var firstSlot: Int {
        // The high bits of a product, for what tells threads apart are the middle bits of their addresses.
        let hash = UInt64(pthread_self()) &* 0x9E37_79B9_7F4A_7C15
        return Int(hash >> 32) % maxReaders
    }

    /// Closes the readers; later reads fail.
    func close() {
        for slot in slots {
            slot.reader.withLock { reader in
                reader.statements = nil
                try? reader.connection?.close()
                reader.connection = nil
                reader.isClosed = true
            }
        }
    }

    private func run<Success>(_ body: (StoreStatements) throws -> Success, _ reader: inout Reader) throws -> Success {
        if let statements = reader.statements { return try body(statements) }
        guard !reader.isClosed else { throw DistributionError(.unavailable, "the store is closed") }
        let connection = try SQLiteFile.distributions.openReader(path: path, label: "reader")
        let statements = try connection.unsafeRead { try StoreStatements($0) }
        reader.connection = connection
        reader.statements = statements
        return try body(statements)
    }
}
