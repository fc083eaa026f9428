import Dispatch
import LuaRuntime
import Synchronization

/// Stops the code of one VM when it runs for too long. `begin` and `end` cost one atomic operation each.
///
/// `begin` and `end` are for the VM's thread, one after the other; the rest is the watch's.
final class TimeLimit: Sendable {
    private static let isRunning: UInt64 = 1
    private static let isReached: UInt64 = 2
    private static let step: UInt64 = 4

    /// The number of the run, in steps of 4, with the two flags above.
    private let state = Atomic<UInt64>(0)
    /// Held while an interrupt is delivered.
    private let delivery = Mutex(())
    private let interrupter: Interrupter
    private let limit: Duration
    private let whenStuck: (@Sendable () -> Void)?

    /// A single step of Lua's machine cannot be interrupted, such as a collection of garbage; code that goes on for so
    /// long after it was is in one.
    static let stuckAfter = Duration.seconds(5)

    /// - Parameters:
    ///   - interrupter: that of a VM that lives until `TimeLimitWatch.forget` has returned.
    ///   - whenStuck: called on the watch's thread, once for each run that goes on for `stuckAfter` after it was
    ///     interrupted. It must not block, nor make or drop a time limit.
    init(_ interrupter: Interrupter, limit: Duration, whenStuck: (@Sendable () -> Void)? = nil) {
        self.interrupter = interrupter
        self.limit = limit
        self.whenStuck = whenStuck
    }

    /// Says that code begins to run.
    func begin() {
        let last = state.load(ordering: .relaxed)
        state.store((last & ~(Self.isRunning | Self.isReached)) &+ Self.step | Self.isRunning, ordering: .releasing)
    }

    /// Says that the code has ended.
    ///
    /// - Returns: whether it took too long. No interrupt comes after this returns.
    func end() -> Bool {
        let idle = state.load(ordering: .relaxed) & ~(Self.isRunning | Self.isReached)
        guard state.exchange(idle, ordering: .acquiringAndReleasing) & Self.isReached != 0 else { return false }
        delivery.withLock { _ in }
        return true
    }

    /// What the watch has seen of a run.
    struct Sighting {
        let run: UInt64
        let since: ContinuousClock.Instant
        var isToldStuck = false
    }

    /// Looks at the run under way, and interrupts it when it was first seen longer ago than the limit.
    ///
    /// - Parameter last: what the last look returned.
    func check(_ last: Sighting?, now: ContinuousClock.Instant) -> Sighting? {
        let seen = state.load(ordering: .acquiring)
        guard seen & Self.isRunning != 0 else { return nil }
        let run = seen & ~(Self.isRunning | Self.isReached)
        guard var last, last.run == run else { return Sighting(run: run, since: now) }
        if seen & Self.isReached == 0 {
            if now - last.since >= limit { interrupt(seen) }
        } else if !last.isToldStuck, now - last.since >= limit + Self.stuckAfter {
            last.isToldStuck = true
            whenStuck?()
        }
        return last
    }

    private func interrupt(_ seen: UInt64) {
        delivery.withLock { _ in
            let reached = state.compareExchange(
                expected: seen,
                desired: seen | Self.isReached,
                ordering: .acquiringAndReleasing
            )
            if reached.exchanged { interrupter.interrupt(.deadline) }
        }
    }
}

/// Looks at all time limits every few milliseconds, on one thread, as long as there are any.
final class TimeLimitWatch: Sendable {
    static let shared = TimeLimitWatch()

    /// How often it looks: a limit is kept to within twice that.
    static let interval = Duration.milliseconds(20)

    private struct State {
        var watched: [ObjectIdentifier: (limit: TimeLimit, sighting: TimeLimit.Sighting?)] = [:]
        var isScheduled = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "distsh.time-limits")

    /// Begins to watch.
    func add(_ limit: TimeLimit) {
        let mustSchedule = state.withLock { state in
            state.watched[ObjectIdentifier(limit)] = (limit, nil)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if mustSchedule { schedule() }
    }

    /// Ends watching: its VM is not interrupted after this returns.
    func forget(_ limit: TimeLimit) {
        state.withLock { $0.watched[ObjectIdentifier(limit)] = nil }
    }

    private func schedule() {
        queue.asyncAfter(deadline: .now() + Self.interval / .seconds(1)) { [self] in look() }
    }

    private func look() {
        let now = ContinuousClock.now
        let goesOn = state.withLock { state in
            for (key, entry) in state.watched {
                state.watched[key]?.sighting = entry.limit.check(entry.sighting, now: now)
            }
            state.isScheduled = !state.watched.isEmpty
            return state.isScheduled
        }
        if goesOn { schedule() }
    }
}
