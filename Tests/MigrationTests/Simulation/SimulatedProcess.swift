import DistributionAPI
import TestSupport

@testable import Migration

/// One life of the program: an engine that can be killed at any moment. What it has sent goes on without it.
final class SimulatedProcess: @unchecked Sendable {
    // `@unchecked Sendable`: a simulation runs on one thread.
    private let time: SimulatedTime
    private let people: SimulatedPeople
    private let clockOffsetAtStart: Duration
    private var generator: SeededGenerator
    private(set) var isAlive = true
    private(set) var end: EngineEnd?
    /// What must never happen, in words.
    private var ownViolations: [String] = []
    private var client: SimulatedClient?
    /// Whether somebody else works on the run at the same time, or has opened its records again: what the engine has
    /// counted is not the truth then.
    var hasRival = false
    var wasReopened = false
    private var engine: MigrationEngine?
    private var timerCount = 0
    /// The records that were last told to be concluded.
    private var concludedCount = 0

    init(time: SimulatedTime, people: SimulatedPeople, seed: UInt64) {
        self.time = time
        self.people = people
        clockOffsetAtStart = people.clockOffset
        generator = SeededGenerator(seed: seed)
    }

    /// Begins to work on a run.
    func start(
        _ run: RunID,
        journal: SimulatedJournal,
        service: SimulatedService,
        transform: any RecordTransform,
        options: EngineOptions
    ) throws(JournalError) {
        let client = SimulatedClient(service, time: time)
        self.client = client
        let work = RunWork(journal: journal, run: run, who: "tester")
        var isStarting = true
        engine = try work.start(
            service: client,
            transform: transform,
            environment: environment,
            options: options,
            onProgress: { self.check($0) { journal.disk.runs[run]?.tally } },
            onEnd: { end in
                if isStarting { self.ownViolations.append("the end was told from within start") }
                if self.end != nil { self.ownViolations.append("the end was told twice") }
                self.end = end
                self.check(end, against: journal.disk.runs[run]?.tally)
            }
        )
        isStarting = false
    }

    var violations: [String] { ownViolations + (client?.violations ?? []) }

    /// The records that it has asked for.
    var requested: Set<DistributionID> { client?.requested ?? [] }

    func kill() {
        isAlive = false
        engine = nil
    }

    func drain() {
        engine?.drain()
    }

    private var environment: EngineEnvironment {
        EngineEnvironment(
            now: { self.time.now },
            wallClock: { [people] in people.clock },
            random: { Double.random(in: 0..<1, using: &self.generator) },
            schedule: schedule,
            execute: { work in
                self.time.schedule(after: .zero) { if self.isAlive { work() } }
            }
        )
    }

    private func schedule(_ delay: Duration, _ work: @escaping () -> Void) -> () -> Void {
        var isWaiting = true
        timerCount += 1
        let cancel = time.schedule(after: delay) {
            isWaiting = false
            self.timerCount -= 1
            if self.isAlive { work() }
        }
        return {
            guard isWaiting else { return }
            isWaiting = false
            self.timerCount -= 1
            cancel()
        }
    }

    // MARK: What must hold

    /// What is told has to be durable, and no more than there is.
    private func check(_ progress: EngineProgress, against tally: () -> RunTally?) {
        guard end == nil, !hasRival, !wasReopened, progress.tally.concluded != concludedCount, let tally = tally()
        else { return }
        concludedCount = progress.tally.concluded
        if progress.tally.concluded > tally.concluded {
            ownViolations.append("\(progress.tally.concluded) records are told of, \(tally.concluded) are durable")
        }
    }

    /// At the end nothing is under way, and the engine has counted what the journal has.
    private func check(_ end: EngineEnd, against tally: RunTally?) {
        if case .journal(let error) = end.reason, error.code == .state, !hasRival {
            ownViolations.append("the journal does not take the end: \(error)")
        }
        guard let engine, let tally else { return }
        let left: [(String, Int)] = [
            ("records", engine.active.count), ("reads in flight", engine.reads.inFlight),
            ("writes in flight", engine.writes.inFlight), ("bytes", engine.activeBytes), ("timers", timerCount),
        ]
        for (what, count) in left where count != 0 { ownViolations.append("\(count) \(what) are left at the end") }
        if case .journal = end.reason { return }
        if !engine.pending.isSettled { ownViolations.append("entries are left at the end") }
        if end.tally != tally { ownViolations.append("\(end.tally) is told of, the journal has \(tally)") }
        // Where a claim was lost, its records may be counted twice.
        guard people.clockOffset == clockOffsetAtStart, !hasRival, !wasReopened else { return }
        var counted = engine.tally
        counted.counts = counted.counts.filter { $0.value != 0 }
        if counted != tally { ownViolations.append("the engine counted \(counted), the journal has \(tally)") }
    }
}
