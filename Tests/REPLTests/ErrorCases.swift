import LuaRuntime
import Testing

@testable import REPL

/// A program that fails, and what is said below the interpreter's message.
struct ErrorCase: CustomTestStringConvertible {
    var source: String
    var expected: [String]

    init(_ source: String, _ expected: String...) {
        self.source = source
        self.expected = expected
    }

    var testDescription: String { source }

    /// The names that exist for the errors of running code.
    static var lookup: ErrorLookup { ErrorLookup(names: names, problem: Lua54.problem) }

    private static func names(_ path: [String]) -> [String] {
        switch path.joined(separator: ".") {
        case "": ["print", "pairs", "string", "distribution", "math", "select", "tostring"]
        case "math": ["ceil", "floor", "huge", "max", "min"]
        case "string": ["lower", "rep", "upper"]
        case "t": ["first", "last", "Name"]
        case "d.github": ["gist", "mailbox"]
        default: []
        }
    }

    /// The lines below the message.
    func lines(of error: LuaError) -> [String] {
        let text = ErrorPrinter().text(of: error, sources: [ErrorSource(source)], lookup: Self.lookup)
        let explanation = ErrorExplanation(error, sources: [ErrorSource(source)], lookup: Self.lookup)
        let messageCount = explanation.message.split(separator: "\n", omittingEmptySubsequences: false).count
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(messageCount).map { String($0) }
    }
}
