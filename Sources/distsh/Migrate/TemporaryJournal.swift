import Migration

/// A journal in a file that is gone afterwards: a plan freezes its input there, and touches no real run.
final class TemporaryJournal {
    let journal: SQLiteJournal
    private let folder: String

    init() throws {
        let folder = try TemporaryFolder.make("distsh-plan")
        do {
            journal = try SQLiteJournal(path: "\(folder)/plan.sqlite", durability: .process)
        } catch {
            TemporaryFolder.remove(folder)
            throw error
        }
        self.folder = folder
    }

    deinit {
        journal.close()
        TemporaryFolder.remove(folder)
    }
}
