import DistributionAPI

@testable import Migration

/// The journal's twin for simulations: the same answers as `SQLiteJournal`, from plain values in memory.
///
/// It is a process's view of a disk: when the process has died, `reborn` gives the next process its view of the same.
/// Single-threaded and deterministic. An append does nothing at once: the commit is handed to `schedule`, and after it
/// the telling of its result, so that the simulation decides when each comes.
final class SimulatedJournal: Journal, @unchecked Sendable {
    // `@unchecked Sendable`: a simulation has one thread.

    /// What survives a process.
    final class Disk {
        var runs: [RunID: SimulatedRun] = [:]
        var runCount: Int64 = 0
        /// What is known of the records of purged runs, and of those that purged rollbacks have looked at.
        var ledger: [LedgerKey: LedgerMark] = [:]
        /// Which process works on a run.
        var holders: [RunID: (process: Int, words: String)] = [:]
        var processCount = 0
        /// Of the runs that are made from now on.
        var itemsPerChunk = SQLiteJournal.itemsPerChunk
    }

    struct LedgerKey: Hashable {
        let migration: MigrationAtTarget
        let id: DistributionID
        let run: RunID
    }

    /// What a migration has changed at one target says nothing about another.
    struct MigrationAtTarget: Hashable {
        let name: String
        let target: String

        init(migration: String, target: String) {
            name = migration
            self.target = target
        }

        init(_ run: NewRun) {
            self.init(migration: run.migration, target: run.target)
        }
    }

    /// What happens to one write: the first, the second, … since the fault was set. A call that writes is one, and so
    /// is an append.
    enum Fault {
        /// The process dies; nothing is written, and nobody is told anything any more.
        case dieBefore(write: Int)
        /// It is written; then the process dies, and nobody is told anything any more.
        case dieAfter(write: Int)
        /// Nothing is written, and the caller is told so.
        case fail(write: Int, JournalError)
    }

    let disk: Disk
    var fault: Fault? {
        didSet { writeCount = 0 }
    }
    private(set) var isDead = false
    private var writeCount = 0
    private let clock: () -> DateTime
    private let schedule: (@escaping () -> Void) -> Void
    private let process: Int
    private var isClosed = false
    /// Appends that are not committed, in their order.
    private var waiting: [Append] = []

    private struct Append {
        let run: RunID
        let repeatsApplied: Bool
        let entries: [JournalEntry]
        let completion: @Sendable (Result<[EntryResult], JournalError>) -> Void
    }

    /// - Parameter schedule: takes what is to be done later; by default it is done at once.
    init(
        disk: Disk = Disk(),
        clock: @escaping () -> DateTime = { DateTime(secondsSince1970: 1_800_000_000) },
        schedule: @escaping (@escaping () -> Void) -> Void = { $0() }
    ) {
        self.disk = disk
        self.clock = clock
        self.schedule = schedule
        disk.processCount += 1
        process = disk.processCount
    }

    /// The view of another process that lives beside this one.
    func beside() -> SimulatedJournal {
        SimulatedJournal(disk: disk, clock: clock, schedule: schedule)
    }

    /// Kills the process, if it lives, and gives the view of the next, which has no fault.
    func reborn() -> SimulatedJournal {
        die()
        return beside()
    }

    func die() {
        isDead = true
        waiting = []
        // The kernel drops the locks of the dead.
        disk.holders = disk.holders.filter { $0.value.process != process }
    }

    /// Runs a write, unless a fault wants otherwise.
    private func write<Success>(
        _ body: () throws(JournalError) -> Success
    ) throws(JournalError) -> Success {
        guard !isClosed, !isDead else { throw JournalError(.closed, "the migration journal is closed") }
        writeCount += 1
        switch fault {
        case .fail(writeCount, let error): throw error
        case .dieBefore(writeCount):
            die()
            throw JournalError(.closed, "the process is dead")
        case .dieAfter(writeCount):
            _ = try body()
            die()
            throw JournalError(.closed, "the process is dead")
        default: return try body()
        }
    }

    private func run(existing id: RunID) throws(JournalError) -> SimulatedRun {
        guard !isClosed, !isDead else { throw JournalError(.closed, "the migration journal is closed") }
        guard let run = disk.runs[id] else { throw JournalError(.noSuchRun, "there is no run \(id)") }
        return run
    }

    private func change<Success>(
        _ id: RunID,
        _ body: (inout SimulatedRun) throws(JournalError) -> Success
    ) throws(JournalError) -> Success {
        try write { () throws(JournalError) -> Success in
            var run = try run(existing: id)
            let result = try body(&run)
            disk.runs[id] = run
            return result
        }
    }

    private static func require(_ isRight: Bool, _ run: SimulatedRun) throws(JournalError) {
        guard isRight else {
            throw JournalError(.state, "run \(run.record.id) is \(run.record.state.rawValue), so it cannot do that")
        }
    }

    // MARK: - Runs

    func createRun(_ new: NewRun, control: RunControl) throws(JournalError) -> RunID {
        try write { () throws(JournalError) -> RunID in
            if case .rollback(let target) = new.kind { _ = try run(existing: target) }
            disk.runCount += 1
            let id = RunID(number: disk.runCount)
            var run = SimulatedRun(
                record: RunRecord(
                    id: id,
                    description: new,
                    state: .freezing,
                    control: control,
                    stop: nil,
                    itemCount: 0,
                    duplicateCount: 0,
                    inputSHA: "",
                    createdAt: clock(),
                    endedAt: nil
                )
            )
            run.itemsPerChunk = disk.itemsPerChunk
            run.audit = [AuditEntry(time: clock(), who: new.approvedBy, action: "create")]
            disk.runs[id] = run
            return id
        }
    }

    func freeze(_ items: [NewItem], run: RunID) throws(JournalError) {
        guard items.count <= Self.itemsPerFreeze else { throw JournalError(.failed, "too many records at once") }
        try change(run) { run throws(JournalError) in
            try Self.require(run.record.state == .freezing, run)
            run.given += items
        }
    }

    func restartFreezing(run: RunID) throws(JournalError) {
        try change(run) { run throws(JournalError) in
            try Self.require(run.record.state == .freezing, run)
            run.given = []
        }
    }

    func endFreezing(run: RunID, sha: String, expectedCount: Int) throws(JournalError) -> RunRecord {
        try change(run) { run throws(JournalError) in
            try Self.require(run.record.state == .freezing, run)
            guard run.given.count == expectedCount else {
                throw JournalError(.countMismatch, "\(run.given.count) records instead of \(expectedCount)")
            }
            var inputs: [DistributionID: [UInt8]?] = [:]
            for item in run.given {
                if let input = inputs[item.id] {
                    guard input == item.input else { throw JournalError(.differentInput, "\(item.id) again") }
                } else {
                    inputs[item.id] = .some(item.input)
                    run.records.append(SimulatedRecord(item: item))
                }
            }
            run.record.state = .ready
            run.record.itemCount = run.records.count
            run.record.duplicateCount = run.given.count - run.records.count
            run.record.inputSHA = sha
            run.given = []
            let size = run.itemsPerChunk
            run.chunks = Array(repeating: SimulatedChunk(), count: (run.records.count + size - 1) / size)
            return run.record
        }
    }

    func setState(_ state: RunState, run: RunID, stop: RunStop?, audit: AuditEntry) throws(JournalError) {
        try change(run) { run throws(JournalError) in
            try Self.require(state != .ready && run.record.state.mayBecome(state), run)
            let isSettled = run.chunks.allSatisfy { $0.state == .done || $0.state == .parked }
            try Self.require(state != .finished || isSettled, run)
            run.record.state = state
            run.record.stop = state == .stopped ? stop : nil
            if state == .stopped || state == .finished { run.record.endedAt = clock() }
            run.audit.append(audit)
        }
    }

    func changeControl(
        run: RunID,
        by who: String,
        _ change: (inout RunControl) -> Void
    ) throws(JournalError) -> RunControl {
        try self.change(run) { run throws(JournalError) in
            let old = run.record.control
            change(&run.record.control)
            run.audit += RunControl.auditEntries(from: old, to: run.record.control, by: who, at: clock())
            return run.record.control
        }
    }

    func reopen(
        run: RunID,
        failure: FailureClass?,
        by who: String
    ) throws(JournalError) -> (opened: Int, parked: Int, exhausted: Int) {
        try change(run) { run throws(JournalError) in try reopen(&run, failure: failure, by: who) }
    }

    private func reopen(
        _ run: inout SimulatedRun,
        failure: FailureClass?,
        by who: String
    ) throws(JournalError) -> (opened: Int, parked: Int, exhausted: Int) {
        try Self.require(run.record.state != .freezing, run)
        var counts = (opened: 0, parked: 0, exhausted: 0)
        for place in run.records.indices {
            let record = run.records[place]
            if let last = record.lastOutcome, last.kind.isRetryable,
                failure == nil ? last.failure != .doubt : last.failure == failure
            {
                guard last.generation < RecordKey.maxGeneration else {
                    counts.exhausted += 1
                    continue
                }
                run.records[place].reopenings[record.generation + 1] = clock()
                counts.opened += 1
            } else if let parked = record.parking?.parking, failure == nil || parked.failure == failure {
                counts.parked += 1
            } else {
                continue
            }
            let chunk = place / run.itemsPerChunk
            if run.chunks[chunk].state != .leased { run.chunks[chunk].state = .ready }
        }
        let count = "\(counts.opened) opened, \(counts.parked) parked"
        let what = failure?.rawValue ?? "all"
        run.audit.append(AuditEntry(time: clock(), who: who, action: "retry", old: what, new: count))
        if run.record.state == .finished, counts.opened + counts.parked > 0 {
            run.record.state = .stopped
            run.record.stop = .openedAgain
            run.record.endedAt = clock()
        }
        return counts
    }

    func acceptScript(
        _ script: [UInt8],
        sha: String,
        run id: RunID,
        reopening failures: [FailureClass],
        by who: String
    ) throws(JournalError) -> Int {
        _ = try run(existing: id)
        try take(id, worker: who)
        defer { disk.holders[id] = nil }
        return try change(id) { run throws(JournalError) in
            let old = run.record.description.scriptSHA
            guard old != sha else { return 0 }
            (run.record.description.script, run.record.description.scriptSHA) = (script, sha)
            if run.records.contains(where: \.isPerhapsWritten) { run.record.hasMixedScripts = true }
            run.audit.append(.acceptedScript(old: old, new: sha, by: who, at: clock()))
            var openedCount = 0
            for failure in failures { openedCount += try reopen(&run, failure: failure, by: who).opened }
            return openedCount
        }
    }

    // MARK: - Work

    func open(run: RunID, worker: String, repeatsApplied: Bool) throws(JournalError) -> any RunSession {
        _ = try self.run(existing: run)
        try take(run, worker: worker)
        do throws(JournalError) {
            try change(run) { run throws(JournalError) in
                try Self.require(run.record.state != .freezing, run)
                for chunk in run.chunks.indices where run.chunks[chunk].state == .leased {
                    run.chunks[chunk].state = .ready
                }
            }
        } catch {
            disk.holders[run] = nil
            throw error
        }
        return SimulatedSession(journal: self, run: run, repeatsApplied: repeatsApplied)
    }

    private func take(_ run: RunID, worker: String) throws(JournalError) {
        if let holder = disk.holders[run] {
            throw JournalError.isHeld(run, by: holder.words)
        }
        disk.holders[run] = (process, "simulated process \(process) (\(worker))")
    }

    func holder(of run: RunID) throws(JournalError) -> String? { disk.holders[run]?.words }

    func recordVerifications(_ found: [Verification], run: RunID) throws(JournalError) {
        try change(run) { run throws(JournalError) in
            for var verification in found {
                verification.message = SimulatedRecord.cut(verification.message)
                run.records[Int(verification.sequence) - 1].verification = verification
            }
        }
    }

    func close() {
        while !waiting.isEmpty { commitNext() }
        isClosed = true
    }

    // MARK: - The session's calls

    func claimChunk(run id: RunID, repeatsApplied: Bool, parked: Bool) throws(JournalError) -> ChunkClaim? {
        try change(id) { run throws(JournalError) in
            let now = clock()
            let number = run.chunks.firstIndex { chunk in
                if parked { return chunk.state == .parked }
                return chunk.state == .ready || (chunk.state == .leased && chunk.leaseEnd < now)
            }
            guard let number else { return nil }
            run.chunks[number].state = .leased
            run.chunks[number].fence += 1
            run.chunks[number].leaseEnd = Self.leaseEnd(now)
            run.chunks[number].claimedAt = now
            let items = run.places(ofChunk: number).filter { !run.records[$0].isConcluded }.map { place in
                let record = run.records[place]
                return WorkItem(
                    sequence: Int64(place + 1),
                    id: record.item.id,
                    input: record.item.input,
                    generation: record.generation,
                    openIntent: record.openIntent,
                    earlierChange: earlierChange(
                        of: record.item.id,
                        than: run.record,
                        repeatsApplied: repeatsApplied
                    ),
                    isParked: record.parking != nil
                ).claimed
            }
            return ChunkClaim(number: Int64(number), fence: run.chunks[number].fence, items: items)
        }
    }

    func whole(_ claimed: WorkItem, run id: RunID) throws(JournalError) -> WorkItem {
        let record = try run(existing: id).records[Int(claimed.sequence) - 1]
        var item = claimed
        if item.isInputLeft { (item.input, item.isInputLeft) = (record.item.input, false) }
        if item.isIntentLeft { (item.openIntent, item.isIntentLeft) = (record.openIntent, false) }
        return item
    }

    func renew(run id: RunID) throws(JournalError) {
        try change(id) { run throws(JournalError) in
            for number in run.chunks.indices where run.chunks[number].state == .leased {
                run.chunks[number].leaseEnd = Self.leaseEnd(clock())
            }
        }
    }

    private static func leaseEnd(_ now: DateTime) -> DateTime {
        DateTime(secondsSince1970: now.secondsSince1970 + DateTime.leaseSeconds, nanoseconds: now.nanoseconds)
    }

    func append(
        _ entries: [JournalEntry],
        run: RunID,
        repeatsApplied: Bool,
        completion: @escaping @Sendable (Result<[EntryResult], JournalError>) -> Void
    ) {
        guard !isDead else { return }
        waiting.append(
            Append(run: run, repeatsApplied: repeatsApplied, entries: entries, completion: completion)
        )
        // Whichever commit is run first commits what was appended first.
        schedule { [self] in commitNext() }
    }

    private func commitNext() {
        guard !waiting.isEmpty, !isDead else { return }
        let append = waiting.removeFirst()
        let result = Result<[EntryResult], JournalError> { () throws(JournalError) -> [EntryResult] in
            try write { () throws(JournalError) -> [EntryResult] in
                let time = clock()
                return append.entries.compactMap { entry in
                    let refusal = refusal(of: entry, run: append.run, repeatsApplied: append.repeatsApplied)
                    return disk.runs[append.run]?.write(entry, unless: refusal, at: time)
                }
            }
        }
        guard !isDead else { return }
        schedule { [self] in
            if !isDead { append.completion(result) }
        }
    }

    func endSession(run: RunID) {
        while !waiting.isEmpty { commitNext() }
        if disk.holders[run]?.process == process { disk.holders[run] = nil }
    }

    // MARK: - What is read

    func existing(_ id: RunID) throws(JournalError) -> SimulatedRun { try run(existing: id) }

    func allRuns() throws(JournalError) -> [SimulatedRun] {
        guard !isClosed, !isDead else { throw JournalError(.closed, "the migration journal is closed") }
        return disk.runs.values.sorted { $0.record.id > $1.record.id }
    }

    func forgetting<Success>(
        _ run: RunID,
        _ body: () throws(JournalError) -> Success
    ) throws(JournalError) -> Success {
        _ = try self.run(existing: run)
        try take(run, worker: "purge")
        defer { disk.holders[run] = nil }
        return try write(body)
    }
}

/// A run of the simulated journal that is in the hands of a process.
private final class SimulatedSession: RunSession, @unchecked Sendable {
    // `@unchecked Sendable`: a simulation has one thread.

    private let journal: SimulatedJournal
    private let run: RunID
    private let repeatsApplied: Bool
    private var isClosed = false

    init(journal: SimulatedJournal, run: RunID, repeatsApplied: Bool) {
        self.journal = journal
        self.run = run
        self.repeatsApplied = repeatsApplied
    }

    func claimChunk(parked: Bool) throws(JournalError) -> ChunkClaim? {
        try requireOpen()
        return try journal.claimChunk(run: run, repeatsApplied: repeatsApplied, parked: parked)
    }

    func whole(_ item: WorkItem) throws(JournalError) -> WorkItem {
        try requireOpen()
        return try journal.whole(item, run: run)
    }

    func renew() throws(JournalError) {
        try requireOpen()
        try journal.renew(run: run)
    }

    func control() throws(JournalError) -> RunControl {
        try requireOpen()
        return try journal.run(run).control
    }

    func append(
        _ entries: [JournalEntry],
        completion: @escaping @Sendable (Result<[EntryResult], JournalError>) -> Void
    ) {
        guard !isClosed else { return completion(.failure(JournalError(.closed, "the session has ended"))) }
        journal.append(entries, run: run, repeatsApplied: repeatsApplied, completion: completion)
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        journal.endSession(run: run)
    }

    private func requireOpen() throws(JournalError) {
        guard !isClosed else { throw JournalError(.closed, "the session has ended") }
    }
}
