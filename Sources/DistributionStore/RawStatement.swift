internal import DistributionAPI
internal import GRDB
internal import GRDBSQLite

/// A prepared statement that is stepped without GRDB's row and value types, for the few statements that run per record.
///
/// It belongs to its connection: whoever runs it holds that connection's queue or lock.
struct RawStatement {
    private let statement: Statement

    init(_ database: Database, _ sql: String) throws {
        statement = try database.makeStatement(sql: sql)
    }

    private var handle: OpaquePointer { statement.sqliteStatement }

    /// Binds the 16 bytes of an id to a parameter, counted from 1.
    func bind(_ id: DistributionID, at index: CInt) {
        withUnsafeBytes(of: (id.bits.high.bigEndian, id.bits.low.bigEndian)) { bytes in
            // The bytes are gone when `step` runs, so SQLite copies them.
            _ = sqlite3_bind_blob(handle, index, bytes.baseAddress, CInt(bytes.count), Self.copied)
        }
    }

    func bind(_ number: Int64, at index: CInt) {
        _ = sqlite3_bind_int64(handle, index, number)
    }

    func bind(_ text: String, at index: CInt) {
        _ = sqlite3_bind_text(handle, index, text, -1, Self.copied)
    }

    /// Binds `bytes`, or NULL, without a copy, runs `body`, and unbinds them.
    func withBound<Result>(_ bytes: [UInt8]?, at index: CInt, _ body: () throws -> Result) throws -> Result {
        guard let bytes else {
            _ = sqlite3_bind_null(handle, index)
            return try body()
        }
        return try bytes.withUnsafeBytes { buffer in
            // A null pointer would bind NULL, so that an empty text keeps a real address.
            let start = buffer.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
            let code = sqlite3_bind_blob64(handle, index, start, UInt64(buffer.count), Self.unmanaged)
            guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
            defer { _ = sqlite3_bind_null(handle, index) }
            return try body()
        }
    }

    /// Runs the statement up to its next row.
    ///
    /// - Returns: whether there is a row; false at the end.
    func step() throws -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        let message = sqlite3_db_handle(handle).flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
        let error = DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        reset()
        throw error
    }

    /// Runs a statement that returns no rows and makes it ready for the next run.
    ///
    /// - Returns: how many rows it changed.
    func run() throws -> Int {
        defer { reset() }
        while try step() {}
        return Int(sqlite3_changes(sqlite3_db_handle(handle)))
    }

    /// Ends the run, and with it the read transaction that it held.
    func reset() {
        _ = sqlite3_reset(handle)
    }

    func integer(at column: CInt) -> Int64 {
        sqlite3_column_int64(handle, column)
    }

    func isNull(at column: CInt) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    func string(at column: CInt) -> String {
        sqlite3_column_text(handle, column).map { String(cString: $0) } ?? ""
    }

    /// A copy of a column's bytes.
    func bytes(at column: CInt) -> [UInt8] {
        let start = sqlite3_column_blob(handle, column)
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    func id(at column: CInt) -> DistributionID? {
        guard sqlite3_column_bytes(handle, column) == 16, let start = sqlite3_column_blob(handle, column) else {
            return nil
        }
        let high = start.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        let low = start.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        return DistributionID(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
    }

    /// SQLITE_STATIC: the bytes stay where they are until the statement has run.
    private static var unmanaged: sqlite3_destructor_type? { nil }
    /// SQLITE_TRANSIENT: SQLite copies the bytes at once.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
