import Glibc
import Migration

/// Finds the journal and opens it.
struct JournalLocation {
    let path: String
    private let isStandard: Bool

    init(_ options: JournalOptions) {
        isStandard = options.journal == nil
        path = options.journal ?? "\(UserFolders.state)/migrations.sqlite"
    }

    /// Opens the journal, which is made when there is none.
    func open(durability: Durability = .power) throws -> SQLiteJournal {
        if isStandard { try UserFolders.make(UserFolders.state) }
        return try SQLiteJournal(path: path, durability: durability)
    }

    /// Opens the journal in such a way that it cannot be written.
    ///
    /// - Throws: `UsageError` when there is none.
    func openReadOnly() throws -> any JournalReader {
        try requireFile()
        return try SQLiteJournal.openReadOnly(path: path)
    }

    /// The same; `nil` when there is none.
    func openReadOnlyIfThere() throws -> (any JournalReader)? {
        try isThere() ? try SQLiteJournal.openReadOnly(path: path) : nil
    }

    /// Opens a journal that is there.
    ///
    /// - Throws: `UsageError` when there is none.
    func openExisting() throws -> SQLiteJournal {
        try requireFile()
        return try open()
    }

    /// Opens a journal that is there to go on with one of its runs, or to take one back, as durably as that was begun.
    ///
    /// - Throws: `UsageError` when there is no such journal or run, and for one whose records were in memory.
    func openExisting(for reference: RunReference) throws -> (journal: SQLiteJournal, run: RunRecord) {
        let journal = try openExisting()
        do {
            let run = try reference.find(in: journal)
            try MemoryTarget.refuseLost(run, holder: try journal.holder(of: run.id))
            let durability = try RunOptions(of: run).durability
            guard durability != .power else { return (journal, run) }
            journal.close()
            return (try open(durability: durability), run)
        } catch {
            journal.close()
            throw error
        }
    }

    private func requireFile() throws {
        guard try isThere() else {
            throw UsageError("there is no journal \(path): no migration was run yet (--journal names another file)")
        }
    }

    /// - Throws: `FileProblem` when it cannot be known: what is not seen may well be there.
    private func isThere() throws(FileProblem) -> Bool {
        guard access(path, F_OK) != 0 else { return true }
        guard errno == ENOENT || errno == ENOTDIR else {
            throw FileProblem(path: path, action: "look for the journal", errorNumber: errno)
        }
        return false
    }
}
