import DistributionAPI
import Testing

@testable import Migration

@Suite("The engine keeps to its limits")
struct EngineTests {
    private static func failure(_ code: DistributionError.Code, isWrite: Bool = false) -> DistributionError {
        DistributionError(code, "simulated", retryable: true, maybeApplied: isWrite)
    }

    @Test(
        "a gate that does not open says whether records failed or answers were slow",
        arguments: [(isSlow: true, isRefused: false), (false, true)]
    )
    func gates(isSlow: Bool, isRefused: Bool) throws {
        let world = try EngineWorld(recordCount: 50)
        var options = EngineWorld.options
        options.usesCanary = true
        options.maxP95 = .milliseconds(100)
        try world.start(options) { operation in
            let result = isRefused ? .failure(Self.failure(.invalid)) : EngineWorld.success(operation)
            return (isSlow ? .milliseconds(300) : .milliseconds(1), result)
        }
        let end = try #require(world.finish())
        switch end.reason {
        case .gaveUp(let words): #expect(isSlow && words.contains("p95 of reads"))
        case .tooManyErrors(let words): #expect(isRefused && words.contains("1 of 1 failed"))
        default: Issue.record("\(end.reason)")
        }
        #expect(end.tally.concluded == 1)
    }

    @Test("the curves begin and end where the work does, however short it is", arguments: [5, 700])
    func wholeCurves(milliseconds: Int) throws {
        let world = try EngineWorld(recordCount: 20)
        try world.start(EngineWorld.options) { (.milliseconds(milliseconds), EngineWorld.success($0)) }
        let end = try #require(world.finish())
        #expect(end.reason == .finished)
        let samples = try world.journal.samples(run: world.run, limit: .max)
        #expect(samples.first?.concludedCount == 0)
        #expect(samples.last?.concludedCount == end.tally.total)
        #expect(samples.last?.inFlightCount == 0)
        #expect((samples.count == 2) == (milliseconds == 5), "\(samples.count)")
    }

    @Test("the curves of a run that is stopped end with what was done")
    func curvesOfAStoppedRun() throws {
        let world = try EngineWorld(recordCount: 500)
        try world.start(EngineWorld.options) { (.milliseconds(300), EngineWorld.success($0)) }
        _ = world.time.run(for: .milliseconds(2500)) { false }
        world.engine?.drain()
        let end = try #require(world.finish())
        #expect(end.reason == .drained)
        #expect(end.tally.concluded > 0)
        #expect(try world.journal.samples(run: world.run, limit: .max).last?.concludedCount == end.tally.concluded)
    }

    /// Notes how much input it is given.
    private final class InputSizes: RecordTransform {
        private(set) var byteCounts: [Int?] = []

        func apply(to body: [UInt8], of item: WorkItem) -> TransformAnswer {
            byteCounts.append(item.input?.count)
            return .unchanged
        }

        func problem(after: [UInt8], before: [UInt8], of item: WorkItem) -> String? { nil }
    }

    @Test("long inputs reach the transform, and only as many are held at once as there is room for")
    func boundsInputs() throws {
        let input = [UInt8](repeating: 0x20, count: EngineLimits.maxActiveBytes / 4)
        let world = try EngineWorld(recordCount: 20, input: input)
        let transform = InputSizes()
        var mostActive = 0
        try world.start(EngineWorld.options, transform: transform) { operation in
            mostActive = max(mostActive, world.engine?.active.count ?? 0)
            return (.milliseconds(5), EngineWorld.success(operation))
        }
        #expect(try #require(world.finish()).tally[.unchanged] == 20)
        #expect(transform.byteCounts == Array(repeating: input.count, count: 20))
        #expect((1...4).contains(mostActive))
    }

    @Test(
        "a service that was never there ends the work at once, and every record stays to do",
        arguments: [true, false]
    )
    func neverThere(usesCanary: Bool) throws {
        let world = try EngineWorld(recordCount: 500)
        var options = EngineWorld.options
        options.usesCanary = usesCanary
        let refused = DistributionError(.network, "connection refused", retryable: true, connectFailed: true)
        try world.start(options) { _ in (.milliseconds(1), .failure(refused)) }
        let end = try #require(world.finish(within: .seconds(2)))
        #expect(end.reason == .unreachable("the service cannot be reached: connection refused"))
        #expect(end.tally.pending == 500)
        #expect(try world.journal.run(world.run).stop?.kind == .gaveUp)
    }

    @Test("a resume goes on past a gate that has closed, and judges what it does itself")
    func resumesPastAGate() throws {
        let world = try EngineWorld(recordCount: 50)
        var options = EngineWorld.options
        options.usesCanary = true
        func work(_ answer: @escaping (DistributionOperation) -> EngineWorld.Answer) throws -> EngineEnd {
            try world.start(options, answer)
            return try #require(world.finish())
        }
        let refusing: (DistributionOperation) -> EngineWorld.Answer = { _ in
            (.milliseconds(1), .failure(Self.failure(.invalid)))
        }
        let first = try work(refusing)
        let share = "1 of 1 failed, more than 1.0 % (1 failed; rejected: simulated)"
        #expect(first.reason == .tooManyErrors("canary stage 1 of 2 (1 record): \(share)"))
        let second = try work(refusing)
        #expect(second.tally.failed == 11, "the next stage was done")
        guard case .tooManyErrors(let words) = second.reason else {
            Issue.record("\(second.reason)")
            return
        }
        #expect(words.hasPrefix("canary stage 2 of 2 (10 records): 10 of 10 failed"))
        options.maxErrors = .count(11)
        let third = try work { (.milliseconds(1), EngineWorld.success($0)) }
        #expect(third.reason == .finished)
        #expect(third.tally[.verified] == 39)
    }

    @Test("with a count as the limit, a stage may fail as long as the count allows it")
    func countOfErrors() throws {
        let world = try EngineWorld(recordCount: 50)
        var options = EngineWorld.options
        options.usesCanary = true
        options.maxErrors = .count(2)
        var failing = Set((1...2).map { JournalFixture.id($0) })
        func answer(_ operation: DistributionOperation) -> EngineWorld.Answer {
            let isFailing = operation.recordID.map(failing.contains) ?? false
            return (.milliseconds(1), isFailing ? .failure(Self.failure(.invalid)) : EngineWorld.success(operation))
        }
        try world.start(options, answer)
        let end = try #require(world.finish())
        #expect(end.reason == .finished)
        #expect(end.tally.failed == 2)
        let stopped = try EngineWorld(recordCount: 50)
        failing.insert(JournalFixture.id(3))
        try stopped.start(options, answer)
        let words = try #require(stopped.finish()).reason
        guard case .tooManyErrors(let words) = words else {
            Issue.record("\(words)")
            return
        }
        #expect(words.hasPrefix("3 of ") && words.hasSuffix("the limit is 2 records (rejected: simulated)"))
    }

    @Test("a run whose every record has ended is finished, however many of them failed")
    func failsToTheLast() throws {
        for (count, isFinished) in [(1, true), (2, true), (3000, false)] {
            let world = try EngineWorld(recordCount: count)
            var options = EngineWorld.options
            options.maxErrors = .count(0)
            try world.start(options) { _ in (.milliseconds(1), .failure(Self.failure(.invalid))) }
            let end = try #require(world.finish())
            #expect((end.reason == .finished) == isFinished, "\(count): \(end.reason)")
            #expect((end.tally.failed == count) == isFinished)
            #expect(try world.journal.run(world.run).state == (isFinished ? .finished : .stopped))
        }
    }

    @Test("great bodies are read a few at a time, once it is known how great they are")
    func greatBodies() throws {
        let size = 6 << 20
        let world = try EngineWorld(recordCount: 8)
        var inFlight = 0
        var answered = 0
        var peak = 0
        try world.start(EngineWorld.options, transform: UnchangingTransform()) { operation in
            inFlight += 1
            if answered > 0 { peak = max(peak, inFlight) }
            world.time.schedule(after: .milliseconds(9)) {
                inFlight -= 1
                answered += 1
            }
            guard case .get(let id) = operation else { return (.milliseconds(10), .success(.done)) }
            return (.milliseconds(10), .success(.document(EngineWorld.record(id, pad: size))))
        }
        #expect(world.finish()?.tally[.unchanged] == 8)
        #expect(peak <= EngineLimits.maxActiveBytes / (2 * size))
    }

    @Test("records are not read so far ahead of slow writes that they have to be read again and again")
    func slowWrites() throws {
        let count = 300
        let world = try EngineWorld(recordCount: count)
        var readCount = 0
        try world.start(EngineWorld.options) { operation in
            if !operation.isWrite { readCount += 1 }
            return (operation.isWrite ? .milliseconds(600) : .milliseconds(2), EngineWorld.success(operation))
        }
        #expect(world.finish()?.tally[.verified] == count)
        #expect(readCount < 3 * count)
    }

    @Test("reads that take longer than a body may be old are written all the same")
    func slowReads() throws {
        let world = try EngineWorld(recordCount: 20)
        try world.start(EngineWorld.options) { operation in
            (operation.isWrite ? .milliseconds(2) : .seconds(3), EngineWorld.success(operation))
        }
        #expect(world.finish()?.tally[.verified] == 20)
    }

    @Test("a service that is read and takes no write is given up, before all records are parked")
    func noWrites() throws {
        let world = try EngineWorld(recordCount: 3000)
        var options = EngineWorld.options
        options.outageTimeout = .seconds(60)
        var readCount = 0
        try world.start(options) { operation in
            if !operation.isWrite { readCount += 1 }
            let failure = Self.failure(.server, isWrite: true)
            return (.milliseconds(5), operation.isWrite ? .failure(failure) : EngineWorld.success(operation))
        }
        let end = try #require(world.finish())
        #expect(end.reason == .gaveUp("no write has succeeded for 60 seconds"))
        #expect(end.tally.parked < 60)
        #expect(end.tally.concluded == 0)
        #expect(readCount < 200)
    }

    @Test("records that the service fails on are parked, however many are left at the end")
    func poisonedRecords() throws {
        let world = try EngineWorld(recordCount: 200)
        let failing = Set((81...200).map { JournalFixture.id($0) })
        for _ in 0..<2 {
            try world.start(EngineWorld.options) { operation in
                let isFailing = operation.recordID.map(failing.contains) ?? false
                return (.milliseconds(5), isFailing ? .failure(Self.failure(.server)) : EngineWorld.success(operation))
            }
            let end = try #require(world.finish())
            #expect(end.reason == .finished)
            #expect(end.tally.parked == 120)
            #expect(end.tally[.verified] == 80)
        }
    }

    @Test("a service that wants to be left alone for days is asked again after an hour")
    func longHold() throws {
        let world = try EngineWorld(recordCount: 1)
        var isFirst = true
        try world.start(EngineWorld.options) { operation in
            defer { isFirst = false }
            guard isFirst else { return (.milliseconds(5), EngineWorld.success(operation)) }
            var error = Self.failure(.unavailable)
            error.retryAfter = .seconds(2 * 86_400)
            return (.milliseconds(5), .failure(error))
        }
        #expect(world.finish(within: .seconds(3700))?.reason == .finished)
    }

    @Test("while it ends, it does not wait for a service that wants to be left alone")
    func drainInHold() throws {
        let world = try EngineWorld(recordCount: 20)
        try world.start(EngineWorld.options) { operation in
            guard operation.isWrite else { return (.milliseconds(5), EngineWorld.success(operation)) }
            var error = Self.failure(.unavailable)
            error.retryAfter = .seconds(600)
            return (.milliseconds(5), .failure(error))
        }
        _ = world.time.run(for: .seconds(2)) { false }
        world.engine?.drain()
        #expect(world.finish(within: .seconds(1))?.reason == .drained)
    }

    @Test("a machine that has slept longer than its leases hold claims its chunks anew, and loses count of nothing")
    func slept() throws {
        let world = try EngineWorld(recordCount: 60)
        try world.start(EngineWorld.options) { operation in
            (operation.isWrite ? .milliseconds(400) : .milliseconds(2), EngineWorld.success(operation))
        }
        for _ in 0..<20 {
            _ = world.time.run(for: .milliseconds(170)) { world.end != nil }
            world.sleep(.seconds(60))
        }
        let end = try #require(world.finish(within: .seconds(60)))
        #expect(end.reason == .finished)
        #expect(end.tally.applied == 60)
        #expect(world.engine?.writes.inFlight == 0)
        #expect(world.engine?.reads.inFlight == 0)
    }

    @Test("records that are opened again while it works are worked on, too")
    func reopened() throws {
        let world = try EngineWorld(recordCount: 30)
        var refuses = true
        var options = EngineWorld.options
        options.maxErrors = .fraction(1)
        try world.start(options) { operation in
            (.milliseconds(5), refuses ? .failure(Self.failure(.invalid)) : EngineWorld.success(operation))
        }
        _ = world.time.run(for: .seconds(60)) { (try? world.journal.tally(run: world.run).failed) == 30 }
        refuses = false
        #expect(try world.journal.reopen(run: world.run, failure: .rejected, by: "tester").opened == 30)
        let end = try #require(world.finish())
        #expect(end.reason == .finished)
        #expect(end.tally[.verified] == 30)
    }

    @Test("a record that waits for another run is no sign of a service that cannot be reached", arguments: [1, 5])
    func waitsForAnotherRun(recordCount: Int) throws {
        let world = try EngineWorld(recordCount: 1)
        func answer(_ operation: DistributionOperation, losesWrites: Bool) -> EngineWorld.Answer {
            if losesWrites, case .update = operation {
                return (.milliseconds(5), .failure(Self.failure(.timeout, isWrite: true)))
            }
            return (.milliseconds(5), EngineWorld.success(operation))
        }
        let parked = try world.finish([world.run], EngineWorld.options) { answer($0, losesWrites: true) }
        #expect(parked.map(\.tally.parked) == [1])
        let other = try world.addRun(recordCount: recordCount)
        let ends = try world.finish([other], EngineWorld.options) { answer($0, losesWrites: false) }
        #expect(ends.map(\.reason) == [.finished])
        #expect(ends.map(\.tally.parked) == [1])
        #expect(ends.map { $0.tally[.verified] } == [recordCount - 1])
    }

    @Test("of two runs of a migration at once neither changes what the other has changed")
    func twoAtOnce() throws {
        let world = try EngineWorld(recordCount: 200)
        let other = try world.addRun(recordCount: 200)
        var counts: [DistributionID: Int] = [:]
        func answer(_ operation: DistributionOperation) -> EngineWorld.Answer {
            guard case .update(let id, _) = operation else { return (.milliseconds(5), EngineWorld.success(operation)) }
            counts[id, default: 0] += 1
            return (.milliseconds(5), EngineWorld.success(operation))
        }
        let ends = try world.finish([world.run, other], EngineWorld.options, answer)
        #expect(ends.map(\.reason) == [.finished, .finished])
        #expect(counts.count == 200)
        #expect(counts.values.allSatisfy { $0 == 1 })
        #expect(ends.reduce(0) { $0 + $1.tally[.verified] } == 200)
        #expect(ends.reduce(0) { $0 + $1.tally[.already] } == 200)
    }
}

/// Leaves every record as it is.
private final class UnchangingTransform: RecordTransform {
    func apply(to body: [UInt8], of item: WorkItem) -> TransformAnswer { .unchanged }

    func problem(after: [UInt8], before: [UInt8], of item: WorkItem) -> String? { nil }
}
