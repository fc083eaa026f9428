import ArgumentParser
import Migration

/// Numbers of records a second that a run can keep to.
enum RateValue {
    private static let maximum = MigrationLimits.maxRecordsPerSecond
    static let advice = "give a number of records a second, more than 0 and at most \(Int(maximum))"

    static func isValid(_ rate: Double) -> Bool { rate > 0 && rate <= maximum }

    /// Refuses a `--rate` that no run can keep to.
    static func validate(_ rate: Double?) throws {
        guard rate.map(isValid) ?? true else { throw ValidationError("--rate: \(advice)") }
    }
}
