internal import DistributionAPI
internal import GRDB

/// A kind of SQLite file that distsh keeps, and how to open one without ever touching a file that is something else.
struct SQLiteFile {
    /// What messages call it: `distribution store`.
    let noun: String
    /// SQLite's `application_id`: tells the file's owner.
    let applicationID: Int32
    /// SQLite's `user_version`: tells the version of the tables.
    let version: Int32
    /// Makes the tables of a new file.
    let creationSQL: String

    /// How long a statement waits for another process's lock.
    static let busyTimeoutSeconds = 5.0
    /// The write-ahead log is cut to this size (16 MiB) when it starts anew.
    static let maxIdleLogBytes = 16 << 20

    /// Opens the file for reading and writing, in WAL mode with every commit synced; makes it when there is none.
    ///
    /// - Parameter path: the file, or `nil` for a database in memory.
    /// - Throws: `.invalid` when the file is not of this kind or of a newer version (it is left as it was),
    ///   `.server` when SQLite or the file system refuses.
    func openWriter(path: String?) throws(DistributionError) -> DatabaseQueue {
        do {
            var configuration = Self.configuration(label: "\(noun) writer")
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                try database.execute(sql: "PRAGMA journal_size_limit = \(Self.maxIdleLogBytes)")
            }
            guard let path else {
                let queue = try DatabaseQueue(configuration: configuration)
                try queue.writeWithoutTransaction { try create(in: $0) }
                return queue
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { try identify($0, path: path) }
            return queue
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw refusal(path: path, "is not a SQLite database")
        } catch {
            throw storeError(error, doing: "opening the \(noun) \(path ?? "in memory")")
        }
    }

    /// Opens one more connection that only reads. The writer must be open, and stay open as long.
    func openReader(path: String, label: String) throws(DistributionError) -> DatabaseQueue {
        do {
            var configuration = Self.configuration(label: "\(noun) \(label)")
            configuration.readonly = true
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw storeError(error, doing: "opening the \(noun) \(path) for reading")
        }
    }

    private static func configuration(label: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = label
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(busyTimeoutSeconds)
        return configuration
    }

    // MARK: - Whose file it is

    private func identify(_ database: Database, path: String) throws {
        if try isNew(database) {
            try switchToWAL(database, path: path)
            try create(in: database)
        }
        try checkIdentity(of: database, path: path)
        try switchToWAL(database, path: path)
    }

    private func switchToWAL(_ database: Database, path: String) throws {
        // SQLite answers with the old mode, not with an error, when the file system cannot do it.
        guard try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL") == "wal" else {
            throw DistributionError(
                .server,
                "the file system of the \(noun) \(path) has no shared memory for a write-ahead log; use a local disk"
            )
        }
    }

    private func isNew(_ database: Database) throws -> Bool {
        let applicationID = try Int32.fetchOne(database, sql: "PRAGMA application_id")
        let tableCount = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master")
        return applicationID == 0 && tableCount == 0
    }

    /// Makes the tables, unless another process did so in between. A kill leaves either an empty file or a whole one.
    private func create(in database: Database) throws {
        try database.inTransaction(.immediate) {
            guard try isNew(database) else { return .rollback }
            try database.execute(sql: creationSQL)
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: "PRAGMA user_version = \(version)")
            return .commit
        }
    }

    private func refusal(path: String?, _ reason: String) -> DistributionError {
        let place = path ?? "the database in memory"
        return DistributionError(
            .invalid,
            "\(place) \(reason), so it is no \(noun); it was left as it is: name another file"
        )
    }

    private func checkIdentity(of database: Database, path: String) throws {
        guard try Int32.fetchOne(database, sql: "PRAGMA application_id") == applicationID else {
            throw refusal(path: path, "is a SQLite database of another program")
        }
        let found = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found <= version else {
            throw DistributionError(
                .invalid,
                """
                the \(noun) \(path) is of version \(found), and this distsh knows versions up to \(version); \
                use a newer distsh
                """
            )
        }
        guard found == version else {
            throw DistributionError(.invalid, "the \(noun) \(path) is of version \(found), which no distsh has written")
        }
    }
}

/// The error to show for a failure of SQLite. It never holds a body, for GRDB keeps arguments out of its messages.
func storeError(_ error: any Error, doing action: String, maybeApplied: Bool = false) -> DistributionError {
    if let error = error as? DistributionError { return error }
    guard let error = error as? DatabaseError else {
        return DistributionError(.server, "\(action): \(error)", maybeApplied: maybeApplied, underlying: error)
    }
    let reason = error.message ?? "SQLite result \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
        return DistributionError(
            .unavailable,
            "\(action): another process holds the lock; try again when it is done",
            retryable: true,
            underlying: error
        )
    case .SQLITE_CANTOPEN:
        return DistributionError(
            .invalid,
            "\(action): \(reason); the folder must exist and be writable",
            underlying: error
        )
    case .SQLITE_FULL:
        return DistributionError(.server, "\(action): the disk is full; make room and try again", underlying: error)
    case .SQLITE_READONLY:
        return DistributionError(.server, "\(action): the file or its folder is not writable", underlying: error)
    default:
        return DistributionError(
            .server,
            "\(action): \(reason)",
            maybeApplied: maybeApplied,
            underlying: error
        )
    }
}
