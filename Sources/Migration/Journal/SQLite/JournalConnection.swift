internal import GRDB

/// A connection to a journal, used by one thread at a time.
final class JournalConnection: @unchecked Sendable {
    // `@unchecked Sendable`: `journal` is touched only inside `queue`, which runs one closure at a time.

    private let queue: DatabaseQueue
    /// `nil` once closed.
    private var journal: JournalDatabase?

    init(_ queue: DatabaseQueue) {
        self.queue = queue
        journal = queue.unsafeRead { JournalDatabase($0) }
    }

    /// Runs `body` alone on the connection, on the caller's thread.
    func use<Success>(_ body: (JournalDatabase) throws -> Success) throws -> Success {
        try queue.unsafeRead { _ in
            guard let journal else { throw JournalError.isClosed }
            return try body(journal)
        }
    }

    func close() {
        // SQLite closes no connection that has statements left.
        queue.unsafeRead { _ in journal = nil }
        // Nothing is left to lose: every commit is durable already.
        try? queue.close()
    }
}
