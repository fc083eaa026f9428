import Migration

/// Numbers of requests that a run can have in flight.
enum ConcurrencyValue {
    static let range = 1...MigrationLimits.maxConcurrency
    static let advice = "give a number from \(range.lowerBound) to \(range.upperBound)"
}
