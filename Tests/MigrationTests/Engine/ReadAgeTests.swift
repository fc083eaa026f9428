import DistributionAPI
import Testing

@testable import Migration

@Suite("The engine writes over no body that was asked for long ago")
struct ReadAgeTests {
    /// How often each record was asked for, and how long before each write that was last.
    private final class Watch {
        let world: EngineWorld
        private(set) var readCounts: [DistributionID: Int] = [:]
        private(set) var writeAges: [Duration] = []
        private var askedAt: [DistributionID: Duration] = [:]

        init(_ world: EngineWorld) {
            self.world = world
        }

        func note(_ operation: DistributionOperation) {
            guard let id = operation.recordID else { return }
            if operation.isWrite {
                writeAges.append(world.time.now - (askedAt[id] ?? .zero))
            } else {
                readCounts[id, default: 0] += 1
                askedAt[id] = world.time.now
            }
        }
    }

    /// Takes its time, on the engine's thread.
    private final class SlowTransform: RecordTransform {
        private let time: SimulatedTime
        private let duration: Duration
        private(set) var count = 0

        init(_ time: SimulatedTime, _ duration: Duration) {
            self.time = time
            self.duration = duration
        }

        func apply(to body: [UInt8], of item: WorkItem) -> TransformAnswer {
            count += 1
            time.pass(duration)
            return CountingTransform().apply(to: body, of: item)
        }

        func problem(after: [UInt8], before: [UInt8], of item: WorkItem) -> String? { nil }
    }

    @Test("an answer that has waited for a stopped process is read again before it is written over")
    func stopped() throws {
        let world = try EngineWorld(recordCount: 1)
        let watch = Watch(world)
        try world.start(EngineWorld.options) { operation in
            watch.note(operation)
            return (.milliseconds(20), EngineWorld.success(operation))
        }
        world.time.schedule(after: .milliseconds(10)) { world.time.pass(.seconds(9)) }
        #expect(world.finish()?.tally[.verified] == 1)
        #expect(watch.readCounts.values.map(\.self) == [2])
        #expect(watch.writeAges.count == 1)
        #expect(watch.writeAges.allSatisfy { $0 <= RecordMachine.maxReadAge })
    }

    @Test("a record is seen in conflict that was changed while the process was stopped")
    func changedWhileStopped() throws {
        let world = try EngineWorld(recordCount: 1)
        var writeCount = 0
        var readCount = 0
        try world.start(EngineWorld.options) { operation in
            guard case .get(let id) = operation else {
                writeCount += 1
                return (.milliseconds(20), EngineWorld.success(operation))
            }
            readCount += 1
            return (.milliseconds(20), .success(.document(EngineWorld.record(id, count: readCount == 1 ? 0 : 5))))
        }
        world.time.schedule(after: .milliseconds(10)) { world.time.pass(.seconds(9)) }
        #expect(world.finish()?.tally[.conflict] == 1)
        #expect(writeCount == 0)
    }

    @Test("a service that takes longer to answer a read is done with a few reads of each record")
    func slowService() throws {
        let count = 20
        let world = try EngineWorld(recordCount: count)
        let watch = Watch(world)
        try world.start(EngineWorld.options) { operation in
            watch.note(operation)
            return (operation.isWrite ? .milliseconds(2) : .milliseconds(1500), EngineWorld.success(operation))
        }
        #expect(world.finish()?.tally[.verified] == count)
        #expect(watch.readCounts.values.allSatisfy { $0 == EngineLimits.maxStaleReads + 1 })
    }

    @Test("a slow function is given no old bodies to write over, however slow it is", arguments: [400, 3000])
    func slowTransform(milliseconds: Int) throws {
        let count = 40
        let world = try EngineWorld(recordCount: count)
        let watch = Watch(world)
        let transform = SlowTransform(world.time, .milliseconds(milliseconds))
        try world.start(EngineWorld.options, transform: transform) { operation in
            watch.note(operation)
            return (.milliseconds(5), EngineWorld.success(operation))
        }
        #expect(world.finish()?.tally[.verified] == count)
        #expect(watch.writeAges.count == count)
        #expect(watch.writeAges.allSatisfy { $0 <= RecordMachine.maxReadAge })
        #expect(transform.count == count)
    }

    @Test(
        "records are read no further ahead of a slow function than it can keep up with",
        arguments: [(milliseconds: 0, most: AdaptiveLimit.startLimit), (100, 2), (400, 1)]
    )
    func readsAhead(milliseconds: Int, most: Int) throws {
        let count = 40
        let world = try EngineWorld(recordCount: count)
        let transform = SlowTransform(world.time, .milliseconds(milliseconds))
        var begun: Set<DistributionID> = []
        var peak = 0
        try world.start(EngineWorld.options, transform: transform) { operation in
            // How slow it is is known from the first call on.
            if case .get(let id) = operation, begun.insert(id).inserted, transform.count > 0 {
                peak = max(peak, begun.count - transform.count)
            }
            return (.milliseconds(5), EngineWorld.success(operation))
        }
        #expect(world.finish()?.tally[.verified] == count)
        #expect(peak == most)
    }
}
