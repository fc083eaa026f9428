import ArgumentParser
import Scripting

/// Reads a duration such as `250ms`, `10s`, `1.5m`.
enum DurationText {
    private static let units: [(suffix: String, milliseconds: Double)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
    ]
    private static let maxMilliseconds = 86_400_000.0

    /// - Throws: `ValidationError` that shows what a duration looks like.
    static func parse(_ text: String) throws -> Duration {
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let number = Double(text.dropLast(unit.suffix.count)), number >= 0 else { continue }
            let milliseconds = number * unit.milliseconds
            guard milliseconds >= 1, milliseconds <= maxMilliseconds else {
                throw ValidationError("\"\(text)\" is out of range: give a duration from 1ms to 24h")
            }
            return .microseconds(Int64(milliseconds * 1000))
        }
        throw ValidationError("\"\(text)\" is no duration: give a number and a unit, such as 500ms, 10s or 2m")
    }
}

/// Reads an amount of memory such as `512M`, `2G`.
enum ByteCountText {
    private static let units: [(suffix: String, shift: Int)] = [("K", 10), ("M", 20), ("G", 30)]

    /// - Throws: `ValidationError` that shows what an amount looks like.
    static func parse(_ text: String) throws -> Int {
        let upper = text.uppercased()
        for unit in units where upper.hasSuffix(unit.suffix) {
            guard let number = Int(upper.dropLast()), number > 0, number < 1 << 20 else { break }
            return number << unit.shift
        }
        throw ValidationError("\"\(text)\" is no amount of memory: give a number and a unit, such as 512M or 2G")
    }
}

/// Reads a number of workers.
enum WorkerCountText {
    /// - Throws: `ValidationError` that says what the limits are.
    static func parse(_ text: String) throws -> Int {
        let range = 1...ScriptHost.Configuration.maxWorkerCount
        guard let count = Int(text), range.contains(count) else {
            throw ValidationError("\"\(text)\" is no number of workers: give one from 1 to \(range.upperBound)")
        }
        return count
    }
}

/// When output is coloured.
enum ColorMode: String, ExpressibleByArgument, CaseIterable {
    case auto
    case always
    case never
}

extension Diagnostics.Level {
    static let allNames = allCases.map(\.name)

    /// - Throws: `ValidationError` that lists the levels.
    static func parse(_ text: String) throws -> Diagnostics.Level {
        guard let level = Diagnostics.Level(name: text) else {
            throw ValidationError("\"\(text)\" is no log level: give one of \(allNames.joined(separator: ", "))")
        }
        return level
    }
}
