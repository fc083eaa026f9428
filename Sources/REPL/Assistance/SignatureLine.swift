import LineEditor
import LuaRuntime
import LuaSyntax
import Scripting

/// The line below the text that shows the parameters of the call around the cursor.
struct SignatureLine {
    let names: LiveNames

    func text(in text: String, cursor: Int) -> StyledText? {
        guard let call = CallContext.around(cursor: cursor, in: text) else { return nil }
        if let entry = documentation(of: call.function) { return line(of: entry, call) }
        guard let signature = names.signature(at: call.function.steps) else { return nil }
        var parameters = signature.parameters
        if call.function.isMethod, !parameters.isEmpty { parameters.removeFirst() }
        if signature.isVariadic { parameters.append("...") }
        return Self.line(call.function.text, parameters, current: call.argumentIndex, about: "")
    }

    /// By its name; a method of a string by the function of that name.
    private func documentation(of function: AccessPath) -> DocumentationEntry? {
        if let entry = Documentation.entry(named: function.text) { return entry }
        guard function.isMethod, case .name(let method)? = function.steps.last else { return nil }
        guard case .string? = names.value(at: Array(function.steps.dropLast()))?.type else { return nil }
        return Documentation.entry(named: "string.\(method)")
    }

    private func line(of entry: DocumentationEntry, _ call: CallContext) -> StyledText? {
        guard entry.isFunction else { return nil }
        var parameters = entry.parameters[...]
        // What stands before the colon is the first argument.
        if call.function.isMethod, entry.name.hasPrefix("string.") { parameters = parameters.dropFirst() }
        let last = parameters.endIndex - 1
        let index = min(parameters.startIndex + call.argumentIndex, last)
        let current = parameters.indices.contains(index) ? parameters[index] : nil
        return Self.line(
            call.function.text,
            parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name },
            current: index - parameters.startIndex,
            about: current.map { $0.text.isEmpty ? $0.type.article : $0.text } ?? entry.summary
        )
    }

    private static func line(_ name: String, _ parameters: [String], current: Int, about: String) -> StyledText {
        let dim = Style(isDim: true)
        var runs = [StyledText.Run("\(name)(", dim)]
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { runs.append(.init(", ", dim)) }
            let isCurrent = index == current || (parameter == "..." && index <= current)
            runs.append(.init(parameter, isCurrent ? Style(isBold: true) : dim))
        }
        runs.append(.init(")", dim))
        if !about.isEmpty { runs.append(.init("  " + about, dim)) }
        return StyledText(runs)
    }
}
