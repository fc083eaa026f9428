import Glibc

/// Where values lie along an axis, and which of them get a tick.
struct PlotScale: Sendable, Equatable {
    struct Tick: Sendable, Equatable {
        var value: Double
        var label: String
    }

    /// Ticks of a linear axis are so far apart that there are at most so many steps.
    private static let maxSteps = 6.0
    private static let maxTimeSteps = 9.0
    private static let maxLogarithmicTicks = 9
    /// Values that span more are shown on a logarithmic axis, if it may be one.
    private static let logarithmicSpan = 50.0

    private(set) var isLogarithmic = false
    private(set) var ticks: [Tick]
    private var low: Double
    private var high: Double

    /// Where a value lies between the two ends of the axis, from 0 to 1 and a little beyond.
    func fraction(of value: Double) -> Double {
        guard isLogarithmic else { return (value - low) / (high - low) }
        return (log10(max(value, low)) - log10(low)) / (log10(high) - log10(low))
    }

    /// From 0 to the first step of 1, 2 or 5 times a power of ten that is not below the highest value.
    static func linear(upTo highest: Double, smallestStep: Double = 0, label: (Double) -> String) -> PlotScale {
        let highest = highest > 0 && highest.isFinite ? highest : 1
        let power = pow(10, floor(log10(highest)))
        let steps = [0.1, 0.2, 0.5, 1, 2].map { $0 * power }
        let step = max(steps.first { highest <= $0 * maxSteps } ?? power, smallestStep)
        let count = max(Int((highest / step - 1e-9).rounded(.up)), 1)
        return PlotScale(values: (0...count).map { Double($0) * step }, label: label)
    }

    /// Of durations in microseconds: logarithmic where they span much.
    static func latencies(_ microseconds: [Double]) -> PlotScale {
        let lowest = microseconds.min() ?? 1
        let highest = microseconds.max() ?? 1
        guard lowest > 0, highest / lowest > logarithmicSpan else {
            return linear(upTo: highest, label: latencyLabel)
        }
        let decades = Int(floor(log10(lowest)))...Int(ceil(log10(highest)))
        let powers = decades.map { pow(10, Double($0)) }
        let fine = powers.flatMap { power in [1, 2, 5].map { $0 * power } }
        let below = fine.last { $0 <= lowest * (1 + 1e-9) } ?? powers[0]
        let above = fine.first { $0 >= highest * (1 - 1e-9) } ?? highest
        let within = fine.filter { (below...above).contains($0) }
        var scale = PlotScale(values: within.count <= maxLogarithmicTicks ? within : powers, label: latencyLabel)
        scale.isLogarithmic = true
        return scale
    }

    /// Of times since the start, in seconds. The scale ends with the last of them.
    ///
    /// - Returns: the scale, and the unit of its labels.
    static func time(upTo seconds: Double) -> (scale: PlotScale, unit: String) {
        let end = seconds > 0 && seconds.isFinite ? seconds : 1
        let steps: [(seconds: Double, unit: (seconds: Double, name: String))] =
            [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map { ($0, (1, "seconds")) }
            + [1, 2, 5, 10, 15, 30].map { ($0 * 60, (60, "minutes")) }
            + [1, 2, 3, 6, 12].map { ($0 * 3600, (3600, "hours")) }
            + [1, 2, 5, 10, 20, 50, 100, 200, 500].map { ($0 * 86_400, (86_400, "days")) }
        let step = steps.first { end <= $0.seconds * maxTimeSteps } ?? steps[steps.count - 1]
        let values = (0...Int(end / step.seconds + 1e-9)).map { Double($0) * step.seconds }
        var scale = PlotScale(values: values) { number($0 / step.unit.seconds) }
        scale.high = end
        return (scale, step.unit.name)
    }

    private init(values: [Double], label: (Double) -> String) {
        ticks = values.map { Tick(value: $0, label: label($0)) }
        low = values.first ?? 0
        high = values.last ?? 1
    }

    /// `1,200`, `0.5`
    static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        guard hundredths % 100 != 0 else { return NumberText.grouped(hundredths / 100) }
        let digits =
            hundredths % 100 % 10 == 0
            ? "\(hundredths % 100 / 10)" : (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
        return "\(NumberText.grouped(hundredths / 100)).\(digits)"
    }

    private static func latencyLabel(_ microseconds: Double) -> String {
        switch microseconds {
        case 0: "0"
        case ..<1000: "\(number(microseconds)) µs"
        case ..<1_000_000: "\(number(microseconds / 1000)) ms"
        default: "\(number(microseconds / 1_000_000)) s"
        }
    }
}
