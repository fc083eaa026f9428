/// Why Lua code could not be loaded or did not finish.
public struct LuaError: Error, Sendable {
    /// The class of failure. New codes may be added.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The chunk is not valid Lua.
        public static let syntax = Code(rawValue: "syntax")
        /// The chunk ends in the middle of a statement: more lines may complete it.
        public static let incomplete = Code(rawValue: "incomplete")
        /// The script raised an error.
        public static let runtime = Code(rawValue: "runtime")
        /// The memory limit was reached.
        public static let memory = Code(rawValue: "memory")
        /// The script was interrupted, or ran into its time or instruction limit.
        public static let interrupted = Code(rawValue: "interrupted")
        /// The task was cancelled.
        public static let cancelled = Code(rawValue: "cancelled")
    }

    public var code: Code
    /// The error value that was raised, or that a host function raises.
    public var value: LuaValue
    /// The error value as text (`tostring`).
    public var message: String
    /// The call stack where the error was raised, one call a line; empty when there is none.
    ///
    /// When the error passed out of coroutines (through `coroutine.wrap`) or joined tasks, it is several, each below a
    /// line `stack traceback:`, the innermost first; at most eight.
    public var traceback: String

    public init(_ code: Code, value: LuaValue, message: String, traceback: String = "") {
        self.code = code
        self.value = value
        self.message = message
        self.traceback = traceback
    }

    /// An error with a text as its value.
    public init(_ message: String, code: Code = .runtime) {
        self.init(code, value: .string(message), message: message)
    }
}

extension LuaError {
    /// The last call stack of `traceback`, that of the task itself: what the stock interpreter shows.
    public var outermostTraceback: String {
        let lines = traceback.split(separator: "\n", omittingEmptySubsequences: false)
        guard let heading = lines.lastIndex(of: "stack traceback:") else { return traceback }
        return lines[heading...].joined(separator: "\n")
    }
}

extension LuaError: CustomStringConvertible {
    public var description: String { message }
}

extension LuaError {
    /// What a cancelled task's waits fail with.
    static let taskCancelled = LuaError("the task was cancelled", code: .cancelled)
}
