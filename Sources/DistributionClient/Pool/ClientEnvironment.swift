import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A body that will run later.
struct ClientTimer: Sendable {
    /// Keeps the body from running if it has not begun yet; harmless afterwards.
    let cancel: @Sendable () -> Void
}

/// Time and chance, so that tests can bring their own.
struct ClientEnvironment: Sendable {
    /// The monotonic clock that deadlines are measured on.
    var now: @Sendable () -> NIODeadline
    /// Runs the body on the loop after a wait on the same clock, unless the timer is cancelled before.
    var schedule: @Sendable (any EventLoop, Duration, @escaping @Sendable () -> Void) -> ClientTimer
    /// The wall clock, for a `Retry-After` that is a date.
    var secondsSince1970: @Sendable () -> Int
    /// From 0 up to 1, for the backoff.
    var jitter: @Sendable () -> Double

    static let system = ClientEnvironment(
        now: { .now() },
        schedule: { eventLoop, delay, body in
            let scheduled = eventLoop.scheduleTask(in: TimeAmount(delay), body)
            return ClientTimer { scheduled.cancel() }
        },
        secondsSince1970: { time(nil) },
        jitter: { Double.random(in: 0..<1) }
    )
}
