import DistributionAPI
import TestSupport

@testable import Migration

/// A run of records `{"id": …, "count": 0}` on a service that answers as a test says, in simulated time.
final class EngineWorld {
    /// What a request is answered with, and after which time.
    typealias Answer = (delay: Duration, result: Result<DistributionReply, DistributionError>)

    let time = SimulatedTime()
    let journal: SimulatedJournal
    let run: RunID
    /// By how much the time of day is put forward.
    private let clockOffset: Offset
    private(set) var engine: MigrationEngine?
    private(set) var end: EngineEnd?

    /// - Parameter input: what the input says of each record.
    init(recordCount: Int, input: [UInt8]? = nil) throws {
        let time = time
        let clockOffset = Offset()
        self.clockOffset = clockOffset
        journal = SimulatedJournal(
            clock: {
                let now = time.now + clockOffset.value
                return DateTime(secondsSince1970: 1_800_000_000 + now.components.seconds)
            },
            schedule: { time.schedule(after: .microseconds(300), $0) }
        )
        run = try Self.addRun(recordCount: recordCount, input: input, to: journal)
    }

    /// Another run of the same migration on the first records.
    func addRun(recordCount: Int) throws -> RunID {
        try Self.addRun(recordCount: recordCount, input: nil, to: journal)
    }

    private static func addRun(
        recordCount: Int,
        input: [UInt8]?,
        to journal: SimulatedJournal
    ) throws -> RunID {
        let run = try journal.createRun(JournalFixture.newRun(), control: RunControl(maxConcurrency: 64))
        try journal.freeze((1...recordCount).map { NewItem(id: JournalFixture.id($0), input: input) }, run: run)
        _ = try journal.endFreezing(run: run, sha: "sha", expectedCount: recordCount)
        return run
    }

    /// Works on runs at once until all have ended, or for an hour.
    func finish(
        _ runs: [RunID],
        _ options: EngineOptions,
        _ answer: @escaping (DistributionOperation) -> Answer
    ) throws -> [EngineEnd] {
        var ends: [RunID: EngineEnd] = [:]
        let engines = try runs.map { run in
            try RunWork(journal: journal, run: run, who: "tester").start(
                service: AnsweringService(time: time, answer: answer),
                transform: CountingTransform(),
                environment: environment(),
                options: options,
                onEnd: { ends[run] = $0 }
            )
        }
        withExtendedLifetime(engines) { _ = time.run(for: .seconds(3600)) { ends.count == runs.count } }
        return runs.compactMap { ends[$0] }
    }

    /// Begins to work; the answers' texts are the test's.
    func start(
        _ options: EngineOptions,
        transform: any RecordTransform = CountingTransform(),
        _ answer: @escaping (DistributionOperation) -> Answer
    ) throws {
        let time = time
        end = nil
        let work = RunWork(journal: journal, run: run, who: "tester")
        engine = try work.start(
            service: AnsweringService(time: time, answer: answer),
            transform: transform,
            environment: environment(),
            options: options,
            onEnd: { self.end = $0 }
        )
    }

    /// What the engine has around it, in the world's time.
    func environment() -> EngineEnvironment {
        let time = time
        var generator = SeededGenerator(seed: 1)
        return EngineEnvironment(
            now: { time.now },
            wallClock: { DateTime(secondsSince1970: 1_800_000_000) },
            random: { Double.random(in: 0..<1, using: &generator) },
            schedule: { time.schedule(after: $0, $1) },
            execute: { time.schedule(after: .zero, $0) }
        )
    }

    /// Puts the time of day forward, as when the machine has slept.
    func sleep(_ duration: Duration) {
        clockOffset.value += duration
    }

    /// Works until the end, or for so long.
    func finish(within limit: Duration = .seconds(4 * 3600)) -> EngineEnd? {
        _ = time.run(for: limit) { end != nil }
        return end
    }

    private final class Offset {
        var value = Duration.zero
    }

    static func record(_ id: DistributionID, count: Int = 0, pad: Int = 0) -> [UInt8] {
        let text = #"{"id":"\#(id)","count":\#(count),"pad":""#
        return Array(text.utf8) + Array(repeating: UInt8(ascii: "x"), count: pad) + Array("\"}".utf8)
    }

    static func success(_ operation: DistributionOperation) -> Result<DistributionReply, DistributionError> {
        switch operation {
        case .update(_, let body): .success(.document(body))
        case .get(let id): .success(.document(record(id)))
        default: .success(.done)
        }
    }

    static var options: EngineOptions {
        var options = EngineOptions(volatile: [])
        options.usesCanary = false
        return options
    }
}

/// Answers each request after a time.
final class AnsweringService: DistributionService, @unchecked Sendable {
    // `@unchecked Sendable`: a simulation runs on one thread.
    private let time: SimulatedTime
    private let answer: (DistributionOperation) -> EngineWorld.Answer
    /// The timeouts that requests have had.
    private(set) var timeouts: Set<Duration?> = []

    init(time: SimulatedTime, answer: @escaping (DistributionOperation) -> EngineWorld.Answer) {
        self.time = time
        self.answer = answer
    }

    func perform(
        _ request: DistributionRequest,
        completion: @escaping DistributionCompletion
    ) -> DistributionCall {
        timeouts.insert(request.options.timeout)
        let (delay, result) = answer(request.operation)
        time.schedule(after: delay) { completion(result) }
        return DistributionCall()
    }
}
