import LuaRuntime
import Synchronization
import Testing

@testable import Migration

@Suite("A time limit")
struct TimeLimitTests {
    private static let limit = Duration.milliseconds(100)

    /// A limit that nobody but the test looks at.
    private static func make(
        whenStuck: (@Sendable () -> Void)? = nil
    ) throws -> (vm: LuaVM, limit: TimeLimit) {
        let vm = try LuaVM()
        return (vm, TimeLimit(vm.interrupter, limit: limit, whenStuck: whenStuck))
    }

    @Test("interrupts a run that is seen for longer than it allows")
    func interrupts() throws {
        let (vm, limit) = try Self.make()
        let start = ContinuousClock.now
        limit.begin()
        let first = limit.check(nil, now: start)
        let second = limit.check(first, now: start + .milliseconds(99))
        #expect(vm.interrupter.reason == nil)
        _ = limit.check(second, now: start + .milliseconds(100))
        #expect(vm.interrupter.reason == .deadline)
        #expect(limit.end())
        vm.interrupter.clear()
    }

    @Test("counts each run anew")
    func countsAnew() throws {
        let (vm, limit) = try Self.make()
        let start = ContinuousClock.now
        limit.begin()
        let first = limit.check(nil, now: start)
        #expect(!limit.end())
        limit.begin()
        let second = limit.check(first, now: start + .milliseconds(150))
        _ = limit.check(second, now: start + .milliseconds(200))
        #expect(vm.interrupter.reason == nil)
        #expect(!limit.end())
    }

    @Test("has nothing to say between runs")
    func isIdle() throws {
        let (vm, limit) = try Self.make()
        let now = ContinuousClock.now
        #expect(limit.check(nil, now: now) == nil)
        limit.begin()
        let sighting = limit.check(nil, now: now)
        #expect(sighting != nil)
        #expect(!limit.end())
        #expect(limit.check(sighting, now: now + .seconds(10)) == nil)
        #expect(vm.interrupter.reason == nil)
    }

    @Test("tells once of a run that cannot be interrupted")
    func tellsOfStuckRuns() throws {
        let told = Mutex(0)
        let (vm, limit) = try Self.make { told.withLock { $0 += 1 } }
        let start = ContinuousClock.now
        limit.begin()
        var sighting = limit.check(nil, now: start)
        for seconds in 1...4 { sighting = limit.check(sighting, now: start + .seconds(seconds)) }
        #expect(told.withLock { $0 } == 0)
        for seconds in 6...9 { sighting = limit.check(sighting, now: start + .seconds(seconds)) }
        #expect(told.withLock { $0 } == 1)
        #expect(limit.end())
        vm.interrupter.clear()
    }
}
