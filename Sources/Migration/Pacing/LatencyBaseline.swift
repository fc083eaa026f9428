/// What a request takes when it does not wait for others: the measure of `AdaptiveLimit`. In seconds.
///
/// An average that follows slowly takes queues of our own making for the service's nature in the end. So it is kept
/// down by three things: the least of what was seen while the limit began to grow, a look at half the limit whenever it
/// has risen, and the canary's latency.
struct LatencyBaseline: Sendable {
    /// The average is over so many windows: each weighs 2 ÷ (n + 1).
    static let averageWindowCount = 600.0
    /// A window may take so many times the average before it counts as congested.
    static let tolerance = 1.5
    /// A queue that makes requests take no more than this (5 ms, the target of CoDel, RFC 8289 section 4.3) is none,
    /// whatever a request takes alone: on a busy machine so much is the wait for a turn.
    static let negligibleSeconds = 0.005
    /// The gradient's bounds.
    static let gradients = 0.5...1.0
    /// The average is never more than so many times the canary's latency.
    static let maxTimesCanary = 3.0
    /// When the average is more than so many times what is seen now, it falls …
    static let excess = 2.0
    /// … to so much of itself each window.
    static let decay = 0.95
    /// A rise of the average by so much asks for a look at half the limit.
    static let rise = 1.1

    /// `nil` until the first window or canary.
    private(set) var average: Double?
    /// The mean of the canaries, and how many there were.
    private var canary: (mean: Double, count: Int)?
    /// What the average was when it was last known to be no queue.
    private var checkedAverage: Double?

    /// `clamp(1.5 · long ÷ short, 0.5, 1)`: 1 while nothing is congested.
    ///
    /// - Parameter short: the mean latency of a window.
    func gradient(short: Double) -> Double {
        guard let average, short > Self.negligibleSeconds else { return Self.gradients.upperBound }
        return min(max(Self.tolerance * average / short, Self.gradients.lowerBound), Self.gradients.upperBound)
    }

    /// Whether the average has risen so much that it should be looked whether the queue is our own.
    var needsCheck: Bool {
        guard let average, let checkedAverage else { return false }
        return average > max(checkedAverage * Self.rise, Self.negligibleSeconds)
    }

    /// A request that was alone.
    mutating func noteCanary(_ latency: Double) {
        let count = (canary?.count ?? 0) + 1
        let mean = canary?.mean ?? 0
        canary = (mean + (latency - mean) / Double(count), count)
        if average == nil { set(latency) } else { keepBelowCanary() }
    }

    /// A window while the limit begins to grow: the least is the nearest to no queue.
    mutating func noteBeginning(short: Double) {
        set(min(average ?? short, short))
    }

    /// Any other window.
    mutating func note(short: Double) {
        guard let previous = average else { return set(short) }
        var next = previous + (short - previous) * 2 / (Self.averageWindowCount + 1)
        if next > short * Self.excess { next *= Self.decay }
        average = next
        checkedAverage = min(checkedAverage ?? next, next)
        keepBelowCanary()
    }

    /// A window at half the limit.
    mutating func noteHalf(short: Double) {
        set(min(average ?? short, short))
    }

    /// A window of requests that were alone: whatever they take is the service's own, now.
    mutating func noteAlone(short: Double) {
        canary = (short, 1)
        set(short)
    }

    private mutating func set(_ value: Double) {
        average = value
        keepBelowCanary()
        checkedAverage = average
    }

    private mutating func keepBelowCanary() {
        guard let canary, let average else { return }
        self.average = min(average, canary.mean * Self.maxTimesCanary)
    }
}
