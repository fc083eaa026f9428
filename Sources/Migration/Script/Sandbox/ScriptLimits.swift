/// What a migration's code may take: for one record, for loading the file, or for one item of an iterator.
public struct ScriptLimits: Sendable, Equatable {
    /// The memory that Lua may hold, its libraries and the file included, in bytes.
    public var memoryBytes: Int
    /// Instructions of Lua's machine, counted in steps of 1,000. The work of library functions that can take long, such
    /// as the matching of patterns, counts too.
    public var instructions: Int
    /// Wall time.
    public var time: Duration

    public init(memoryBytes: Int = 64_000_000, instructions: Int = 10_000_000, time: Duration = .seconds(1)) {
        self.memoryBytes = memoryBytes
        self.instructions = instructions
        self.time = time
    }

    /// Less than this does not hold the libraries and a record.
    static let minMemoryBytes = 2_000_000
    static let maxMemoryBytes = 4_000_000_000
    static let minInstructions = 10_000
    static let maxInstructions = 1_000_000_000_000
    static let minTime = Duration.milliseconds(50)
    static let maxTime = Duration.seconds(600)
}

/// Which of the limits was reached.
enum ScriptLimit {
    case memory, instructions, time
}

extension ScriptLimits {
    /// The memory in the largest unit of a migration's file that gives a whole number: `64 MB`, `2 MiB`.
    private var memoryText: String {
        let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KB", 1000)]
        for (name, bytes) in units where memoryBytes % bytes == 0 && memoryBytes > 0 {
            return "\(NumberText.grouped(memoryBytes / bytes)) \(name)"
        }
        return memoryBytes % 1024 == 0
            ? "\(NumberText.grouped(memoryBytes / 1024)) KiB" : "\(NumberText.grouped(memoryBytes)) bytes"
    }

    /// What is to be said of code that reached a limit.
    func message(_ limit: ScriptLimit) -> String {
        switch limit {
        case .memory: "took more than \(memoryText) of memory (limits.memory)"
        case .instructions: "took more than \(NumberText.grouped(instructions)) instructions (limits.instructions)"
        case .time: "took longer than \(NumberText.duration(time)) (limits.time)"
        }
    }
}
