import DistributionAPI
import TestSupport

@testable import Migration

/// One life of the program: an engine that can be killed at any moment. What it has sent goes on without it.
final class SimulatedProcess: @unchecked Sendable {
    // `@unchecked Sendable`: a simulation runs on one thread.
    private let time: SimulatedTime
    private var generator: SeededGenerator
    private(set) var isAlive = true
    private(set) var end: EngineEnd?
    private var engine: MigrationEngine?

    init(time: SimulatedTime, seed: UInt64) {
        self.time = time
        generator = SeededGenerator(seed: seed)
    }

    /// Begins to work on a run.
    func start(
        _ run: RunID,
        journal: any Journal,
        service: any DistributionService,
        transform: any RecordTransform,
        options: EngineOptions
    ) throws(JournalError) {
        let work = RunWork(journal: journal, run: run, worker: "process", who: "tester")
        engine = try work.start(
            service: service,
            transform: transform,
            environment: environment,
            options: options,
            onEnd: { self.end = $0 }
        )
    }

    func kill() {
        isAlive = false
        engine = nil
    }

    func drain() {
        engine?.drain()
    }

    func stopNow() {
        engine?.stopNow()
    }

    private var environment: EngineEnvironment {
        EngineEnvironment(
            now: { self.time.now },
            wallClock: { DateTime(secondsSince1970: 1_800_000_000) },
            random: { Double.random(in: 0..<1, using: &self.generator) },
            schedule: { delay, work in
                self.time.schedule(after: delay) { if self.isAlive { work() } }
            },
            execute: { work in
                self.time.schedule(after: .zero) { if self.isAlive { work() } }
            }
        )
    }
}
