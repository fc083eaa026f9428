import ArgumentParser

/// Numbers of records a second that a run can keep to.
enum RateValue {
    static let advice = "give a number of records a second, more than 0 and at most 1000000"

    static func isValid(_ rate: Double) -> Bool { rate > 0 && rate <= 1_000_000 }

    /// Refuses a `--rate` that no run can keep to.
    static func validate(_ rate: Double?) throws {
        guard rate.map(isValid) ?? true else { throw ValidationError("--rate: \(advice)") }
    }
}
