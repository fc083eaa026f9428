import LineEditor
import LuaRuntime
import LuaSyntax
import Scripting

/// `name?`: what is known of a function or value.
extension ReplSession {
    /// - Returns: whether anything is known.
    func answer(_ question: HelpQuestion) -> Bool {
        guard question.subject.isEmpty else { return answer(subject: question.subject) }
        return perform((".help", ""))
    }

    func answer(subject: String) -> Bool {
        if let entry = Documentation.entry(named: subject) {
            output.page(TextWrapping.wrapped(DocumentationText.page(of: entry), columns: output.size().columns) + "\n")
            return true
        }
        let path = subject.split(whereSeparator: { $0 == "." || $0 == ":" }).map { PathStep.name(String($0)) }
        guard let value = names.value(at: path) else {
            output.complain("nothing is known of \(subject); help() lists what is documented\n")
            return false
        }
        output.show(description(of: value, at: path, as: subject) + "\n")
        return true
    }

    private func description(of value: LuaReference, at path: [PathStep], as subject: String) -> String {
        guard value.type == .function else { return "\(subject): a \(value.type.name)" }
        guard let signature = names.signature(at: path) else { return "\(subject): a function of the host or of C" }
        let parameters = signature.parameters + (signature.isVariadic ? ["..."] : [])
        return "\(subject)(\(parameters.joined(separator: ", ")))  a function of Lua"
    }
}
