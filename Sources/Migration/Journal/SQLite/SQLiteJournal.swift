public import DistributionAPI
internal import SQLiteStorage

/// A journal in a SQLite file, or in memory.
///
/// One thread writes: entries that wait share a transaction. Reads run on connections of their own, on the caller's
/// thread, and see what is durable. Several processes may use one file, each its own runs; another's lock is waited for
/// at most a minute. Beside the file stand SQLite's `-wal` and `-shm`, and `-locks`, which tells who works on a run.
public final class SQLiteJournal: Journal {
    /// How much of the file the writer keeps in memory (4 MiB): it mostly adds at the end, and what it sorts spills to disk.
    static let cacheBytes = 4 << 20
    /// How many pages the write-ahead log gathers (16 MiB) before they are put into the file.
    static let checkpointPages = 4096

    /// How long a write waits for another process: freezing and purging millions of records takes that long.
    static let busyTimeoutSeconds = 60.0

    private let path: String?
    private let connection: JournalConnection
    private let writer: JournalWriter
    let reading: JournalReading
    /// Beside `reading`, so that a session does not wait for a long read; the same one in memory.
    private let controlReading: JournalReading
    private let locks: RunLocks
    private let clock: @Sendable () -> DateTime

    /// Opens the journal in a file, which is made, readable by its owner alone, when there is none.
    ///
    /// - Parameters:
    ///   - path: the file, whose folder must exist; `nil` for a journal in memory, which goes with its last reference.
    ///   - durability: what a commit outlives.
    ///   - clock: the time of day, for what is written and for leases.
    /// - Throws: `.notAJournal` when the file is something else or of a newer version (it is then left as it was),
    ///   `.cannotOpen`, `.readOnly`, `.damaged`, `.full`, and `.busy` when another process holds its lock.
    public init(
        path: String?,
        durability: Durability,
        clock: @escaping @Sendable () -> DateTime = { DateTime.now() }
    ) throws(JournalError) {
        let opened = try Self.open(path: path, durability: durability)
        self.path = path
        self.clock = clock
        connection = opened.writer
        writer = JournalWriter(connection: opened.writer, clock: clock)
        let locks = RunLocks(journalPath: path)
        reading = JournalReading(connection: opened.reader, path: path, locks: locks)
        controlReading = JournalReading(connection: opened.controlReader, path: path, locks: locks)
        self.locks = locks
    }

    private typealias Connections = (
        writer: JournalConnection, reader: JournalConnection, controlReader: JournalConnection
    )

    private static func open(path: String?, durability: Durability) throws(JournalError) -> Connections {
        do {
            let file = SQLiteFile.migrationJournal
            let writer = JournalConnection(
                try file.openWriter(
                    path: path,
                    synchronization: durability == .power ? .full : .normal,
                    busyTimeoutSeconds: busyTimeoutSeconds,
                    cacheBytes: cacheBytes,
                    checkpointPages: checkpointPages
                )
            )
            guard let path else { return (writer, writer, writer) }
            let reader = JournalConnection(try file.openReader(path: path, label: "reader"))
            return (writer, reader, JournalConnection(try file.openReader(path: path, label: "control reader")))
        } catch {
            throw JournalError(error, opening: path)
        }
    }

    /// Opens a journal that is there already for reading alone: nothing that is done with it can change the file.
    ///
    /// - Throws: `.notAJournal`, `.cannotOpen` when there is no such file, `.damaged`, `.busy`; and `.readOnly` when
    ///   its folder cannot be written, where SQLite keeps the memory that it shares with a writer, and the file has a log.
    public static func openReadOnly(path: String) throws(JournalError) -> some JournalReader {
        do {
            let connection = JournalConnection(try SQLiteFile.migrationJournal.openReadOnly(path: path))
            return JournalReading(connection: connection, path: path, locks: RunLocks(journalPath: path))
        } catch {
            throw JournalError(error, opening: path)
        }
    }

    public func close() {
        writer.finish()
        reading.close()
        controlReading.close()
        // Last, for who closes the file last puts the log into it, and readers cannot.
        connection.close()
    }

    // MARK: - Runs

    public func createRun(_ run: NewRun, control: RunControl) throws(JournalError) -> RunID {
        try write("making a run") { try $0.createRun(run, control: control, at: clock()) }
    }

    public func freeze(_ items: [NewItem], run: RunID) throws(JournalError) {
        try write("freezing the input of run \(run)") { try $0.freeze(items, run: run) }
    }

    public func endFreezing(run: RunID, sha: String, expectedCount: Int) throws(JournalError) -> RunRecord {
        try write("freezing the input of run \(run)") { journal in
            try journal.endFreezing(run: run, sha: sha, expectedCount: expectedCount)
        }
    }

    public func restartFreezing(run: RunID) throws(JournalError) {
        try write("beginning the input of run \(run) again") { try $0.restartFreezing(run: run) }
    }

    public func setState(
        _ state: RunState,
        run: RunID,
        stop: RunStop?,
        audit: AuditEntry
    ) throws(JournalError) {
        try write("setting the state of run \(run)") { journal in
            try journal.setState(state, run: run, stop: stop, audit: audit, at: clock())
        }
    }

    public func changeControl(
        run: RunID,
        by who: String,
        _ change: (inout RunControl) -> Void
    ) throws(JournalError) -> RunControl {
        try write("changing the control of run \(run)") { journal in
            try journal.changeControl(run: run, by: who, at: clock(), change)
        }
    }

    public func reopen(
        run: RunID,
        failure: FailureClass?,
        by who: String
    ) throws(JournalError) -> (opened: Int, parked: Int, exhausted: Int) {
        try write("opening records of run \(run) again") { journal in
            try journal.reopen(run: run, failure: failure, by: who, at: clock())
        }
    }

    public func acceptScript(
        _ script: [UInt8],
        sha: String,
        run: RunID,
        reopening failures: [FailureClass],
        by who: String
    ) throws(JournalError) -> Int {
        _ = try self.run(run)
        // Who works on the run has the script that it began with in memory.
        let lock = try locks.take(run, worker: who, at: clock())
        defer { lock.close() }
        return try write("accepting the changed file of run \(run)") { journal in
            try journal.acceptScript(script, sha: sha, run: run, reopening: failures, by: who, at: clock())
        }
    }

    public func discard(run: RunID) throws(JournalError) {
        try delete(run) { journal in
            try journal.require([.freezing, .ready], of: run, to: "be discarded")
            try journal.beginPurge(run: run, force: true)
        }
    }

    public func purge(run: RunID, force: Bool) throws(JournalError) {
        try delete(run) { try $0.beginPurge(run: run, force: force) }
    }

    private func delete(_ run: RunID, _ begin: (JournalDatabase) throws -> Void) throws(JournalError) {
        _ = try self.run(run)
        let lock = try locks.take(run, worker: "purge", at: clock())
        defer { lock.close() }
        try write("purging run \(run)", begin)
        // From here on the run is gone. What is left of it goes in steps, so that other processes can write between.
        while try write("deleting what is left of purged runs", { try $0.deleteRestOfPurged() }) {}
    }

    // MARK: - Work

    public func open(run: RunID, worker: String, repeatsApplied: Bool) throws(JournalError) -> any RunSession {
        _ = try self.run(run)
        let lock = try locks.take(run, worker: worker, at: clock())
        do throws(JournalError) {
            try write("opening run \(run)") { journal in
                try journal.require([.ready, .running, .stopped, .finished], of: run, to: "be worked on")
                // Who claimed them is dead, for nobody else held the lock.
                try journal.giveLeasesBack(run: run)
            }
        } catch {
            lock.close()
            throw error
        }
        let author = EntryAuthor(run: run, repeatsApplied: repeatsApplied)
        return SQLiteSession(author, worker: worker, writer: writer, reading: controlReading, lock: lock)
    }

    public func recordVerifications(_ found: [Verification], run: RunID) throws(JournalError) {
        try write("recording verifications of run \(run)") { journal in
            _ = try journal.state(of: run)
            for verification in found { try journal.insert(verification, run: run) }
        }
    }

    private func write<Success: Sendable>(
        _ action: String,
        _ body: (JournalDatabase) throws -> Success
    ) throws(JournalError) -> Success {
        try writer.write(path.map { "\(action) in \($0)" } ?? action, body)
    }
}
