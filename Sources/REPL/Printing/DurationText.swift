/// Durations as people read them.
enum DurationText {
    /// `340 µs`, `12.4 ms`, `3.21 s`.
    static func text(of duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let microseconds = Double(seconds) * 1e6 + Double(attoseconds) / 1e12
        return switch microseconds {
        case ..<1000: "\(Int(microseconds)) µs"
        case ..<1_000_000: "\(rounded(microseconds / 1000, digits: 1)) ms"
        default: "\(rounded(microseconds / 1_000_000, digits: 2)) s"
        }
    }

    private static func rounded(_ value: Double, digits: Int) -> String {
        let factor = digits == 1 ? 10.0 : 100.0
        return String((value * factor).rounded() / factor)
    }
}
