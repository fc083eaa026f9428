/// One function of the script library, described once: `help`, completion, hints, the reference page and the argument
/// checks all read this.
public struct DocumentationEntry: Sendable {
    /// The full name, such as `distribution.get`.
    public var name: String
    /// Whether this is a function; otherwise it is a value.
    public var isFunction = true
    public var parameters: [Parameter]
    /// What it returns, as type and meaning.
    public var returns: String
    /// One line.
    public var summary: String
    /// What else there is to know; may be empty.
    public var text: String
    /// A short program that uses it.
    public var example: String
    /// The errors it raises, as `code: when`.
    public var errors: [String]

    public init(
        _ name: String,
        _ parameters: [Parameter] = [],
        returns: String = "nothing",
        summary: String,
        text: String = "",
        example: String,
        errors: [String] = []
    ) {
        self.name = name
        self.parameters = parameters
        self.returns = returns
        self.summary = summary
        self.text = text
        self.example = example
        self.errors = errors
    }

    /// An entry for a value that is no function.
    public init(value name: String, returns: String, summary: String, text: String, example: String) {
        self.init(name, returns: returns, summary: summary, text: text, example: example)
        isFunction = false
    }

    /// The name and parameters on one line: `distribution.get(id, [options])`.
    public var signature: String {
        guard isFunction else { return name }
        let list = parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }
        return "\(name)(\(list.joined(separator: ", ")))"
    }
}

/// One parameter of a documented function.
public struct Parameter: Sendable {
    public var name: String
    public var type: ParameterType
    public var isOptional: Bool
    private let ownText: String
    /// The settings of a table of options.
    public var options: [Option]

    /// One setting.
    public struct Option: Sendable {
        public var name: String
        public var text: String

        public init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }
    }

    public init(_ name: String, _ type: ParameterType, _ text: String, isOptional: Bool = false) {
        self.name = name
        self.type = type
        self.isOptional = isOptional
        ownText = text
        options = []
    }

    /// A table of options, which may be left out.
    public init(options: [Option]) {
        name = "options"
        type = .options
        isOptional = true
        ownText = ""
        self.options = options
    }

    /// What it means; of a table of options, which there are.
    public var text: String {
        // Not made before it is asked for: it would be a part of every start.
        guard !options.isEmpty else { return ownText }
        return options.map { $0.text.isEmpty ? $0.name : "\($0.name) (\($0.text))" }.joined(separator: ", ")
    }
}

extension Parameter.Option {
    static let timeout = Parameter.Option("timeout", "seconds")
    static let retries = Parameter.Option("retries", "how many times a failed attempt is tried again")

    static func concurrency(_ text: String = "how many at once; 64 when left out") -> Parameter.Option {
        Parameter.Option("concurrency", text)
    }
}

/// What a parameter accepts.
public enum ParameterType: String, Sendable {
    case string
    /// A distribution's id, or a distribution, whose id is meant.
    case id
    case integer
    case number
    case boolean
    case table
    /// A table with named settings.
    case options
    case function
    /// A list, or a function that gives one element a call.
    case sequence
    case task
    case any
    /// Any further arguments.
    case rest

    /// As it reads in a message: "expected …".
    public var article: String {
        switch self {
        case .string: "a string"
        case .id: "an id (a uuid as text) or a distribution"
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "a boolean"
        case .table: "a table"
        case .options: "a table of options"
        case .function: "a function"
        case .sequence: "a list or an iterator"
        case .task: "a task"
        case .any, .rest: "any value"
        }
    }
}
