/// Journal entries on their way: those that wait for their commit, and the commits under way.
struct PendingEntries {
    private(set) var entries: [JournalEntry] = []
    /// For each entry the record that waits for it; `nil` when none does.
    private var owners: [ActiveRecord?] = []
    private(set) var intentCount = 0
    /// When the first of the waiting entries came.
    private(set) var firstAt: Duration?
    private var commits: [UInt64: [ActiveRecord?]] = [:]
    private var commitCount: UInt64 = 0

    var isEmpty: Bool { entries.isEmpty }
    /// Whether nothing waits and nothing is under way.
    var isSettled: Bool { entries.isEmpty && commits.isEmpty }
    var hasCommitUnderWay: Bool { !commits.isEmpty }

    mutating func add(_ entry: JournalEntry, owner: ActiveRecord?, now: Duration) {
        if case .intent = entry { intentCount += 1 }
        if case .replan = entry { intentCount += 1 }
        if firstAt == nil { firstAt = now }
        entries.append(entry)
        owners.append(owner)
    }

    /// Takes the waiting entries for a commit; `nil` when there is none.
    mutating func take() -> (number: UInt64, entries: [JournalEntry])? {
        guard !entries.isEmpty else { return nil }
        defer {
            entries = []
            owners = []
            intentCount = 0
            firstAt = nil
        }
        commitCount += 1
        commits[commitCount] = owners
        return (commitCount, entries)
    }

    /// Ends a commit; returns whom its entries belong to.
    mutating func finish(_ number: UInt64) -> [ActiveRecord?] {
        commits.removeValue(forKey: number) ?? []
    }
}
