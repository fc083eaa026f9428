import DistributionAPI

@testable import Migration

extension SimulatedJournal {
    func run(_ id: RunID) throws(JournalError) -> RunRecord { try existing(id).record }

    func runs(_ filter: RunFilter, limit: Int) throws(JournalError) -> [RunSummary] {
        let runs = try allRuns().filter { run in
            filter.matches(run.record.summary)
                && (filter.record.map { id in run.records.contains { $0.item.id == id } } ?? true)
        }
        return runs.prefix(max(limit, 0)).map(\.record.summary)
    }

    func tally(run: RunID) throws(JournalError) -> RunTally { try existing(run).tally }

    func openIntentCount(run: RunID) throws(JournalError) -> Int {
        try existing(run).records.count { $0.openIntent != nil }
    }

    func doubtCount(run: RunID) throws(JournalError) -> Int {
        try existing(run).records.count { $0.lastOutcome?.failure == .doubt }
    }

    func outcomes(
        run: RunID,
        kinds: Set<OutcomeKind>,
        after sequence: Int64,
        limit: Int
    ) throws(JournalError) -> [(id: DistributionID, outcome: Outcome)] {
        let all = try existing(run).records.compactMap { record in
            record.lastOutcome.map { (id: record.item.id, outcome: $0) }
        }
        return Array(
            all.filter { $0.outcome.sequence > sequence && (kinds.isEmpty || kinds.contains($0.outcome.kind)) }
                .prefix(max(limit, 0))
        )
    }

    func applied(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [AppliedRecord] {
        let all = try existing(run).records.enumerated().compactMap { place, record -> AppliedRecord? in
            guard record.isWritten, let intent = record.intents[record.generation]?.intent else { return nil }
            return AppliedRecord(
                sequence: Int64(place + 1),
                id: record.item.id,
                preimage: intent.preimage,
                postimage: intent.postimage,
                input: record.item.input
            )
        }
        return Self.page(of: all.filter { $0.sequence > sequence }, limit: limit, \.byteCount)
    }

    func applied(run: RunID, id: DistributionID) throws(JournalError) -> AppliedRecord? {
        guard let life = try life(of: id, run: run) else { return nil }
        return try applied(run: run, after: life.sequence - 1, limit: 1).first { $0.id == id }
    }

    func revertible(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [WorkItem] {
        let written = try applied(run: run, after: sequence, limit: .max)
        return written.filter { !isTakenBack($0.id, of: run) }.prefix(max(limit, 0)).map {
            WorkItem(sequence: $0.sequence, id: $0.id, input: $0.input)
        }
    }

    func items(run: RunID, after sequence: Int64, limit: Int) throws(JournalError) -> [WorkItem] {
        let all = try existing(run).records.enumerated().map { place, record in
            WorkItem(sequence: Int64(place + 1), id: record.item.id, input: record.item.input)
        }
        return Self.page(of: all.filter { $0.sequence > sequence }, limit: limit, \.byteCount)
    }

    /// The first records, up to `limit` of them; the one that goes over the bytes of a page is the last.
    private static func page<Record>(of records: [Record], limit: Int, _ byteCount: (Record) -> Int) -> [Record] {
        var page: [Record] = []
        var pageBytes = 0
        for record in records.prefix(max(limit, 0)) where pageBytes < InputLimits.maxBatchBytes {
            page.append(record)
            pageBytes += byteCount(record)
        }
        return page
    }

    func earlierChanges(
        of ids: [DistributionID],
        migration: String,
        target: String
    ) throws(JournalError) -> [EarlierChange?] {
        _ = try allRuns()
        let wanted = MigrationAtTarget(migration: migration, target: target)
        return ids.map { openChange(of: $0, wanted, besides: nil) ?? newestChange(of: $0, wanted, besides: nil) }
    }

    func standing(
        of id: DistributionID,
        run: RunID,
        migration: String,
        target: String
    ) throws(JournalError) -> ChangeStanding {
        _ = try allRuns()
        return standing(of: id, run: run, MigrationAtTarget(migration: migration, target: target))
    }

    func life(of id: DistributionID, run: RunID) throws(JournalError) -> RecordLife? {
        let run = try existing(run)
        guard let place = run.records.firstIndex(where: { $0.item.id == id }) else { return nil }
        let record = run.records[place]
        return RecordLife(
            sequence: Int64(place + 1),
            id: record.item.id,
            input: record.item.input,
            events: record.events(run.shapes)
        )
    }

    func shapes(run: RunID) throws(JournalError) -> [(number: Int, signature: String, count: Int)] {
        let run = try existing(run)
        let used = run.records.flatMap { $0.intents.values.map(\.intent.shape) }
        return run.shapes.map { number, signature in
            (number: number, signature: signature, count: used.count { $0 == number })
        }.sorted { ($1.count, $0.number) < ($0.count, $1.number) }
    }

    func failureGroups(run: RunID, of ends: GroupedEnds, limit: Int) throws(JournalError) -> [FailureGroup] {
        var groups: [FailureGroup] = []
        func add(_ failure: FailureClass, _ kind: OutcomeKind?, _ message: String, _ id: DistributionID) {
            let same = groups.firstIndex { $0.failure == failure && $0.kind == kind && $0.message == message }
            guard let same else {
                groups.append(
                    FailureGroup(failure: failure, kind: kind, message: message, count: 1, examples: [id])
                )
                return
            }
            groups[same].count += 1
            if groups[same].examples.count < 5 { groups[same].examples.append(id) }
        }
        for record in try existing(run).records {
            if let last = record.lastOutcome, ends.kinds.contains(last.kind) {
                let failure = last.failure ?? FailureClass(rawValue: "")
                add(failure, last.kind, last.message ?? "", record.item.id)
            } else if ends.hasParked, let parking = record.parking?.parking {
                add(parking.failure, nil, parking.message, record.item.id)
            }
        }
        let sorted = groups.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
        return sorted.prefix(max(limit, 0)).map(\.element)
    }

    func samples(run: RunID, limit: Int) throws(JournalError) -> [ThroughputSample] {
        try existing(run).samples.thinned(to: limit)
    }

    func audit(run: RunID) throws(JournalError) -> [AuditEntry] { try existing(run).audit }

    func verifications(run: RunID) throws(JournalError) -> (matches: Int, mismatches: Int) {
        let found = try existing(run).records.compactMap(\.verification)
        return (found.count { $0.isMatch }, found.count { !$0.isMatch })
    }

    func sizeBytes() throws(JournalError) -> Int { 0 }

    // MARK: - What other runs have changed

    /// What is told of a record when it is claimed.
    func earlierChange(of id: DistributionID, than run: RunRecord, repeatsApplied: Bool) -> EarlierChange? {
        let migration = MigrationAtTarget(run.description)
        if let open = openChange(of: id, migration, besides: run.id) { return open }
        guard !repeatsApplied, run.description.kind == .migration else { return nil }
        return newestChange(of: id, migration, besides: run.id)
    }

    /// What keeps an entry from logging a change of a record.
    func refusal(of entry: JournalEntry, run: RunID, repeatsApplied: Bool) -> EntryResult? {
        let sequence: Int64
        var claimedAt: DateTime?
        guard let run = disk.runs[run] else { return nil }
        switch entry {
        case .intent(let intent, let chunk, _):
            sequence = intent.sequence
            claimedAt = run.chunks.indices.contains(Int(chunk)) ? run.chunks[Int(chunk)].claimedAt : nil
        case .replan(let closing, _, _, _): sequence = closing.sequence
        default: return nil
        }
        guard run.records.indices.contains(Int(sequence) - 1) else { return nil }
        let id = run.records[Int(sequence) - 1].item.id
        let migration = MigrationAtTarget(run.record.description)
        if let found = earlierChange(of: id, than: run.record, repeatsApplied: repeatsApplied) {
            return .changedBefore(found)
        }
        if repeatsApplied {
            let others = runs(migration, besides: run.record.id).map(\.id)
            let other = others.first { timeOfChange(of: id, in: $0) >= claimedAt ?? .distantFuture }
            return other.map { .overtaken(by: $0) }
        }
        guard case .rollback(let original) = run.record.description.kind,
            case .superseded(let later) = standing(of: id, run: original, migration)
        else { return nil }
        return .changedBefore(later)
    }

    private func runs(_ migration: MigrationAtTarget, besides run: RunID?) -> [RunRecord] {
        disk.runs.values.map(\.record)
            .filter { MigrationAtTarget($0.description) == migration && $0.id != run }
            .sorted { $0.id > $1.id }
    }

    private func openChange(of id: DistributionID, _ migration: MigrationAtTarget, besides run: RunID?)
        -> EarlierChange?
    {
        let open = runs(migration, besides: run).first { record(id, of: $0.id)?.openIntent != nil }
        return open.map { EarlierChange(run: $0.id, isCertain: false) }
    }

    /// The newest change that a record carries, for certain or perhaps.
    private func newestChange(of id: DistributionID, _ migration: MigrationAtTarget, besides run: RunID?)
        -> EarlierChange?
    {
        let changes = runs(migration, besides: run).filter { $0.description.kind == .migration }
            .compactMap { run in change(of: id, in: run.id).map { (change: $0, time: timeOfChange(of: id, in: run.id)) }
            }
        let there = changes.max { ($0.time, $0.change.run) < ($1.time, $1.change.run) }?.change
        let purged = disk.ledger.filter {
            $0.key.migration == migration && $0.key.id == id && $0.value.isChange
                && ($0.value == .doubtful || !isTakenBack(id, of: $0.key.run))
        }
        let gone = purged.max { $0.key.run < $1.key.run }.map {
            let isCertain = $0.value == .applied && !isPerhapsTakenBack(id, of: $0.key.run)
            return EarlierChange(run: $0.key.run, isCertain: isCertain, isPurged: true)
        }
        return [there, gone].compactMap(\.self).max { $0.run < $1.run }
    }

    private func standing(of id: DistributionID, run: RunID, _ migration: MigrationAtTarget) -> ChangeStanding {
        guard let newest = newestChange(of: id, migration, besides: nil) else { return .takenBack }
        if newest.run == run { return .newest }
        return newest.run > run || change(of: id, in: run) != nil ? .superseded(by: newest) : .takenBack
    }

    /// When a run has logged its newest change of a record; long ago when it has logged none.
    private func timeOfChange(of id: DistributionID, in run: RunID) -> DateTime {
        let intents = record(id, of: run)?.intents ?? [:]
        return intents.max { $0.key < $1.key }?.value.time ?? DateTime(secondsSince1970: 0)
    }

    private func record(_ id: DistributionID, of run: RunID) -> SimulatedRecord? {
        disk.runs[run]?.records.first { $0.item.id == id }
    }

    private func change(of id: DistributionID, in run: RunID) -> EarlierChange? {
        guard let record = record(id, of: run) else { return nil }
        guard record.isWritten else {
            guard record.isInDoubt else { return nil }
            return EarlierChange(run: run, isCertain: false, isOpen: record.openIntent != nil)
        }
        guard isTakenBack(id, of: run) else {
            return EarlierChange(run: run, isCertain: !isPerhapsTakenBack(id, of: run), isOpen: false)
        }
        let hasOpenRollback = rollbacks(of: run).contains { self.record(id, of: $0)?.openIntent != nil }
        return hasOpenRollback || record.isInDoubt ? EarlierChange(run: run, isCertain: false, isOpen: false) : nil
    }

    private func isPerhapsTakenBack(_ id: DistributionID, of run: RunID) -> Bool {
        if rollbacks(of: run).contains(where: { record(id, of: $0)?.isInDoubt == true }) { return true }
        return mark(of: id, in: run) == .perhapsTakenBack
    }

    /// What a purged rollback has left about a record of a run that is there.
    private func mark(of id: DistributionID, in run: RunID) -> LedgerMark? {
        guard let changed = disk.runs[run]?.record.description else { return nil }
        return disk.ledger[LedgerKey(migration: MigrationAtTarget(changed), id: id, run: run)]
    }

    private func rollbacks(of run: RunID) -> [RunID] {
        disk.runs.values.map(\.record).filter { $0.description.kind == .rollback(of: run) }.map(\.id)
    }

    func isTakenBack(_ id: DistributionID, of run: RunID) -> Bool {
        if rollbacks(of: run).contains(where: { record(id, of: $0)?.isTakenBack == true }) { return true }
        return mark(of: id, in: run) == .takenBack
    }

    func discard(run id: RunID) throws(JournalError) {
        try forgetting(id) { () throws(JournalError) in
            let state = try existing(id).record.state
            guard state == .freezing || state == .ready else {
                throw JournalError(.state, "run \(id) cannot be discarded")
            }
            disk.runs[id] = nil
        }
    }

    func purge(run id: RunID, force: Bool) throws(JournalError) {
        try forgetting(id) { () throws(JournalError) in
            let run = try existing(id)
            let hasOpenRollback = disk.runs.values.contains {
                $0.record.description.kind == .rollback(of: id) && $0.record.state != .finished
            }
            let isInDoubt = run.records.contains { $0.openIntent != nil || $0.lastOutcome?.failure == .doubt }
            let isCertain = run.record.state == .finished && !isInDoubt && !isPartlyTakenBack(id)
            guard !hasOpenRollback, force || isCertain else {
                throw JournalError(.state, "run \(id) cannot be purged")
            }
            for record in run.records { remember(record, of: run.record) }
            disk.ledger = disk.ledger.filter { $0.key.run != id || $0.value.isChange }
            disk.runs[id] = nil
        }
    }

    /// Whether a rollback of the run has left records that can be tried again.
    private func isPartlyTakenBack(_ run: RunID) -> Bool {
        rollbacks(of: run).contains { rollback in
            disk.runs[rollback]?.records.contains { record in
                let isRetryable = record.parking != nil || record.lastOutcome?.kind.isRetryable == true
                return isRetryable && change(of: record.item.id, in: run) != nil
            } == true
        }
    }

    private func remember(_ record: SimulatedRecord, of run: RunRecord) {
        let id = record.item.id
        switch run.description.kind {
        case .migration:
            guard let isCertain = change(of: id, in: run.id)?.isCertain else { return }
            let key = LedgerKey(migration: MigrationAtTarget(run.description), id: id, run: run.id)
            disk.ledger[key] = isCertain ? .applied : record.isInDoubt ? .doubtful : .perhaps
        case .rollback(let target):
            guard record.isTakenBack || record.isInDoubt else { return }
            rememberRollback(of: target, id: id, isTakenBack: record.isTakenBack)
        }
    }

    private func rememberRollback(of target: RunID, id: DistributionID, isTakenBack: Bool) {
        if let changed = disk.runs[target]?.record.description {
            let key = LedgerKey(migration: MigrationAtTarget(changed), id: id, run: target)
            disk.ledger[key] = isTakenBack ? .takenBack : disk.ledger[key] ?? .perhapsTakenBack
        } else if isTakenBack {
            disk.ledger = disk.ledger.filter { $0.key.id != id || $0.key.run != target || $0.value == .doubtful }
        } else {
            for (key, mark) in disk.ledger where key.id == id && key.run == target && mark == .applied {
                disk.ledger[key] = .perhaps
            }
        }
    }
}

extension DateTime {
    fileprivate static let distantFuture = DateTime(secondsSince1970: 4_000_000_000)
}

extension LedgerMark {
    /// Whether it tells of a change that the record carries, for certain or perhaps.
    fileprivate var isChange: Bool { self == .applied || self == .perhaps || self == .doubtful }
}

extension RunFilter {
    /// Whether a run is looked for, as far as its records do not matter.
    func matches(_ run: RunSummary) -> Bool {
        (migration ?? run.migration) == run.migration && (target ?? run.target) == run.target
            && (!isMigration || run.kind == .migration) && (!isUnfinished || run.state != .finished)
            && rollsBack.map { run.kind == .rollback(of: $0) } ?? true
    }
}
