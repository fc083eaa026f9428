import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Time and chance, so that tests can bring their own.
struct ClientEnvironment: Sendable {
    /// The monotonic clock that deadlines are measured on.
    var now: @Sendable () -> NIODeadline
    /// The wall clock, for a `Retry-After` that is a date.
    var secondsSince1970: @Sendable () -> Int
    /// From 0 up to 1, for the backoff.
    var jitter: @Sendable () -> Double

    static let system = ClientEnvironment(
        now: { .now() },
        secondsSince1970: { time(nil) },
        jitter: { Double.random(in: 0..<1) }
    )
}
