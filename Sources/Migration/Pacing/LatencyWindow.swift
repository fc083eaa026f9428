/// Quantiles of the latencies of the last 10 seconds, in about 18 KiB.
///
/// A second has a histogram whose buckets are a sixteenth of a power of two wide: a quantile is off by 1/32 at the most.
struct LatencyWindow: Sendable {
    static let windowSeconds = 10
    /// Latencies are counted in microseconds; longer ones count as this, which is 71 minutes.
    private static let maxMicroseconds = UInt64(UInt32.max)
    /// A power of two has 2^4 buckets; so have, together, the values below 2^4.
    private static let bucketBits = 4
    private static let bucketCount = (32 - bucketBits + 1) << bucketBits

    private var seconds = RecentSeconds(secondCount: windowSeconds, empty: [UInt32](repeating: 0, count: bucketCount))

    private var recordedAt: Duration?

    /// Counts the latency of an answer.
    mutating func record(_ latency: Duration, now: Duration) {
        recordedAt = now
        let bucket = Self.bucket(of: latency)
        seconds.update(now: now) { $0[bucket] += 1 }
    }

    /// The latency that a part of the answers did not exceed; `nil` when there was none.
    ///
    /// - Parameter q: the part, from 0 to 1.
    func quantile(_ q: Double, now: Duration) -> Duration? {
        // Nothing is added up while nothing is answered: those who watch ask several times a second.
        guard let recordedAt, now - recordedAt < .seconds(Self.windowSeconds) else { return nil }
        var totals = [Int](repeating: 0, count: Self.bucketCount)
        for second in seconds.values(now: now) {
            for bucket in totals.indices { totals[bucket] += Int(second[bucket]) }
        }
        let count = totals.reduce(0, +)
        guard count > 0 else { return nil }
        let rank = max(1, Int((min(max(q, 0), 1) * Double(count)).rounded(.up)))
        var sum = 0
        for (bucket, total) in totals.enumerated() {
            sum += total
            if sum >= rank { return Self.middle(of: bucket) }
        }
        return nil
    }

    private static func bucket(of latency: Duration) -> Int {
        let microseconds = UInt64(max(0, min(latency / .microseconds(1), Double(maxMicroseconds))))
        guard microseconds >> UInt64(bucketBits) > 0 else { return Int(microseconds) }
        let shift = 63 - microseconds.leadingZeroBitCount - bucketBits
        return (shift << bucketBits) + Int(microseconds >> UInt64(shift))
    }

    private static func middle(of bucket: Int) -> Duration {
        let shift = max(0, bucket >> bucketBits - 1)
        let low = UInt64(bucket - shift << bucketBits) << UInt64(shift)
        return .microseconds(Int64(low)) + .nanoseconds(Int64(1000) << Int64(shift)) / 2
    }
}
