package import GRDB

/// Why a SQLite file could not do what it was asked for. It never holds a value of a row, for GRDB keeps arguments out
/// of its messages.
package struct SQLiteFailure: Error {
    package enum Code: Sendable {
        /// The file is of another kind or of a newer version; it was left as it was.
        case notOurs
        /// The file cannot be opened or made.
        case cannotOpen
        /// Another process holds the lock for too long.
        case busy
        /// The disk is full.
        case full
        /// The file or its folder cannot be written.
        case readOnly
        /// The file is damaged.
        case damaged
        /// Anything else.
        case other
    }

    package var code: Code
    /// What happened, where, and what to do about it.
    package var message: String
    /// What SQLite said.
    package var underlying: DatabaseError?

    package init(_ code: Code, _ message: String, underlying: DatabaseError? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// The failure to show for an error of SQLite.
    ///
    /// - Parameter action: what was being done, and to which file.
    package init(_ error: any Error, doing action: String) {
        if let failure = error as? SQLiteFailure {
            self = failure
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.other, "\(action): \(error)")
            return
        }
        let reason = error.message ?? "SQLite result \(error.extendedResultCode.rawValue)"
        let (code, cause) = Self.explain(error.resultCode, reason: reason)
        self.init(code, "\(action): \(cause)", underlying: error)
    }

    private static func explain(_ result: ResultCode, reason: String) -> (Code, String) {
        switch result {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            (.busy, "another process holds the lock; try again when it is done")
        case .SQLITE_CANTOPEN:
            (.cannotOpen, "\(reason); the folder must exist and be writable")
        case .SQLITE_FULL:
            (.full, "the disk is full; make room and try again")
        case .SQLITE_READONLY:
            (.readOnly, "the file or its folder is not writable")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            (.damaged, "\(reason); the file is damaged: put a copy of it in its place")
        default:
            (.other, reason)
        }
    }
}
