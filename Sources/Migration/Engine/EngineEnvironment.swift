public import DistributionAPI

/// Time, chance and the engine's thread, from outside, so that a simulation can play all of them.
///
/// All members are for the engine's thread, except `execute`.
public struct EngineEnvironment {
    /// The time of a clock that never goes back, since any fixed moment.
    public var now: () -> Duration
    /// The time of day, for the journal.
    public var wallClock: () -> DateTime
    /// From 0 up to 1.
    public var random: () -> Double
    /// Calls the closure on the engine's thread after a time; returns how to cancel that.
    public var schedule: (_ delay: Duration, _ work: @escaping () -> Void) -> () -> Void
    /// Calls the closure on the engine's thread soon; may be called from any thread.
    public var execute: @Sendable (_ work: @escaping @Sendable () -> Void) -> Void

    public init(
        now: @escaping () -> Duration,
        wallClock: @escaping () -> DateTime,
        random: @escaping () -> Double,
        schedule: @escaping (_ delay: Duration, _ work: @escaping () -> Void) -> () -> Void,
        execute: @escaping @Sendable (_ work: @escaping @Sendable () -> Void) -> Void
    ) {
        self.now = now
        self.wallClock = wallClock
        self.random = random
        self.schedule = schedule
        self.execute = execute
    }
}
