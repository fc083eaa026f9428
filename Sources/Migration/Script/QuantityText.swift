/// Quantities with units, as they are written in a migration's file.
enum QuantityText {
    /// `500ms`, `2s`, `1.5s`, `10m`
    static func duration(_ text: String) -> Duration? {
        guard let (value, unit) = split(text) else { return nil }
        let seconds: Double
        switch unit {
        case "us", "µs": seconds = value / 1e6
        case "ms": seconds = value / 1e3
        case "s": seconds = value
        case "m", "min": seconds = value * 60
        default: return nil
        }
        return seconds < 1e9 ? .seconds(seconds) : nil
    }

    /// `64MB`, `64MiB`, `500KB`, `1GB`
    static func bytes(_ text: String) -> Int? {
        guard let (value, unit) = split(text) else { return nil }
        let factor: Double
        switch unit.lowercased() {
        case "b": factor = 1
        case "kb": factor = 1e3
        case "kib": factor = 1024
        case "mb": factor = 1e6
        case "mib": factor = 1024 * 1024
        case "gb": factor = 1e9
        case "gib": factor = 1024 * 1024 * 1024
        default: return nil
        }
        let bytes = value * factor
        return bytes < 1e15 ? Int(bytes) : nil
    }

    /// A size as a file may give it: `64MB`, in the largest unit of which it is a whole number.
    static func text(ofBytes count: Int) -> String {
        for (unit, factor) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000)] where count % factor == 0 {
            return "\(count / factor)\(unit)"
        }
        return "\(count)B"
    }

    private static func split(_ text: String) -> (value: Double, unit: String)? {
        let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
        guard let value = Double(digits), value.isFinite else { return nil }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        return (value, String(unit))
    }
}
