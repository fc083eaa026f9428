/// How many records a second are concluded, over the last 10 seconds.
public struct RateMeter: Sendable {
    static let window = Duration.seconds(10)
    /// No rate is told before so long has gone by.
    static let minSpan = Duration.seconds(1)
    /// Counts are kept no closer than this.
    private static let spacing = Duration.seconds(1)

    typealias Sample = (time: Duration, count: Int)

    /// Oldest first; the first is the last one before the window, so that there are 11 at the most.
    private(set) var samples: [Sample] = []
    private var latestCount = 0

    public init() {}

    /// - Parameter total: how many are concluded in all; from time to time, at any pace.
    public mutating func record(count total: Int, now: Duration) {
        latestCount = total
        if let last = samples.last, now - last.time < Self.spacing { return }
        samples.append((now, total))
        while samples.count > 1, samples[1].time <= now - Self.window { samples.removeFirst() }
    }

    /// `nil` until there is enough to tell.
    public func perSecond(now: Duration) -> Double? {
        let start = samples.last { $0.time <= now - Self.window } ?? samples.first
        guard let start, now - start.time >= Self.minSpan else { return nil }
        return Double(max(0, latestCount - start.count)) / ((now - start.time) / .seconds(1))
    }
}
