/// A moving average of how long something takes.
struct TypicalDuration: Sendable {
    /// How much each duration moves the average: by this part of its distance from it.
    private static let divisor = 16

    /// `nil` until there was a duration.
    private(set) var value: Duration?

    mutating func record(_ duration: Duration) {
        value = value.map { $0 + (duration - $0) / Self.divisor } ?? duration
    }
}
