import LuaRuntime

/// The arguments of `distsh [options] [script [arguments]]`, with the stock `lua` options in their stock meaning.
struct ScriptCommandLine: Sendable {
    /// What is done before the script, in the order of the options.
    enum Step: Sendable, Equatable {
        /// `-e CODE`
        case code([UInt8])
        /// `-l MODULE` or `-l NAME=MODULE`
        case require(String)
        /// `-W`
        case warnings
    }

    /// What the first word that is no option may be.
    enum Word: Sendable, Equatable {
        case none
        case standardInput
        /// A script, or a command when `mayBeCommand`.
        case name([UInt8], mayBeCommand: Bool)
    }

    /// The options for the service and the host, to be read by `HostOptions`.
    private(set) var hostOptions: [String] = []
    private(set) var steps: [Step] = []
    private(set) var isInteractive = false
    /// `-v`: shows the version, then goes on.
    private(set) var showsVersion = false
    /// `--version`
    private(set) var showsVersionOnly = false
    private(set) var ignoresEnvironment = false
    private(set) var showsHelp = false
    private(set) var word = Word.none
    /// Where the first word is among the arguments; their count when there is none.
    private(set) var wordIndex = 0

    private var hasLuaOptions = false

    /// - Parameters:
    ///   - arguments: all of the program's; the first is its name.
    ///   - acceptsCommands: whether the first word may be a command's name.
    /// - Throws: `UsageError` for an option that does not exist or lacks its argument.
    init(_ arguments: [[UInt8]], acceptsCommands: Bool = true) throws(UsageError) {
        var index = 1
        while index < arguments.count {
            let argument = arguments[index]
            guard argument.first == UInt8(ascii: "-") else {
                word = .name(argument, mayBeCommand: acceptsCommands && !hasLuaOptions)
                break
            }
            if argument.count == 1 {
                word = .standardInput
                break
            }
            index += 1
            let text = argument.text
            if text == "--" {
                if index < arguments.count { word = .name(arguments[index], mayBeCommand: false) }
                break
            }
            let next = index < arguments.count ? arguments[index] : nil
            let takesNext = text.hasPrefix("--") ? try readLong(text, next: next) : try readShort(argument, next: next)
            if takesNext { index += 1 }
        }
        wordIndex = index
    }

    /// Whether there is nothing to run but the REPL or standard input's program.
    var leavesRunningToInput: Bool {
        let hasCode = steps.contains { if case .code = $0 { true } else { false } }
        return word == .none && !hasCode && !showsVersion && !isInteractive
    }

    /// - Returns: whether `next` was used.
    private mutating func readLong(_ text: String, next: [UInt8]?) throws(UsageError) -> Bool {
        let body = text.dropFirst(2)
        let name = String(body.prefix { $0 != "=" })
        let hasValue = body.contains("=")
        switch name {
        case "help":
            showsHelp = true
            return false
        case "version":
            showsVersionOnly = true
            return false
        case _ where HostOptionTable.flagNames.contains(name):
            guard !hasValue else { throw UsageError("--\(name) takes no value") }
            hostOptions.append(text)
            return false
        case _ where HostOptionTable.namesWithValue.contains(name):
            if hasValue {
                hostOptions.append(text)
                return false
            }
            guard let next else { throw UsageError("--\(name) needs a value") }
            // In this form a value that begins with a dash stays a value.
            hostOptions.append("--\(name)=\(next.text)")
            return true
        default:
            let known = HostOptionTable.flagNames + HostOptionTable.namesWithValue + ["help", "version"]
            let hint = NameSuggestion.closest(to: name, among: known).map { "; did you mean --\($0)?" } ?? ""
            throw UsageError("unknown option --\(name)\(hint)")
        }
    }

    /// Reads `-e`, `-l`, `-i`, `-v`, `-E`, `-W` and `-h` as `lua` does: no two of them in one argument.
    private mutating func readShort(_ argument: [UInt8], next: [UInt8]?) throws(UsageError) -> Bool {
        let letter = argument[1]
        let rest = Array(argument.dropFirst(2))
        hasLuaOptions = letter != UInt8(ascii: "v") && letter != UInt8(ascii: "h") || hasLuaOptions
        switch letter {
        case UInt8(ascii: "e"), UInt8(ascii: "l"):
            let isCode = letter == UInt8(ascii: "e")
            if !rest.isEmpty {
                steps.append(isCode ? .code(rest) : .require(rest.text))
                return false
            }
            guard let next, next.first != UInt8(ascii: "-") else {
                throw UsageError("\(argument.text) needs \(isCode ? "code" : "a module's name")")
            }
            steps.append(isCode ? .code(next) : .require(next.text))
            return true
        case UInt8(ascii: "i") where rest.isEmpty: isInteractive = true
        case UInt8(ascii: "v") where rest.isEmpty: showsVersion = true
        case UInt8(ascii: "E") where rest.isEmpty: ignoresEnvironment = true
        case UInt8(ascii: "W") where rest.isEmpty: steps.append(.warnings)
        case UInt8(ascii: "h") where rest.isEmpty: showsHelp = true
        default: throw UsageError("unknown option \(argument.text)")
        }
        return false
    }
}
