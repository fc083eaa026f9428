public import DistributionAPI

extension SQLiteJournal {
    public func run(_ id: RunID) throws(JournalError) -> RunRecord {
        try reading.run(id)
    }

    public func runs(_ filter: RunFilter, limit: Int) throws(JournalError) -> [RunSummary] {
        try reading.runs(filter, limit: limit)
    }

    public func tally(run: RunID) throws(JournalError) -> RunTally {
        try reading.tally(run: run)
    }

    public func openIntentCount(run: RunID) throws(JournalError) -> Int {
        try reading.openIntentCount(run: run)
    }

    public func doubtCount(run: RunID) throws(JournalError) -> Int {
        try reading.doubtCount(run: run)
    }

    public func outcomes(
        run: RunID,
        kinds: Set<OutcomeKind>,
        after sequence: Int64,
        limit: Int
    ) throws(JournalError) -> [(id: DistributionID, outcome: Outcome)] {
        try reading.outcomes(run: run, kinds: kinds, after: sequence, limit: limit)
    }

    public func applied(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [AppliedRecord] {
        try reading.applied(run: run, after: sequence, limit: limit)
    }

    public func applied(run: RunID, id: DistributionID) throws(JournalError) -> AppliedRecord? {
        try reading.applied(run: run, id: id)
    }

    public func revertible(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [WorkItem] {
        try reading.revertible(run: run, after: sequence, limit: limit)
    }

    public func isTakenBack(_ id: DistributionID, of run: RunID) throws(JournalError) -> Bool {
        try reading.isTakenBack(id, of: run)
    }

    public func items(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [WorkItem] {
        try reading.items(run: run, after: sequence, limit: limit)
    }

    public func earlierChanges(
        of ids: [DistributionID],
        migration: String,
        target: String
    ) throws(JournalError) -> [EarlierChange?] {
        try reading.earlierChanges(of: ids, migration: migration, target: target)
    }

    public func standing(
        of id: DistributionID,
        run: RunID,
        migration: String,
        target: String
    ) throws(JournalError) -> ChangeStanding {
        try reading.standing(of: id, run: run, migration: migration, target: target)
    }

    public func holder(of run: RunID) throws(JournalError) -> String? {
        try reading.holder(of: run)
    }

    public func life(of id: DistributionID, run: RunID) throws(JournalError) -> RecordLife? {
        try reading.life(of: id, run: run)
    }

    public func shapes(run: RunID) throws(JournalError) -> [(number: Int, signature: String, count: Int)] {
        try reading.shapes(run: run)
    }

    public func failureGroups(
        run: RunID,
        of ends: GroupedEnds,
        limit: Int
    ) throws(JournalError) -> [FailureGroup] {
        try reading.failureGroups(run: run, of: ends, limit: limit)
    }

    public func samples(run: RunID, limit: Int) throws(JournalError) -> [ThroughputSample] {
        try reading.samples(run: run, limit: limit)
    }

    public func audit(run: RunID) throws(JournalError) -> [AuditEntry] {
        try reading.audit(run: run)
    }

    public func verifications(run: RunID) throws(JournalError) -> (matches: Int, mismatches: Int) {
        try reading.verifications(run: run)
    }

    public func sizeBytes() throws(JournalError) -> Int {
        try reading.sizeBytes()
    }
}
