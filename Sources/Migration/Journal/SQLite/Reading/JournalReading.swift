internal import DistributionAPI
internal import Glibc
internal import SQLiteStorage

/// Reads a journal on one connection. Safe from any thread; one call at a time is served.
final class JournalReading: JournalReader {
    private let connection: JournalConnection
    private let path: String?
    private let locks: RunLocks

    /// - Parameter path: the file; `nil` for a journal in memory.
    init(connection: JournalConnection, path: String?, locks: RunLocks) {
        self.connection = connection
        self.path = path
        self.locks = locks
    }

    /// Runs `body` so that all it reads is of one moment.
    private func read<Success>(
        _ what: String,
        run: RunID? = nil,
        _ body: (JournalDatabase) throws -> Success
    ) throws(JournalError) -> Success {
        do {
            return try connection.use { journal in
                try journal.reading {
                    if let run { _ = try journal.state(of: run) }
                    return try body(journal)
                }
            }
        } catch {
            throw JournalError(error, doing: "reading \(what)\(path.map { " in \($0)" } ?? "")")
        }
    }

    func run(_ id: RunID) throws(JournalError) -> RunRecord {
        try read("run \(id)") { try $0.runRecord(id) }
    }

    func runs(_ filter: RunFilter, limit: Int) throws(JournalError) -> [RunSummary] {
        try read("the runs") { try $0.runSummaries(filter, limit: limit) }
    }

    func control(run: RunID) throws(JournalError) -> RunControl {
        try read("the control of run \(run)") { try $0.control(of: run) }
    }

    func tally(run: RunID) throws(JournalError) -> RunTally {
        try read("the tally of run \(run)") { try $0.tally(run: run) }
    }

    func openIntentCount(run: RunID) throws(JournalError) -> Int {
        try read("the open changes of run \(run)", run: run) { try $0.openIntentCount(run: run) }
    }

    func doubtCount(run: RunID) throws(JournalError) -> Int {
        try read("the doubts of run \(run)", run: run) { try $0.doubtCount(run: run) }
    }

    func outcomes(
        run: RunID,
        kinds: Set<OutcomeKind>,
        after sequence: Int64,
        limit: Int
    ) throws(JournalError) -> [(id: DistributionID, outcome: Outcome)] {
        try read("the outcomes of run \(run)", run: run) {
            try $0.outcomes(run: run, kinds: kinds, after: sequence, limit: limit)
        }
    }

    func applied(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [AppliedRecord] {
        try read("the changes of run \(run)", run: run) { try $0.applied(run: run, after: sequence, limit: limit) }
    }

    func applied(run: RunID, id: DistributionID) throws(JournalError) -> AppliedRecord? {
        try read("the change of \(id)", run: run) { try $0.applied(run: run, id: id) }
    }

    func revertible(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [WorkItem] {
        try read("the changes of run \(run)", run: run) { try $0.revertible(run: run, after: sequence, limit: limit) }
    }

    func isTakenBack(_ id: DistributionID, of run: RunID) throws(JournalError) -> Bool {
        try read("the change of \(id)", run: run) { try $0.isTakenBack(id, of: run) }
    }

    func holder(of run: RunID) throws(JournalError) -> String? {
        try locks.holder(of: run)
    }

    func items(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [WorkItem] {
        try read("the input of run \(run)", run: run) { try $0.items(run: run, after: sequence, limit: limit) }
    }

    func whole(_ item: WorkItem, run: RunID) throws(JournalError) -> WorkItem {
        try read("record \(item.id) of run \(run)", run: run) { try $0.whole(item, run: run) }
    }

    func earlierChanges(
        of ids: [DistributionID],
        migration: String,
        target: String
    ) throws(JournalError) -> [EarlierChange?] {
        try read("what \(migration) has changed") { journal in
            let earlier = try EarlierChanges(journal, migration: migration, target: target)
            return try ids.map { try earlier?.openChange(of: $0) ?? earlier?.newestChange(of: $0) }
        }
    }

    func standing(
        of id: DistributionID,
        run: RunID,
        migration: String,
        target: String
    ) throws(JournalError) -> ChangeStanding {
        try read("what \(migration) has changed") { journal in
            let changes = try EarlierChanges(journal, migration: migration, target: target)
            return try changes?.standing(of: id, run: run) ?? .takenBack
        }
    }

    func life(of id: DistributionID, run: RunID) throws(JournalError) -> RecordLife? {
        try read("the life of \(id)", run: run) { try $0.life(of: id, run: run) }
    }

    func shapes(run: RunID) throws(JournalError) -> [(number: Int, signature: String, count: Int)] {
        try read("the shapes of run \(run)", run: run) { try $0.shapes(run: run) }
    }

    func failureGroups(run: RunID, of ends: GroupedEnds, limit: Int) throws(JournalError) -> [FailureGroup] {
        try read("the \(ends) of run \(run)", run: run) { try $0.failureGroups(run: run, of: ends, limit: limit) }
    }

    func samples(run: RunID, limit: Int) throws(JournalError) -> [ThroughputSample] {
        try read("the samples of run \(run)", run: run) { try $0.samples(run: run, limit: limit) }
    }

    func audit(run: RunID) throws(JournalError) -> [AuditEntry] {
        try read("the audit of run \(run)", run: run) { try $0.audit(run: run) }
    }

    func verifications(run: RunID) throws(JournalError) -> (matches: Int, mismatches: Int) {
        try read("the verifications of run \(run)", run: run) { try $0.verifications(run: run) }
    }

    func sizeBytes() throws(JournalError) -> Int {
        guard let path else { return 0 }
        return ["", "-wal"].reduce(0) { total, suffix in
            var status = stat()
            return stat(path + suffix, &status) == 0 ? total + Int(status.st_size) : total
        }
    }

    func close() {
        connection.close()
    }
}
