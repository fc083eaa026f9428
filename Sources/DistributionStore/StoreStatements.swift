internal import DistributionAPI
internal import GRDB
internal import SQLiteStorage

extension SQLiteFile {
    /// The file that holds distributions. `sequence` is the order of creation, in which they are listed.
    static let distributions = SQLiteFile(
        noun: "distribution store",
        // "dist" in ASCII.
        applicationID: 0x6469_7374,
        version: 1,
        creationSQL: """
            CREATE TABLE distribution(
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                id BLOB NOT NULL UNIQUE CHECK(length(id) = 16),
                body BLOB NOT NULL
            ) STRICT
            """
    )
}

/// The prepared statements of one connection to a distribution store.
///
/// They are made on the connection's queue, which GRDB checks, and used under its queue or lock.
final class StoreStatements {
    private let database: Database
    private let selectBody: RawStatement
    private let selectPage: RawStatement
    private let selectCount: RawStatement
    private let insertRecord: RawStatement
    private let updateRecord: RawStatement
    private let deleteRecord: RawStatement

    init(_ database: Database) throws {
        self.database = database
        selectBody = try RawStatement(database, "SELECT body FROM distribution WHERE id = ?1")
        selectPage = try RawStatement(
            database,
            "SELECT sequence, body FROM distribution WHERE sequence > ?1 ORDER BY sequence"
        )
        selectCount = try RawStatement(database, "SELECT count(*) FROM distribution")
        insertRecord = try RawStatement(database, "INSERT OR IGNORE INTO distribution(id, body) VALUES(?1, ?2)")
        updateRecord = try RawStatement(database, "UPDATE distribution SET body = ?2 WHERE id = ?1")
        deleteRecord = try RawStatement(database, "DELETE FROM distribution WHERE id = ?1")
    }

    /// The stored text; `nil` when there is no such record.
    func body(of id: DistributionID) throws -> [UInt8]? {
        selectBody.bind(id, at: 1)
        defer { selectBody.reset() }
        return try selectBody.step() ? selectBody.bytes(at: 0) : nil
    }

    /// - Returns: false when the id is taken; the record is then left as it is.
    func insert(_ id: DistributionID, body: [UInt8]) throws -> Bool {
        insertRecord.bind(id, at: 1)
        return try insertRecord.withBound(body, at: 2) { try insertRecord.run() > 0 }
    }

    /// - Returns: false when there is no such record.
    func update(_ id: DistributionID, body: [UInt8]) throws -> Bool {
        updateRecord.bind(id, at: 1)
        return try updateRecord.withBound(body, at: 2) { try updateRecord.run() > 0 }
    }

    /// - Returns: false when there is no such record.
    func delete(_ id: DistributionID) throws -> Bool {
        deleteRecord.bind(id, at: 1)
        return try deleteRecord.run() > 0
    }

    /// The records after `sequence`, until there are `maxCount` of them or more than `maxBytes` bytes.
    ///
    /// - Returns: the texts and the sequence of the last one.
    func page(after sequence: Int64, maxCount: Int, maxBytes: Int) throws -> (bodies: [[UInt8]], last: Int64) {
        selectPage.bind(sequence, at: 1)
        defer { selectPage.reset() }
        var bodies: [[UInt8]] = []
        var last = sequence
        var byteCount = 0
        while bodies.count < maxCount, byteCount < maxBytes, try selectPage.step() {
            last = selectPage.integer(at: 0)
            let body = selectPage.bytes(at: 1)
            byteCount += body.count
            bodies.append(body)
        }
        return (bodies, last)
    }

    /// The ids from `first` to `last`, in their order, with the names of their shares, or else of their gists.
    func identifiers(
        from first: DistributionID,
        to last: DistributionID,
        maxCount: Int
    ) throws -> [(id: DistributionID, name: String)] {
        // Made for each use: it is for people who type, and would be a part of every start.
        let select = try RawStatement(
            database,
            """
            SELECT id, coalesce(
                json_extract(CAST(body AS TEXT), '$.share.name'),
                json_extract(CAST(body AS TEXT), '$.github.gist.name')
            )
            FROM distribution WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3
            """
        )
        select.bind(first, at: 1)
        select.bind(last, at: 2)
        select.bind(Int64(maxCount), at: 3)
        defer { select.reset() }
        var found: [(id: DistributionID, name: String)] = []
        while try select.step() {
            if let id = select.id(at: 0) { found.append((id, select.string(at: 1))) }
        }
        return found
    }

    func count() throws -> Int {
        defer { selectCount.reset() }
        return try selectCount.step() ? Int(selectCount.integer(at: 0)) : 0
    }

    /// Runs `body` in one write transaction: all of it is durable when this returns, none of it when this throws.
    ///
    /// Only on the writer's connection, on its queue.
    func transaction(_ body: (StoreStatements) throws -> Void) throws {
        try database.inTransaction(.immediate) {
            try body(self)
            return .commit
        }
    }
}
