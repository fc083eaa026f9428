internal import DistributionAPI
internal import GRDB
internal import SQLiteStorage

extension SQLiteFile {
    /// The file that holds the history of writes. `total` has the one row that saves counting.
    static let history = SQLiteFile(
        noun: "distsh history",
        // "dhis" in ASCII.
        applicationID: 0x6468_6973,
        version: 1,
        creationSQL: """
            CREATE TABLE entry(
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                kind TEXT NOT NULL,
                id BLOB NOT NULL CHECK(length(id) = 16),
                milliseconds INTEGER NOT NULL,
                before BLOB,
                after BLOB,
                is_undone INTEGER NOT NULL DEFAULT 0
            ) STRICT;
            CREATE INDEX entry_id ON entry(id, number);
            CREATE INDEX entry_to_undo ON entry(number) WHERE is_undone = 0;
            CREATE TABLE total(entries INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
            INSERT INTO total VALUES(0, 0);
            CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN
                UPDATE total SET entries = entries + 1,
                    bytes = bytes + coalesce(length(new.before), 0) + coalesce(length(new.after), 0);
            END;
            CREATE TRIGGER entry_removed AFTER DELETE ON entry BEGIN
                UPDATE total SET entries = entries - 1,
                    bytes = bytes - coalesce(length(old.before), 0) - coalesce(length(old.after), 0);
            END
            """
    )
}

/// The prepared statements of a history. Used under its connection's queue.
final class HistoryStatements {
    private let database: Database
    private let insertEntry: RawStatement
    private let isOverLimit: RawStatement
    private let deleteOldest: RawStatement
    private let selectNewest: RawStatement
    private let selectNewestOfRecord: RawStatement
    private let selectNotUndone: RawStatement
    private let setUndone: RawStatement

    private static let columns = "number, kind, id, milliseconds, before, after, is_undone"

    init(_ database: Database) throws {
        self.database = database
        insertEntry = try RawStatement(
            database,
            "INSERT INTO entry(kind, id, milliseconds, before, after) VALUES(?1, ?2, ?3, ?4, ?5)"
        )
        isOverLimit = try RawStatement(
            database,
            "SELECT 1 FROM total WHERE entries > 1 AND (entries > ?1 OR bytes > ?2)"
        )
        deleteOldest = try RawStatement(
            database,
            "DELETE FROM entry WHERE number = (SELECT min(number) FROM entry)"
        )
        let select = "SELECT \(Self.columns) FROM entry"
        selectNewest = try RawStatement(database, "\(select) ORDER BY number DESC LIMIT ?1")
        selectNewestOfRecord = try RawStatement(database, "\(select) WHERE id = ?2 ORDER BY number DESC LIMIT ?1")
        selectNotUndone = try RawStatement(
            database,
            "\(select) WHERE is_undone = 0 ORDER BY number DESC LIMIT ?1"
        )
        setUndone = try RawStatement(database, "UPDATE entry SET is_undone = 1 WHERE number = ?1")
    }

    func insert(_ entry: HistoryStore.Entry, maxEntries: Int, maxBytes: Int) throws -> Int64 {
        var number: Int64 = 0
        try database.inTransaction(.immediate) {
            insertEntry.bind(entry.kind.rawValue, at: 1)
            insertEntry.bind(entry.id, at: 2)
            insertEntry.bind(Self.milliseconds(of: entry.time), at: 3)
            try insertEntry.withBound(entry.before, at: 4) {
                try insertEntry.withBound(entry.after, at: 5) { _ = try insertEntry.run() }
            }
            number = database.lastInsertedRowID
            while try isOver(maxEntries: maxEntries, maxBytes: maxBytes) { _ = try deleteOldest.run() }
            return .commit
        }
        return number
    }

    func newest(of id: DistributionID?, limit: Int) throws -> [HistoryStore.Entry] {
        let select = id == nil ? selectNewest : selectNewestOfRecord
        if let id { select.bind(id, at: 2) }
        return try entries(select, limit: limit)
    }

    func newestNotUndone(limit: Int) throws -> [HistoryStore.Entry] {
        try entries(selectNotUndone, limit: limit)
    }

    func markUndone(_ number: Int64) throws {
        setUndone.bind(number, at: 1)
        _ = try setUndone.run()
    }

    private func isOver(maxEntries: Int, maxBytes: Int) throws -> Bool {
        isOverLimit.bind(Int64(maxEntries), at: 1)
        isOverLimit.bind(Int64(maxBytes), at: 2)
        defer { isOverLimit.reset() }
        return try isOverLimit.step()
    }

    private func entries(_ select: RawStatement, limit: Int) throws -> [HistoryStore.Entry] {
        // A negative limit would mean none in SQLite.
        select.bind(Int64(max(limit, 0)), at: 1)
        defer { select.reset() }
        var entries: [HistoryStore.Entry] = []
        while try select.step() {
            guard let kind = HistoryStore.Entry.Kind(rawValue: select.string(at: 1)), let id = select.id(at: 2) else {
                throw DistributionError(.server, "entry \(select.integer(at: 0)) of the history is damaged")
            }
            entries.append(
                HistoryStore.Entry(
                    number: select.integer(at: 0),
                    kind: kind,
                    id: id,
                    time: Self.time(milliseconds: select.integer(at: 3)),
                    before: select.isNull(at: 4) ? nil : select.bytes(at: 4),
                    after: select.isNull(at: 5) ? nil : select.bytes(at: 5),
                    isUndone: select.integer(at: 6) != 0
                )
            )
        }
        return entries
    }

    private static func milliseconds(of time: DateTime) -> Int64 {
        time.secondsSince1970 * 1000 + Int64(time.nanoseconds) / 1_000_000
    }

    private static func time(milliseconds: Int64) -> DateTime {
        let part = ((milliseconds % 1000) + 1000) % 1000
        return DateTime(secondsSince1970: (milliseconds - part) / 1000, nanoseconds: Int32(part) * 1_000_000)
    }
}
