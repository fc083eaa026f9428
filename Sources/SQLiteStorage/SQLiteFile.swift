package import GRDB
internal import Glibc

/// A kind of SQLite file that distsh keeps, and how to open one without ever touching a file that is something else.
package struct SQLiteFile: Sendable {
    /// What messages call it: `distribution store`.
    package let noun: String
    /// SQLite's `application_id`: tells the file's owner.
    package let applicationID: Int32
    /// SQLite's `user_version`: tells the version of the tables.
    package let version: Int32
    /// Makes the tables of a new file.
    package let creationSQL: String

    /// How long a statement waits for another process's lock, unless it is told.
    package static let busyTimeoutSeconds = 5.0
    /// The write-ahead log is cut to this size (16 MiB) when it starts anew.
    package static let maxIdleLogBytes = 16 << 20

    /// When a commit is on the disk.
    package enum Synchronization: String, Sendable {
        /// Before it returns.
        case full = "FULL"
        /// Some time later: a loss of power may take the newest commits, not the file.
        case normal = "NORMAL"
    }

    package init(noun: String, applicationID: Int32, version: Int32, creationSQL: String) {
        self.noun = noun
        self.applicationID = applicationID
        self.version = version
        self.creationSQL = creationSQL
    }

    /// Opens the file for reading and writing, in WAL mode; makes it, readable by its owner alone, when there is none.
    ///
    /// - Parameters:
    ///   - path: the file, or `nil` for a database in memory.
    ///   - busyTimeoutSeconds: how long a statement waits for another process's lock.
    ///   - cacheBytes: how much of the file is kept in memory; `nil` for SQLite's own choice.
    ///   - checkpointPages: how many pages the write-ahead log has before it is put into the file.
    /// - Throws: `.notOurs` when the file is not of this kind or of a newer version (it is left as it was), and the
    ///   other codes when SQLite or the file system refuses.
    package func openWriter(
        path: String?,
        synchronization: Synchronization = .full,
        busyTimeoutSeconds: Double = Self.busyTimeoutSeconds,
        cacheBytes: Int? = nil,
        checkpointPages: Int = 1000
    ) throws(SQLiteFailure) -> DatabaseQueue {
        var configuration = Self.configuration(label: "\(noun) writer")
        configuration.busyMode = .timeout(busyTimeoutSeconds)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = \(synchronization.rawValue)")
            try database.execute(sql: "PRAGMA journal_size_limit = \(Self.maxIdleLogBytes)")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
            if let cacheBytes { try database.execute(sql: "PRAGMA cache_size = -\(cacheBytes >> 10)") }
        }
        return try open(path) {
            guard let path else {
                let queue = try DatabaseQueue(configuration: configuration)
                try queue.writeWithoutTransaction { try create(in: $0) }
                return queue
            }
            makeFile(path)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { try identify($0, path: path) }
            return queue
        }
    }

    /// Opens one more connection that only reads. The writer must be open, and stay open as long.
    package func openReader(path: String, label: String) throws(SQLiteFailure) -> DatabaseQueue {
        do {
            var configuration = Self.configuration(label: "\(noun) \(label)")
            configuration.readonly = true
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw SQLiteFailure(error, doing: "opening the \(noun) \(path) for reading")
        }
    }

    /// Opens a file that is there already for reading alone, whether or not anybody has it open for writing.
    ///
    /// - Throws: as `openWriter`; `.cannotOpen` when there is no such file, and when its folder cannot be written while
    ///   the file has a write-ahead log.
    package func openReadOnly(path: String) throws(SQLiteFailure) -> DatabaseQueue {
        do throws(SQLiteFailure) {
            return try openReadOnly(path: path, name: path)
        } catch {
            guard error.code == .cannotOpen || error.code == .readOnly, Self.isAtRest(path) else { throw error }
            return try openReadOnly(path: path, name: Self.immutableName(of: path))
        }
    }

    /// - Parameter name: what SQLite knows the file by.
    private func openReadOnly(path: String, name: String) throws(SQLiteFailure) -> DatabaseQueue {
        var configuration = Self.configuration(label: "\(noun) reader")
        configuration.readonly = true
        return try open(path) {
            let queue = try DatabaseQueue(path: name, configuration: configuration)
            try queue.unsafeRead { try checkIdentity(of: $0, path: path) }
            return queue
        }
    }

    /// Whether a file is in a folder where SQLite cannot make its files beside it, and needs none: without a write-ahead
    /// log it is whole, and nobody has it open for writing.
    private static func isAtRest(_ path: String) -> Bool {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard access(path, F_OK) == 0, access(folder, W_OK) != 0 else { return false }
        return access("\(path)-wal", F_OK) != 0 && errno == ENOENT
    }

    /// The URI by which SQLite takes a file as one that nobody changes, so that it needs no files beside it.
    private static func immutableName(of path: String) -> String {
        let special = ["%": "%25", "?": "%3f", "#": "%23"]
        return "file:\(path.map { special[String($0)] ?? String($0) }.joined())?immutable=1"
    }

    private func open(_ path: String?, _ body: () throws -> DatabaseQueue) throws(SQLiteFailure) -> DatabaseQueue {
        do {
            return try body()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw refusal(path: path, "is not a SQLite database")
        } catch {
            throw SQLiteFailure(error, doing: "opening the \(noun) \(path ?? "in memory")")
        }
    }

    /// SQLite would make the file readable by everyone, and what it makes beside it takes the file's mode.
    private func makeFile(_ path: String) {
        // Only a file that is new is opened here: closing one that SQLite has open would drop SQLite's locks.
        let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
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
            throw SQLiteFailure(
                .other,
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

    private func refusal(path: String?, _ reason: String) -> SQLiteFailure {
        let place = path ?? "the database in memory"
        return SQLiteFailure(
            .notOurs,
            "\(place) \(reason), so it is no \(noun); it was left as it is: name another file"
        )
    }

    private func checkIdentity(of database: Database, path: String) throws {
        guard try Int32.fetchOne(database, sql: "PRAGMA application_id") == applicationID else {
            throw refusal(path: path, "is a SQLite database of another program")
        }
        let found = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found <= version else {
            throw SQLiteFailure(
                .notOurs,
                """
                the \(noun) \(path) is of version \(found), and this distsh knows versions up to \(version); \
                use a newer distsh
                """
            )
        }
        guard found == version else {
            throw SQLiteFailure(.notOurs, "the \(noun) \(path) is of version \(found), which no distsh has written")
        }
    }
}
