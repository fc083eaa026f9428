import LuaRuntime

/// Checks `limits` of a migration's file.
struct LimitsReader {
    private(set) var limits = MigrationLimits()
    /// What is wrong with which limit.
    private(set) var messages: [(name: String?, message: String)] = []

    private static let names = ["concurrency", "rate", "max_errors", "max_p95", "memory", "instructions", "time"]

    mutating func read(_ entry: LuaValue.Entry) {
        guard let name = entry.key.text else {
            return messages.append((nil, "limits have names, such as concurrency = 64"))
        }
        switch name {
        case "concurrency":
            limits.concurrency = whole(entry.value, name, 1...MigrationLimits.maxConcurrency)
        case "rate": limits.recordsPerSecond = rate(entry.value)
        case "max_errors": limits.maxErrors = errorLimit(entry.value)
        case "max_p95": limits.maxP95 = duration(entry.value, name, .milliseconds(1)...MigrationLimits.maxLatency)
        case "memory": readMemory(entry.value)
        case "instructions":
            let range = ScriptLimits.minInstructions...ScriptLimits.maxInstructions
            if let count = whole(entry.value, name, range) { limits.script.instructions = count }
        case "time":
            let range = ScriptLimits.minTime...ScriptLimits.maxTime
            if let time = duration(entry.value, name, range) { limits.script.time = time }
        default:
            messages.append((name, "unknown limit: \(NameSuggestion.advice(for: name, among: Self.names))"))
        }
    }

    private mutating func whole(_ value: LuaValue, _ name: String, _ range: ClosedRange<Int>) -> Int? {
        if case .integer(let number) = value, let count = Int(exactly: number), range.contains(count) { return count }
        let (low, high) = (NumberText.grouped(range.lowerBound), NumberText.grouped(range.upperBound))
        messages.append((name, "expected a whole number from \(low) to \(high), got \(value.shown)"))
        return nil
    }

    private mutating func rate(_ value: LuaValue) -> Double? {
        let number: Double? =
            switch value {
            case .integer(let number): Double(number)
            case .number(let number): number
            default: nil
            }
        if let number, number > 0, number <= MigrationLimits.maxRecordsPerSecond { return number }
        messages.append(("rate", "expected records a second as a number above 0, got \(value.shown)"))
        return nil
    }

    private mutating func errorLimit(_ value: LuaValue) -> ErrorLimit? {
        let text: String? =
            switch value {
            case .integer(let number): String(number)
            default: value.text
            }
        if let limit = text.flatMap({ ErrorLimit($0) }) { return limit }
        messages.append(("max_errors", "expected a share such as \"1%\", or a count such as 25, got \(value.shown)"))
        return nil
    }

    private mutating func duration(_ value: LuaValue, _ name: String, _ range: ClosedRange<Duration>) -> Duration? {
        guard let duration = value.text.flatMap({ QuantityText.duration($0) }) else {
            messages.append((name, "expected a time such as \"500ms\" or \"2s\", got \(value.shown)"))
            return nil
        }
        guard range.contains(duration) else {
            let (low, high) = (NumberText.duration(range.lowerBound), NumberText.duration(range.upperBound))
            messages.append((name, "expected a time from \(low) to \(high), got \(value.shown)"))
            return nil
        }
        return duration
    }

    private mutating func readMemory(_ value: LuaValue) {
        guard let bytes = value.text.flatMap({ QuantityText.bytes($0) }) else {
            return messages.append(("memory", "expected a size such as \"64MB\", got \(value.shown)"))
        }
        guard (ScriptLimits.minMemoryBytes...ScriptLimits.maxMemoryBytes).contains(bytes) else {
            let (low, high) = (ScriptLimits.minMemoryBytes, ScriptLimits.maxMemoryBytes)
            let range = "from \(QuantityText.text(ofBytes: low)) to \(QuantityText.text(ofBytes: high))"
            return messages.append(("memory", "expected a size \(range), got \(value.shown)"))
        }
        limits.script.memoryBytes = bytes
    }
}

extension LuaValue {
    /// The longest part of a text that is shown.
    private static var maxShownCharacters: Int { 60 }

    /// A short text of the value, for messages.
    fileprivate var shown: String {
        switch self {
        case .nil: "nil"
        case .boolean(let flag): String(flag)
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .string: "\"\((text ?? "").prefix(Self.maxShownCharacters))\""
        case .table, .array, .object: "a table"
        case .jsonNull, .json, .document: "a JSON value"
        case .opaque(let type): "a \(type)"
        }
    }
}
