import JSONDocument
import LuaRuntime

/// An error of a script as standard error shows it: in the form of the stock interpreter, or as JSON.
struct ScriptErrorReport {
    let error: LuaError

    /// `distsh: message`, and the traceback when the error was raised by running code.
    var text: String {
        var text = "distsh: \(message)\n"
        if !traceback.isEmpty { text += traceback }
        return text
    }

    /// The fields of a service's error that tell what it was about; see the Lua reference.
    private static let fields = ["code", "operation", "id", "status", "retryable", "maybe_applied", "retry_after"]

    /// One JSON object on a line.
    var json: String {
        let text = hasNoText ? error.value["message"]?.text ?? message : message
        var members: [JSONValue.Member] = [.init("error", .string(text))]
        for name in Self.fields {
            if let value = error.value[name] { members.append(.init(name, JSONValue(of: value))) }
        }
        let calls = error.traceback.split(separator: "\n").filter { !$0.contains("\t[distsh]:") }
        if !calls.isEmpty { members.append(.init("traceback", .string(calls.joined(separator: "\n")))) }
        guard let bytes = try? JSONWriter.compact(.object(members)) else { return text }
        return String(decoding: bytes, as: UTF8.self) + "\n"
    }

    private var message: String {
        switch error.value {
        // The stock interpreter shows these as their text.
        case .integer(let value): String(value)
        case .number: error.message
        default: error.message
        }
    }

    private var traceback: String {
        guard error.code == .runtime || error.code == .memory, !error.traceback.isEmpty, !hasOwnText else { return "" }
        var lines = error.outermostTraceback
        while lines.last == "\n" { lines.removeLast() }
        return lines + "\n"
    }

    /// Whether the error is an object that `tostring` says nothing of.
    private var hasNoText: Bool { error.message.hasPrefix("(error object is a ") }

    /// Whether the error is a script's own object with a `__tostring`: the stock interpreter shows no traceback then.
    /// Errors of the service have one too, and theirs is worth showing.
    private var hasOwnText: Bool {
        guard case .table = error.value else { return false }
        return error.value["retryable"] == nil && !hasNoText
    }
}
