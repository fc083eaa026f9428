import DistributionAPI
import TestSupport

@testable import Migration

/// One whole life of a migration under every trouble that its seed decides: kills, lost answers, late and repeated
/// writes, throttling, other people's edits, and a journal that dies at any write; then its rollback.
final class Simulation {
    /// The longest that a run without troubles may take, of simulated time.
    static let maxTime = Duration.seconds(4 * 3600)

    let seed: UInt64
    private let time = SimulatedTime()
    private var generator: SeededGenerator
    private let service: SimulatedService
    private let hasForeignCounts: Bool
    private var journal: SimulatedJournal
    private(set) var problems: [String] = []

    init(seed: UInt64) {
        self.seed = seed
        var generator = SeededGenerator(seed: seed)
        let troubles = SimulatedService.Troubles.random(&generator)
        hasForeignCounts = troubles.foreignCount > 0
        service = SimulatedService(
            time: time,
            seed: generator.next(),
            recordCount: Int.random(in: 1...150, using: &generator),
            troubles: troubles
        )
        let time = time
        journal = SimulatedJournal(schedule: { time.schedule(after: .microseconds(300), $0) })
        self.generator = generator
    }

    /// How much happened, and how much was written: different for every life that is not the same.
    var trace: [Int] { [time.eventCount, service.writeCount, Int(time.now / .microseconds(1))] }

    /// Plays the migration and its rollback.
    ///
    /// - Returns: what was wrong, in words; nothing when all is well.
    func play() -> [String] {
        let troubles = service.troubles
        do throws(JournalError) {
            let run = try freeze(.migration, ids: input())
            try work(on: run, transform: { CountingTransform() })
            check(run)
            service.troubles = troubles
            let ids = try journal.applied(run: run, after: 0, limit: .max).map(\.id)
            let rollback = try freeze(.rollback(of: run), ids: ids)
            try work(on: rollback) {
                RollbackTransform(journal: self.journal, original: run, volatile: [])
            }
            checkRollback(rollback, of: run)
        } catch {
            problems.append("the journal failed: \(error)")
        }
        return problems + service.violations
    }

    // MARK: The input

    private var missing: [DistributionID] = []

    /// All ids of the service, some that are not there, and some twice.
    private func input() -> [DistributionID] {
        var ids = service.ids.shuffled(using: &generator)
        missing = (0..<Int.random(in: 0...3, using: &generator)).map { _ in DistributionID.random(using: &generator) }
        ids += missing
        ids += ids.filter { _ in Int.random(in: 0..<20, using: &generator) == 0 }
        return ids
    }

    private func freeze(_ kind: RunKind, ids: [DistributionID]) throws(JournalError) -> RunID {
        let description = NewRun(
            kind: kind,
            migration: "counting",
            script: [],
            scriptSHA: "",
            engineVersion: "1",
            target: "simulation",
            approvedBy: "tester"
        )
        let run = try journal.createRun(description, control: RunControl(maxConcurrency: 16))
        if Bool.random(using: &generator) {
            // A life that ends while the input is read.
            try journal.freeze(ids.prefix(ids.count / 2).map { NewItem(id: $0) }, run: run)
            journal = journal.reborn()
            try journal.restartFreezing(run: run)
        }
        try journal.freeze(ids.map { NewItem(id: $0) }, run: run)
        let frozen = try journal.endFreezing(run: run, sha: "sha", expectedCount: ids.count)
        if frozen.itemCount != Set(ids).count { problems.append("\(frozen.itemCount) items of \(Set(ids).count) ids") }
        return run
    }

    // MARK: Lives

    private func work(on run: RunID, transform: @escaping () -> any RecordTransform) throws(JournalError) {
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            if try live(on: run, transform()) { break }
        }
        service.troubles = .none
        for attempt in 0..<4 {
            let process = SimulatedProcess(time: time, seed: generator.next())
            try process.start(run, journal: journal, service: service, transform: transform(), options: options)
            guard time.run(for: Self.maxTime, until: { process.end != nil }), let end = process.end else {
                problems.append("the run does not end")
                return
            }
            if end.reason != .finished {
                problems.append("the run ended with \(end.reason), without any trouble")
                return
            }
            if end.tally.parked == 0 { break }
            if attempt == 3 { problems.append("\(end.tally.parked) records stay parked") }
            _ = try journal.reopen(run: run, failure: nil, by: "tester")
        }
        // What is still on its way lands.
        _ = time.run(for: .seconds(200)) { self.service.underWay == 0 }
    }

    /// A life that a kill, a dead journal, or a person may end.
    ///
    /// - Returns: whether the run is finished.
    private func live(on run: RunID, _ transform: any RecordTransform) throws(JournalError) -> Bool {
        let process = SimulatedProcess(time: time, seed: generator.next())
        journal.fault = fault()
        do throws(JournalError) {
            try process.start(run, journal: journal, service: service, transform: transform, options: options)
        } catch {
            process.kill()
            journal = journal.reborn()
            return false
        }
        var left = Int.random(in: 1...3000, using: &generator)
        let ending = Int.random(in: 0..<4, using: &generator)
        while left > 0, process.end == nil, !journal.isDead, time.step() { left -= 1 }
        if process.end == nil, !journal.isDead, ending == 0 {
            process.drain()
            _ = time.run(for: .seconds(300)) { process.end != nil || self.journal.isDead }
        } else if process.end == nil, !journal.isDead, ending == 1 {
            process.stopNow()
            _ = time.run(for: .seconds(10)) { process.end != nil || self.journal.isDead }
        }
        let isFinished = process.end?.reason == .finished
        process.kill()
        journal = journal.reborn()
        return isFinished
    }

    private func fault() -> SimulatedJournal.Fault? {
        guard Bool.random(using: &generator) else { return nil }
        let write = Int.random(in: 1...60, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: return .dieBefore(write: write)
        case 1: return .dieAfter(write: write)
        default: return .fail(write: write, JournalError(.full, "the disk is full"))
        }
    }

    private var options: EngineOptions {
        var options = EngineOptions(volatile: [])
        // What others write into the migration's own places closes the gates of a canary ramp, as it should.
        options.usesCanary = seed % 3 != 0 && !hasForeignCounts
        options.maxErrors = .fraction(1)
        return options
    }
}

// MARK: - What must hold at the end

extension Simulation {
    /// After the migration: no record is lost, none transformed twice, and the journal says what the service holds.
    private func check(_ run: RunID) {
        let outcomes = lastOutcomes(of: run)
        let expected = Set(service.ids).union(missing)
        if Set(outcomes.keys) != expected {
            problems.append("\(outcomes.count) of \(expected.count) records have an outcome")
        }
        for (id, outcome) in outcomes {
            guard let record = service.records[id] else {
                if outcome.kind != .gone { problems.append("\(id) is not there, and ended as \(outcome.kind)") }
                continue
            }
            checkRecord(id, record, outcome)
        }
    }

    private func checkRecord(_ id: DistributionID, _ record: SimulatedService.Record, _ outcome: Outcome) {
        // Whoever else writes what the migration writes decides what it is.
        guard !record.hasForeignCount else { return }
        switch outcome.kind {
        case .verified, .acknowledged, .recovered:
            if record.count != 1 { problems.append("\(id) ended as \(outcome.kind) with count \(record.count)") }
        case .conflict:
            if record.foreignBaseCount == 0 { problems.append("\(id) is a conflict, and nobody else has written") }
        case .mismatch:
            if record.foreignBaseCount == 0 { problems.append("\(id) is a mismatch, and nobody else has written") }
        default: problems.append("\(id) ended as \(outcome.kind): \(outcome.message ?? "")")
        }
    }

    /// After the rollback: what the migration changed is as it was, or somebody else has written.
    private func checkRollback(_ rollback: RunID, of run: RunID) {
        for (id, outcome) in lastOutcomes(of: rollback) {
            guard let record = service.records[id], !record.hasForeignCount else { continue }
            switch outcome.kind {
            case .verified, .acknowledged, .recovered, .unchanged:
                if record.count != 0 {
                    problems.append("\(id) was rolled back (\(outcome.kind)), count \(record.count)")
                }
            case .conflict:
                if record.foreignBaseCount == 0 {
                    problems.append("\(id): a rollback conflict, nobody else has written")
                }
            default: problems.append("\(id): the rollback ended as \(outcome.kind): \(outcome.message ?? "")")
            }
        }
    }

    private func lastOutcomes(of run: RunID) -> [DistributionID: Outcome] {
        let found = (try? journal.outcomes(run: run, kinds: [], after: 0, limit: .max)) ?? []
        return Dictionary(found.map { ($0.id, $0.outcome) }) { _, last in last }
    }
}
