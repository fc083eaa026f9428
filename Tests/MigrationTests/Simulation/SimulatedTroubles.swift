import TestSupport

/// How likely each trouble of a request is, from 0 to 1.
struct SimulatedTroubles {
    var lostRequest = 0.0
    var lostAnswer = 0.0
    var failedBefore = 0.0
    var failedAfter = 0.0
    var throttled = 0.0
    var duplicated = 0.0
    /// A write that arrives long after its caller has given up.
    var late = 0.0
    var stalled = 0.0
    var refused = 0.0
    /// An answer that is another record's.
    var mixedUp = 0.0
    /// An answer to a write that carries no record.
    var emptyAnswer = 0.0
    /// A write that is said to be stored, and is not.
    var ignored = 0.0
    /// Others write what the migration leaves alone …
    var foreignBase = 0.0
    /// … or what it writes, or delete the record.
    var foreignCount = 0.0
    var foreignDeletion = 0.0
    /// The service writes its own member without being asked.
    var touched = 0.0
    /// The service is so slow that every read is old when it is answered.
    var isSlow = false

    static let none = SimulatedTroubles()

    /// Each trouble by itself now and then, so that seeds differ in kind and not only in detail.
    static func random(_ generator: inout SeededGenerator) -> SimulatedTroubles {
        func rate(_ divisor: Double = 1) -> Double {
            Bool.random(using: &generator) ? Double.random(in: 0...0.15, using: &generator) / divisor : 0
        }
        return SimulatedTroubles(
            lostRequest: rate(),
            lostAnswer: rate(),
            failedBefore: rate(),
            failedAfter: rate(),
            throttled: rate(),
            duplicated: rate(),
            late: rate(),
            stalled: rate(4),
            refused: rate(4),
            mixedUp: rate(4),
            emptyAnswer: rate(),
            ignored: rate(16),
            foreignBase: rate(4),
            foreignCount: rate(16),
            foreignDeletion: rate(16),
            touched: rate() * 2,
            isSlow: Int.random(in: 0..<8, using: &generator) == 0
        )
    }
}
