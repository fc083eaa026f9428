import DistributionAPI
import JSONDocument
import TestSupport

@testable import Migration

/// One whole life of a migration under every trouble that its seed decides: kills, lost answers, late and repeated
/// writes, throttling, outages, records that always fail, other people's edits and commands, clocks that jump, and a
/// journal that dies at any write; then its rollback.
final class Simulation {
    /// The longest that a run without troubles may take, of simulated time.
    static let maxTime = Duration.seconds(4 * 3600)
    /// The longest that an engine may take to end when it is asked to.
    static let maxDrainTime = Duration.seconds(30)
    static let volatile = [JSONPointer(["updated"])]
    static let migration = "counting"
    static let target = "simulation"

    let seed: UInt64
    let time = SimulatedTime()
    let service: SimulatedService
    let people: SimulatedPeople
    /// The troubles of the seed; those of the moment are the service's.
    let troubles: SimulatedTroubles
    var generator: SeededGenerator
    var journal: SimulatedJournal
    var problems: [String] = []
    /// Ids of the input that the service does not have.
    var missing: [DistributionID] = []
    /// What others have written between the migration and its rollback.
    var edited: [DistributionID: SimulatedService.Record] = [:]

    init(seed: UInt64) {
        self.seed = seed
        var generator = SeededGenerator(seed: seed)
        troubles = SimulatedTroubles.random(&generator)
        service = SimulatedService(
            time: time,
            seed: generator.next(),
            recordCount: Int.random(in: 1...150, using: &generator),
            troubles: troubles
        )
        let people = SimulatedPeople(time: time, seed: generator.next())
        let disk = SimulatedJournal.Disk()
        disk.itemsPerChunk = Int.random(in: 5...60, using: &generator)
        journal = SimulatedJournal(
            disk: disk,
            clock: { people.clock },
            schedule: { [time] in time.schedule(after: .microseconds(300), $0) }
        )
        self.people = people
        self.generator = generator
        service.isLogged = { id, body in disk.holdsIntent(of: id, sending: body) }
        poison()
    }

    /// How much happened, and how much was written: different for every life that is not the same.
    var trace: [Int] { [time.eventCount, service.writeCount, Int(time.now / .microseconds(1))] }

    /// Plays the migration and its rollback.
    ///
    /// - Returns: what was wrong, in words; nothing when all is well.
    func play() -> [String] {
        do throws(JournalError) {
            let run = try freeze(.migration, ids: input())
            try work(on: run) { CountingTransform() }
            checkMigration(run)
            let ids = try journal.applied(run: run, after: 0, limit: .max).map(\.id)
            if Bool.random(using: &generator) { try repeatMigration(ids) }
            let isRepeated = Int.random(in: 0..<4, using: &generator) == 0
            if !isRepeated { editSome(of: ids) }
            poison()
            let rollback = try freeze(.rollback(of: run), ids: ids)
            if isRepeated {
                try repeatBesideRollback(rollback, of: run, ids)
            } else {
                try work(on: rollback) { self.rollbackTransform(of: run) }
                checkRollback(rollback)
            }
        } catch {
            problems.append("the journal failed: \(error)")
        }
        return problems + people.violations + service.violations
    }

    func rollbackTransform(of run: RunID) -> RollbackTransform {
        RollbackTransform(
            journal: journal,
            original: run,
            migration: Self.migration,
            target: Self.target,
            volatile: Self.volatile
        )
    }

    // MARK: The world

    /// All ids of the service, some that are not there, and some twice.
    private func input() -> [DistributionID] {
        var ids = service.ids.shuffled(using: &generator)
        missing = (0..<Int.random(in: 0...3, using: &generator)).map { _ in DistributionID.random(using: &generator) }
        ids += missing
        ids += ids.filter { _ in Int.random(in: 0..<20, using: &generator) == 0 }
        return ids
    }

    /// Makes the service fail on some records, whenever they are read or written.
    private func poison() {
        func some() -> Set<DistributionID> {
            guard Int.random(in: 0..<4, using: &generator) == 0 else { return [] }
            return Set(
                service.ids.shuffled(using: &generator).prefix(
                    Int.random(in: 1...60, using: &generator) % (service.ids.count / 2 + 1)
                )
            )
        }
        service.failsReading = some()
        service.failsWriting = some()
    }

    /// Others write after the migration, and before its rollback.
    private func editSome(of ids: [DistributionID]) {
        for id in ids where Int.random(in: 0..<8, using: &generator) == 0 {
            let isCount = Bool.random(using: &generator)
            service.edit(id) {
                if isCount { $0.count = 500 } else { $0.base += 7 }
            }
            edited[id] = service.records[id]
        }
    }

    func freeze(_ kind: RunKind, ids: [DistributionID]) throws(JournalError) -> RunID {
        let description = NewRun(
            kind: kind,
            migration: Self.migration,
            script: [],
            scriptSHA: "",
            engineVersion: "1",
            target: Self.target,
            approvedBy: "tester"
        )
        let run = try journal.createRun(description, control: SimulatedPeople.control)
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

    // MARK: Runs

    /// Works on a run through all troubles, and then without any until it is done.
    private func work(on run: RunID, transform: @escaping () -> any RecordTransform) throws(JournalError) {
        service.troubles = troubles
        service.outages = outages(count: Int.random(in: 0...2, using: &generator))
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            if try live(on: run, transform()) { break }
        }
        service.troubles = .none
        service.troubles.isSlow = troubles.isSlow
        service.outages = outages(count: Int.random(in: 0...1, using: &generator))
        try people.reset(run, journal)
        try finish(run, transform)
        // So few records may be left that an outage looks as if each of them failed by itself.
        if service.outages.isEmpty { checkParkings(of: run) }
        waitForService()
        service.failsReading = []
        service.failsWriting = []
        try retry(run, transform)
        // What is still on its way lands.
        _ = time.run(for: .seconds(200)) { self.service.underWay == 0 }
    }

    /// The same migration on records that it has changed already.
    private func repeatMigration(_ ids: [DistributionID]) throws(JournalError) {
        let run = try freeze(.migration, ids: ids)
        let count = service.writeCount
        try finish(run) { CountingTransform() }
        for (id, outcome) in lastOutcomes(of: run) where outcome.kind != .already {
            problems.append("\(id) was changed by an earlier run, and ended as \(outcome.kind)")
        }
        if service.writeCount != count { problems.append("a second run has written") }
    }

    private func outages(count: Int) -> [Range<Duration>] {
        guard Int.random(in: 0..<3, using: &generator) == 0 else { return [] }
        return (0..<count).map { _ in
            let start = time.now + .seconds(Double.random(in: 0...20, using: &generator))
            let isLong = Bool.random(using: &generator)
            return start..<start + .seconds(Double.random(in: 1...(isLong ? 1200 : 60), using: &generator))
        }
    }
}

extension SimulatedJournal.Disk {
    /// Whether an intent of the record with this body is durable, in any run.
    func holdsIntent(of id: DistributionID, sending body: [UInt8]) -> Bool {
        runs.values.contains { run in
            run.records.contains { $0.item.id == id && $0.intents.values.contains { $0.intent.postimage == body } }
        }
    }
}
