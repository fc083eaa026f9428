/// Numbers as people read them.
package enum NumberText {
    /// `12,345`
    package static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// A size on disk or in memory: `812 B`, `1.1 MiB`, `2.0 GiB`.
    static func bytes(_ count: Int) -> String {
        guard count.magnitude >= 1024 else { return "\(count) B" }
        var value = Double(count)
        // A value that rounds to 1024.0 is one of the next unit.
        for unit in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
            value /= 1024
            if abs(value) < 1023.95 { return "\(oneDecimal(value)) \(unit)" }
        }
        return "\(oneDecimal(value / 1024)) EiB"
    }

    /// `340 µs`, `12.4 ms`, `3.2 s`, `42 s`, `1m40s`, `2h05m`, `3d04h`; rounded to what it shows.
    static func duration(_ duration: Duration) -> String {
        guard duration >= .zero else { return "-\(Self.duration(.zero - duration))" }
        let seconds = duration / .seconds(1)
        if seconds < 0.000_9995 { return "\(whole(seconds * 1e6)) µs" }
        if seconds < 0.999_95 { return "\(oneDecimal(seconds * 1e3)) ms" }
        if seconds < 9.95 { return "\(oneDecimal(seconds)) s" }
        return longDuration(seconds)
    }

    private static func longDuration(_ seconds: Double) -> String {
        let wholeSeconds = whole(seconds)
        if wholeSeconds < 60 { return "\(wholeSeconds) s" }
        if wholeSeconds < 3600 { return "\(wholeSeconds / 60)m\(twoDigits(wholeSeconds % 60))s" }
        let minutes = whole(seconds / 60)
        if minutes < 24 * 60 { return "\(minutes / 60)h\(twoDigits(minutes % 60))m" }
        let hours = whole(seconds / 3600)
        return "\(hours / 24)d\(twoDigits(hours % 24))h"
    }

    /// `12.3 %` of a fraction of 1. Only nothing is `0 %`, and only all is `100 %`: what is nearly so is `< 0.1 %` or
    /// `99.9 %`.
    static func percent(_ fraction: Double) -> String {
        switch fraction {
        case 0: "0 %"
        case 1: "100 %"
        case 0..<0.000_5: "< 0.1 %"
        case 0.999_5..<1: "99.9 %"
        default: "\(oneDecimal(fraction * 100)) %"
        }
    }

    /// `percent` of a part of a whole; nothing of nothing is `0 %`.
    static func percent(_ part: Int, of total: Int) -> String {
        percent(total == 0 ? 0 : Double(part) / Double(total))
    }

    /// `0.4/s`, `812/s`, `1,204/s`
    package static func rate(_ perSecond: Double) -> String {
        perSecond < 9.95 ? "\(oneDecimal(perSecond))/s" : "\(grouped(whole(perSecond)))/s"
    }

    private static func oneDecimal(_ value: Double) -> String {
        let tenths = whole(value * 10)
        return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : String(number)
    }

    /// The nearest whole number; the largest there is for what is beyond, 0 for what is no number.
    private static func whole(_ value: Double) -> Int {
        guard !value.isNaN else { return 0 }
        return Int(exactly: value.rounded()) ?? (value < 0 ? Int.min : Int.max)
    }
}
