/// How much longer a run may take: a band between what the last 10 seconds and what the whole run so far promise.
public struct EstimatedEnd: Sendable, Equatable {
    /// Nothing is said before so long …
    static let minElapsed = Duration.seconds(5)
    /// … and so many records.
    static let minConcludedCount = 10
    /// No estimate is longer (1,000 days).
    static let maxEstimate = Duration.seconds(1000 * 86_400)

    public var low: Duration
    /// `nil` when there is no telling: nothing is concluded at the moment.
    public var high: Duration?

    public init(low: Duration, high: Duration?) {
        self.low = low
        self.high = high
    }

    /// - Parameters:
    ///   - remaining: the records that are not concluded.
    ///   - recentRate: records a second of the last seconds; `nil` when there is not enough to tell.
    ///   - concludedCount: the records that this process has concluded.
    ///   - elapsed: how long it has worked, without pauses.
    /// - Returns: `nil` until there is enough to tell.
    public init?(remaining: Int, recentRate: Double?, concludedCount: Int, elapsed: Duration) {
        guard remaining > 0 else {
            self.init(low: .zero, high: .zero)
            return
        }
        guard let recentRate, elapsed >= Self.minElapsed, concludedCount >= Self.minConcludedCount else { return nil }
        let overall = Self.time(for: remaining, rate: Double(concludedCount) / (elapsed / .seconds(1)))
        guard recentRate > 0 else {
            self.init(low: overall, high: nil)
            return
        }
        let recent = Self.time(for: remaining, rate: recentRate)
        self.init(low: min(recent, overall), high: max(recent, overall))
    }

    private static func time(for count: Int, rate: Double) -> Duration {
        .seconds(min(Double(count) / rate, maxEstimate / .seconds(1)))
    }
}
