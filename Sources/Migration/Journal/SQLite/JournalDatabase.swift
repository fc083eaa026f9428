internal import GRDB
internal import SQLiteStorage

/// One connection to a journal with its prepared statements. Used under the queue of its connection, a call at a time.
final class JournalDatabase {
    private let database: Database
    let images = ImageCodec()
    private var statements: [String: RawStatement] = [:]

    init(_ database: Database) {
        self.database = database
    }

    /// The statement of a text, made when it is first needed.
    func statement(_ sql: String) throws -> RawStatement {
        if let statement = statements[sql] { return statement }
        let statement = try RawStatement(database, sql)
        statements[sql] = statement
        return statement
    }

    /// Runs a statement that returns no rows.
    ///
    /// - Returns: how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ bind: (RawStatement) throws -> Void = { _ in }) throws -> Int {
        let statement = try statement(sql)
        try bind(statement)
        return try statement.run()
    }

    /// Every row of a query. `row` must not run the same query.
    func rows<Row>(
        _ sql: String,
        _ bind: (RawStatement) throws -> Void = { _ in },
        _ row: (RawStatement) throws -> Row
    ) throws -> [Row] {
        var rows: [Row] = []
        try forEach(sql, bind) { rows.append(try row($0)) }
        return rows
    }

    /// The first row of a query; `nil` when it has none.
    func first<Row>(
        _ sql: String,
        _ bind: (RawStatement) throws -> Void = { _ in },
        _ row: (RawStatement) throws -> Row
    ) throws -> Row? {
        let statement = try statement(sql)
        try bind(statement)
        defer { statement.reset() }
        return try statement.step() ? try row(statement) : nil
    }

    func forEach(
        _ sql: String,
        _ bind: (RawStatement) throws -> Void = { _ in },
        _ body: (RawStatement) throws -> Void
    ) throws {
        let statement = try statement(sql)
        try bind(statement)
        defer { statement.reset() }
        while try statement.step() { try body(statement) }
    }

    /// The number in the first column of the first row; 0 when there is none.
    func number(_ sql: String, _ bind: (RawStatement) throws -> Void = { _ in }) throws -> Int64 {
        try first(sql, bind) { $0.integer(at: 0) } ?? 0
    }

    var lastInsertedRowID: Int64 { database.lastInsertedRowID }

    /// Runs `body` in a transaction: all that it writes is durable when this returns, none of it when this throws.
    func writing<Success>(_ body: () throws -> Success) throws -> Success {
        try transaction(.immediate, body)
    }

    /// Runs `body` in a transaction, so that everything it reads is of one moment.
    func reading<Success>(_ body: () throws -> Success) throws -> Success {
        try transaction(.deferred, body)
    }

    private func transaction<Success>(
        _ kind: Database.TransactionKind,
        _ body: () throws -> Success
    ) throws -> Success {
        var result: Success?
        try database.inTransaction(kind) {
            result = try body()
            return .commit
        }
        guard let result else { throw JournalError(.failed, "a transaction of the migration journal has no result") }
        return result
    }
}
