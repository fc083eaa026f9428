internal import Glibc
internal import SQLiteStorage

extension JournalError {
    /// The error to show for a failure of SQLite, or of the journal itself.
    ///
    /// - Parameter action: what was being done.
    init(_ error: any Error, doing action: String) {
        if let error = error as? JournalError {
            self = error
            return
        }
        let failure = SQLiteFailure(error, doing: action)
        self.init(Self.code(of: failure), failure.message)
    }

    /// The error to show when a journal could not be opened.
    init(_ error: any Error, opening path: String?) {
        self.init(error, doing: "opening the migration journal")
        // SQLite says only that it could not make the files beside it.
        guard code == .cannotOpen, let path, access(path, F_OK) == 0, access(Self.folder(of: path), W_OK) != 0 else {
            return
        }
        code = .readOnly
        message =
            "opening the migration journal \(path): its folder is not writable, where SQLite keeps files beside it; to read "
            + "it, copy it and its -wal into a folder that is, and name that (--journal)"
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func code(of failure: SQLiteFailure) -> Code {
        switch failure.code {
        case .notOurs: .notAJournal
        case .cannotOpen: .cannotOpen
        case .busy: .busy
        case .full: .full
        case .readOnly: .readOnly
        case .damaged: .damaged
        case .other: .failed
        }
    }

    static let isClosed = JournalError(.closed, "the migration journal is closed")

    static func noSuchRun(_ run: RunID) -> JournalError {
        JournalError(.noSuchRun, "there is no run \(run) in this journal")
    }

    package static func damagedRow(_ what: String, run: RunID) -> JournalError {
        JournalError(
            .damaged,
            "\(what) of run \(run) is damaged in the migration journal; put a copy of the file in its place"
        )
    }
}
