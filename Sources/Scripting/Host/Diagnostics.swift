import Glibc

/// Where a script's log lines and progress go, and how they look.
public struct Diagnostics: Sendable {
    /// How much `log` tells; each level includes those before it.
    public enum Level: Int, Sendable, CaseIterable, Comparable {
        case error, warning, info, debug

        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        public init?(name: String) {
            switch name {
            case "error": self = .error
            case "warn", "warning": self = .warning
            case "info": self = .info
            case "debug": self = .debug
            default: return nil
            }
        }

        /// As `log` functions are called.
        public var name: String {
            switch self {
            case .error: "error"
            case .warning: "warn"
            case .info: "info"
            case .debug: "debug"
            }
        }
    }

    /// Whether a progress bar may be redrawn in place.
    public var isTerminal: Bool
    /// Whether colour may be used.
    public var usesColor: Bool
    /// The terminal's width in columns.
    public var columnCount: Int
    public var level: Level
    /// Whether progress is shown at all.
    public var showsProgress: Bool
    /// Writes a piece of text.
    public var write: @Sendable (String) -> Void

    public init(
        isTerminal: Bool = false,
        usesColor: Bool = false,
        columnCount: Int = 80,
        level: Level = .info,
        showsProgress: Bool = true,
        write: @escaping @Sendable (String) -> Void = Diagnostics.standardError
    ) {
        self.isTerminal = isTerminal
        self.usesColor = usesColor
        self.columnCount = columnCount
        self.level = level
        self.showsProgress = showsProgress
        self.write = write
    }

    /// Writes to standard error, after what Lua has written to standard output.
    public static let standardError: @Sendable (String) -> Void = { text in
        fflush(nil)
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
        }
    }

    /// A variable of the process's environment.
    public static let processEnvironment: @Sendable (String) -> String? = { name in
        getenv(name).map { String(cString: $0) }
    }
}
