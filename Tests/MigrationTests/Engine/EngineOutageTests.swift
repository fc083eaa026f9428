import DistributionAPI
import Testing

@testable import Migration

@Suite("The engine, and a service that fails or refuses")
struct EngineOutageTests {
    private static func failure(_ code: DistributionError.Code, isWrite: Bool = false) -> DistributionError {
        DistributionError(code, "simulated", retryable: true, maybeApplied: isWrite)
    }

    // MARK: Outages

    @Test("a slow run on a service that hangs gives up in time, and blames no record")
    func hangs() throws {
        let world = try EngineWorld(recordCount: 3000)
        _ = try world.journal.changeControl(run: world.run, by: "tester") { $0.recordsPerSecond = 1 }
        try world.start(EngineWorld.options) { operation in
            guard world.time.now > .seconds(20) else { return (.milliseconds(2), EngineWorld.success(operation)) }
            return (.seconds(10), .failure(Self.failure(.timeout, isWrite: operation.isWrite)))
        }
        let end = try #require(world.finish(within: .seconds(20 + 900 + 80)))
        #expect(end.reason == .gaveUp("no request has succeeded for 900 seconds"))
        #expect(end.tally.parked == 0)
        #expect(end.tally.applied > 15)
    }

    @Test("requests that may take longer than the breaker waits for one are waited for")
    func longTimeouts() throws {
        let world = try EngineWorld(recordCount: 300)
        var isAway = false
        try world.start(EngineWorld.options) { operation in
            isAway = world.time.now > .milliseconds(100) && world.time.now < .seconds(600)
            guard isAway else { return (.milliseconds(5), EngineWorld.success(operation)) }
            return (.seconds(60), .failure(Self.failure(.timeout, isWrite: operation.isWrite)))
        }
        let end = try #require(world.finish())
        #expect(end.reason == .finished)
        #expect(end.tally.applied == 300)
    }

    @Test("a service that throttles every write, or every request, is given up, and few records are parked for it")
    func throttles() throws {
        for (onlyWrites, what) in [(true, "write"), (false, "request")] {
            let world = try EngineWorld(recordCount: 500)
            try world.start(EngineWorld.options) { operation in
                let isThrottled = world.time.now > .milliseconds(200) && (operation.isWrite || !onlyWrites)
                let result = isThrottled ? .failure(Self.failure(.unavailable)) : EngineWorld.success(operation)
                return (.milliseconds(5), result)
            }
            let end = try #require(world.finish(within: .seconds(1000)))
            #expect(end.reason == .gaveUp("no \(what) has succeeded for 900 seconds"))
            #expect(end.tally.parked < 10, "\(end.tally)")
        }
    }

    // MARK: Refusals

    @Test("a record that is refused while others are given fails, and the run goes on", arguments: [false, true])
    func refusesOne(isWrite: Bool) throws {
        let world = try EngineWorld(recordCount: 60)
        var options = EngineWorld.options
        options.maxErrors = .count(2)
        let refused = [JournalFixture.id(30), JournalFixture.id(60)]
        try world.start(options) { operation in
            let isRefused = operation.isWrite == isWrite && operation.recordID.map(refused.contains) ?? false
            return (
                .milliseconds(5), isRefused ? .failure(Self.failure(.unauthorized)) : EngineWorld.success(operation)
            )
        }
        let end = try #require(world.finish())
        #expect(end.reason == .finished)
        #expect(end.tally[.verified] == 58)
        let failed = try world.journal.outcomes(run: world.run, kinds: [.failed], after: 0, limit: .max)
        #expect(failed.map(\.id) == refused)
        #expect(failed.allSatisfy { $0.outcome.message?.contains("refused this record") == true })
    }

    @Test(
        "a service that refuses every read or write stops the run, at once or after a while",
        arguments: [(isWrite: false, after: Duration.zero), (false, .milliseconds(100)), (true, .zero)]
    )
    func refusesAll(isWrite: Bool, after: Duration) throws {
        let world = try EngineWorld(recordCount: 500)
        try world.start(EngineWorld.options) { operation in
            let isRefused = operation.isWrite == isWrite && world.time.now >= after
            return (
                .milliseconds(5), isRefused ? .failure(Self.failure(.unauthorized)) : EngineWorld.success(operation)
            )
        }
        let end = try #require(world.finish(within: .seconds(5)))
        guard case .refused = end.reason else {
            Issue.record("\(end.reason)")
            return
        }
        #expect(end.tally.failed == 0)
        #expect(end.tally.concluded < 200)
    }

    @Test("writes that are refused from a moment on stop the run before many records have failed")
    func refusesWritesFromNowOn() throws {
        let world = try EngineWorld(recordCount: 2000)
        var options = EngineWorld.options
        options.maxErrors = .fraction(1)
        try world.start(options) { operation in
            let isRefused = operation.isWrite && world.time.now > .milliseconds(200)
            return (
                .milliseconds(5), isRefused ? .failure(Self.failure(.unauthorized)) : EngineWorld.success(operation)
            )
        }
        let end = try #require(world.finish(within: .seconds(5)))
        guard case .refused = end.reason else {
            Issue.record("\(end.reason)")
            return
        }
        #expect(end.tally.failed <= Refusals.maxWriteCount)
    }

    @Test("a refusal that cannot be looked into, for the service is away then, fails no record")
    func refusesAndGoesAway() throws {
        let world = try EngineWorld(recordCount: 60)
        var refusedAt: Duration?
        try world.start(EngineWorld.options) { operation in
            let now = world.time.now
            if let refusedAt, now < refusedAt + .seconds(40) {
                return (.milliseconds(5), .failure(Self.failure(.network, isWrite: operation.isWrite)))
            }
            if refusedAt == nil, operation.recordID == JournalFixture.id(30) {
                refusedAt = now
                return (.milliseconds(5), .failure(Self.failure(.unauthorized)))
            }
            return (.milliseconds(5), EngineWorld.success(operation))
        }
        let end = try #require(world.finish())
        #expect(end.reason == .finished)
        #expect(end.tally.applied == 60)
    }

    // MARK: The limit of errors

    @Test(
        "no record is transformed after too many have failed, the count told is the last one, and a resume begins none"
    )
    func overTheLimit() throws {
        let world = try EngineWorld(recordCount: 5000)
        var options = EngineWorld.options
        options.maxErrors = .count(100)
        let transform = RefusingTransform()
        try world.start(options, transform: transform) { (.milliseconds(1), EngineWorld.success($0)) }
        let end = try #require(world.finish())
        #expect(transform.count == 101)
        #expect(end.tally.failed == 101)
        let words = "101 of 101 records failed; the limit is 100 records"
        #expect(end.reason == .tooManyErrors("\(words) (script: no)"))
        var requestCount = 0
        options.maxErrors = .count(5)
        try world.start(options, transform: transform) { operation in
            requestCount += 1
            return (.milliseconds(1), EngineWorld.success(operation))
        }
        let resumed = try #require(world.finish())
        #expect(requestCount == 0)
        guard case .tooManyErrors(let told) = resumed.reason else {
            Issue.record("\(resumed.reason)")
            return
        }
        #expect(told.hasPrefix("101 of 101 records failed; the limit is 5 records; no record was begun"), "\(told)")
    }

    @Test("what fails while the run ends counts in what is told")
    func failsWhileItEnds() throws {
        let world = try EngineWorld(recordCount: 3000)
        var options = EngineWorld.options
        options.maxErrors = .count(0)
        try world.start(options) { _ in
            let isFirst = world.time.now == .zero
            return (isFirst ? .milliseconds(1) : .milliseconds(5), .failure(Self.failure(.invalid)))
        }
        let end = try #require(world.finish())
        let count = end.tally.failed
        #expect(count > 1)
        #expect(
            end.reason
                == .tooManyErrors("\(count) of \(count) records failed; the limit is 0 records (rejected: simulated)")
        )
    }
}

/// Refuses every record.
private final class RefusingTransform: RecordTransform {
    private(set) var count = 0

    func apply(to body: [UInt8], of item: WorkItem) -> TransformAnswer {
        count += 1
        return .refused(.script, "no")
    }

    func problem(after: [UInt8], before: [UInt8], of item: WorkItem) -> String? { nil }
}
