import DistributionAPI
import Migration

/// A journal to be read, whose content is what a test says.
struct FixedJournal: JournalReader {
    var runRecords: [RunRecord] = []
    var tallies: [RunID: RunTally] = [:]
    var outcomes: [(id: DistributionID, outcome: Outcome)] = []
    var appliedRecords: [AppliedRecord] = []
    var lives: [DistributionID: RecordLife] = [:]
    /// The lives of records in rollbacks.
    var rollbackLives: [RunID: [DistributionID: RecordLife]] = [:]
    var shapeCounts: [(signature: String, count: Int)] = []
    var groups: [FailureGroup] = []
    var skips: [FailureGroup] = []
    /// Which processes work on runs.
    var holders: [RunID: String] = [:]
    var curve: [ThroughputSample] = []
    var auditEntries: [AuditEntry] = []
    var verified = (matches: 0, mismatches: 0)
    var fileBytes = 0

    func run(_ id: RunID) throws(JournalError) -> RunRecord {
        guard let run = runRecords.first(where: { $0.id == id }) else {
            throw JournalError(.noSuchRun, "there is no run \(id)")
        }
        return run
    }

    func runs(_ filter: RunFilter, limit: Int) throws(JournalError) -> [RunSummary] {
        let runs = runRecords.map(\.summary).filter { filter.matches($0) }
        return Array(runs.sorted { $0.id > $1.id }.prefix(limit))
    }

    func tally(run: RunID) throws(JournalError) -> RunTally { tallies[run] ?? RunTally() }

    func openIntentCount(run: RunID) throws(JournalError) -> Int { tallies[run]?.ambiguous ?? 0 }

    func doubtCount(run: RunID) throws(JournalError) -> Int { 0 }

    func isTakenBack(_ id: DistributionID, of run: RunID) throws(JournalError) -> Bool { false }

    func holder(of run: RunID) throws(JournalError) -> String? { holders[run] }

    func outcomes(
        run: RunID,
        kinds: Set<OutcomeKind>,
        after sequence: Int64,
        limit: Int
    ) throws(JournalError) -> [(id: DistributionID, outcome: Outcome)] {
        let found = outcomes.filter { entry in
            entry.outcome.sequence > sequence && (kinds.isEmpty || kinds.contains(entry.outcome.kind))
        }
        return Array(found.prefix(limit))
    }

    func applied(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [AppliedRecord] {
        Array(appliedRecords.filter { $0.sequence > sequence }.prefix(limit))
    }

    func applied(run: RunID, id: DistributionID) throws(JournalError) -> AppliedRecord? {
        appliedRecords.first { $0.id == id }
    }

    func revertible(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [WorkItem] {
        try applied(run: run, after: sequence, limit: limit).map {
            WorkItem(sequence: $0.sequence, id: $0.id, input: $0.input)
        }
    }

    func items(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [WorkItem] { [] }

    func earlierChanges(
        of ids: [DistributionID],
        migration: String,
        target: String
    ) throws(JournalError) -> [EarlierChange?] { ids.map { _ in nil } }

    func standing(
        of id: DistributionID,
        run: RunID,
        migration: String,
        target: String
    ) throws(JournalError) -> ChangeStanding { .newest }

    func life(of id: DistributionID, run: RunID) throws(JournalError) -> RecordLife? {
        guard let run = runRecords.first(where: { $0.id == run }), run.description.kind != .migration else {
            return lives[id]
        }
        return rollbackLives[run.id]?[id]
    }

    func shapes(run: RunID) throws(JournalError) -> [(number: Int, signature: String, count: Int)] {
        shapeCounts.enumerated().map { ($0 + 1, $1.signature, $1.count) }
    }

    func failureGroups(run: RunID, of ends: GroupedEnds, limit: Int) throws(JournalError) -> [FailureGroup] {
        switch ends {
        case .problems: Array(groups.prefix(limit))
        case .skips: Array(skips.prefix(limit))
        }
    }

    func samples(run: RunID, limit: Int) throws(JournalError) -> [ThroughputSample] {
        guard curve.count > limit else { return curve }
        return (0..<limit).map { curve[$0 * (curve.count - 1) / max(limit - 1, 1)] }
    }

    func audit(run: RunID) throws(JournalError) -> [AuditEntry] { auditEntries }

    func verifications(run: RunID) throws(JournalError) -> (matches: Int, mismatches: Int) { verified }

    func sizeBytes() throws(JournalError) -> Int { fileBytes }
}
