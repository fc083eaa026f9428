import ArgumentParser
import Migration

/// Numbers of requests that a run can have in flight.
enum ConcurrencyValue {
    static let range = 1...MigrationLimits.maxConcurrency
    static let advice = "give a number from \(range.lowerBound) to \(range.upperBound)"

    /// Refuses a `--concurrency` that no run can have.
    static func validate(_ concurrency: Int?) throws {
        guard concurrency.map(range.contains) ?? true else { throw ValidationError("--concurrency: \(advice)") }
    }
}
