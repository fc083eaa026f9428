/// Rates that people have set.
package enum RateText {
    static let none = "no limit of rate"

    /// `1 record a second`, `500 records a second`, `0.5 records a second`
    package static func records(_ perSecond: Double) -> String {
        let records = Int(exactly: perSecond).map { CountText.of($0, "record") } ?? "\(perSecond) records"
        return "\(records) a second"
    }
}

extension RunControl {
    /// The pace of a run for people: `paused, at most 100 records a second, at most 64 reads and 64 writes in flight`.
    package var words: String {
        let rate = recordsPerSecond.map { "at most \(RateText.records($0))" } ?? RateText.none
        let reads = CountText.of(maxConcurrency, "read")
        let writes = CountText.of(maxConcurrency, "write")
        return (isPaused ? "paused, " : "") + "\(rate), at most \(reads) and \(writes) in flight"
    }
}
