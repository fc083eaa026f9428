import LuaRuntime

/// All that is wrong with a migration's file.
public struct MigrationFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Sendable, Equatable {
        /// The line it is on, from 1, when that is known.
        public var line: Int?
        /// What is wrong, and what to do.
        public var message: String

        public init(line: Int? = nil, _ message: String) {
            self.line = line
            self.message = message
        }
    }

    /// The file's name.
    public var name: String
    /// At least one, in the order of the lines; those without a line come first.
    public var problems: [Problem]

    public init(name: String, problems: [Problem]) {
        self.name = name
        // Those of one line come in the order of a Lua table, which is another each time.
        self.problems = problems.sorted { ($0.line ?? 0, $0.message) < ($1.line ?? 0, $1.message) }
    }

    init(_ name: String, _ message: String) {
        self.init(name: name, problems: [Problem(message)])
    }

    /// A line for each problem: `gists.lua:3: unknown field "upp": did you mean "up"?`
    public var description: String {
        problems.map { problem in
            problem.line.map { "\(name):\($0): \(problem.message)" } ?? "\(name): \(problem.message)"
        }.joined(separator: "\n")
    }
}

extension MigrationFileError {
    /// The error for a file that could not be compiled, or failed while it was loaded.
    init(_ name: String, loading failure: ScriptVM.Failure, _ limits: ScriptLimits) {
        switch failure {
        case .limit(let limit):
            let advice = "a file only describes the migration; put data into the input (input.csv, input.jsonl)"
            self.init(name, "loading it \(limits.message(limit)): \(advice)")
        case .raised(let error):
            let (line, message) = Self.place(in: error.message, of: name)
            self.init(name: name, problems: [Problem(line: line, message)])
        }
    }

    /// Takes the file's name and the line off the head of a message of Lua's.
    private static func place(in message: String, of name: String) -> (line: Int?, message: String) {
        guard message.hasPrefix("\(name):") else { return (nil, message) }
        let rest = message.dropFirst(name.count + 1)
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let line = Int(digits), rest.dropFirst(digits.count).hasPrefix(": ") else { return (nil, message) }
        return (line, String(rest.dropFirst(digits.count + 2)))
    }
}

extension ScriptVM.Failure {
    /// What is to be said of it.
    func message(_ limits: ScriptLimits) -> String {
        switch self {
        case .raised(let error): error.message
        case .limit(let limit): limits.message(limit)
        }
    }
}
