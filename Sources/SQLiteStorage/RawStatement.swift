package import DistributionAPI
package import GRDB
internal import GRDBSQLite

/// A prepared statement that is stepped without GRDB's row and value types, for the few statements that run per record.
///
/// It belongs to its connection: whoever runs it holds that connection's queue or lock.
package struct RawStatement {
    private let statement: Statement
    private let handle: OpaquePointer

    package init(_ database: Database, _ sql: String) throws {
        statement = try database.makeStatement(sql: sql)
        handle = statement.sqliteStatement
    }

    /// Binds the 16 bytes of an id to a parameter, counted from 1.
    package func bind(_ id: DistributionID, at index: CInt) {
        withUnsafeBytes(of: (id.bits.high.bigEndian, id.bits.low.bigEndian)) { bytes in
            // The bytes are gone when `step` runs, so SQLite copies them.
            _ = sqlite3_bind_blob(handle, index, bytes.baseAddress, CInt(bytes.count), Self.copied)
        }
    }

    package func bind(_ number: Int64, at index: CInt) {
        _ = sqlite3_bind_int64(handle, index, number)
    }

    package func bind(_ text: String, at index: CInt) {
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                _ = sqlite3_bind_text(handle, index, characters.baseAddress, CInt(characters.count), Self.copied)
            }
        }
    }

    package func bind(_ number: Double, at index: CInt) {
        _ = sqlite3_bind_double(handle, index, number)
    }

    package func bindNull(at index: CInt) {
        _ = sqlite3_bind_null(handle, index)
    }

    package func bind(_ number: Int?, at index: CInt) {
        if let number { bind(Int64(number), at: index) } else { bindNull(at: index) }
    }

    package func bind(_ text: String?, at index: CInt) {
        if let text { bind(text, at: index) } else { bindNull(at: index) }
    }

    /// Binds a copy of the bytes, or NULL.
    package func bind(copy bytes: [UInt8]?, at index: CInt) throws {
        guard let bytes else { return bindNull(at: index) }
        try bytes.withUnsafeBytes { try bind($0, at: index, Self.copied) }
    }

    /// Binds bytes without a copy: they must stay as they are until the statement has run.
    package func bind(unmanaged bytes: UnsafeRawBufferPointer, at index: CInt) throws {
        try bind(bytes, at: index, Self.unmanaged)
    }

    private func bind(_ bytes: UnsafeRawBufferPointer, at index: CInt, _ ownership: sqlite3_destructor_type?) throws {
        // A null pointer would bind NULL, so that an empty text keeps a real address.
        let start = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
        let code = sqlite3_bind_blob64(handle, index, start, UInt64(bytes.count), ownership)
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    /// Binds `bytes`, or NULL, without a copy, runs `body`, and unbinds them.
    package func withBound<Result>(_ bytes: [UInt8]?, at index: CInt, _ body: () throws -> Result) throws -> Result {
        guard let bytes else {
            _ = sqlite3_bind_null(handle, index)
            return try body()
        }
        return try bytes.withUnsafeBytes { buffer in
            try bind(unmanaged: buffer, at: index)
            defer { _ = sqlite3_bind_null(handle, index) }
            return try body()
        }
    }

    /// Runs the statement up to its next row.
    ///
    /// - Returns: whether there is a row; false at the end.
    package func step() throws -> Bool {
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
    package func run() throws -> Int {
        defer { reset() }
        while try step() {}
        return Int(sqlite3_changes(sqlite3_db_handle(handle)))
    }

    /// Ends the run, and with it the read transaction that it held.
    package func reset() {
        _ = sqlite3_reset(handle)
    }

    package func integer(at column: CInt) -> Int64 {
        sqlite3_column_int64(handle, column)
    }

    package func double(at column: CInt) -> Double {
        sqlite3_column_double(handle, column)
    }

    package func isNull(at column: CInt) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    package func string(at column: CInt) -> String {
        guard let start = sqlite3_column_text(handle, column) else { return "" }
        return String(
            decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))),
            as: UTF8.self
        )
    }

    /// A copy of a column's bytes.
    package func bytes(at column: CInt) -> [UInt8] {
        let start = sqlite3_column_blob(handle, column)
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    /// Lends a column's bytes; they are gone with the next step.
    package func withBytes<Result>(at column: CInt, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
        -> Result
    {
        let start = sqlite3_column_blob(handle, column)
        return try body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    package func id(at column: CInt) -> DistributionID? {
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
