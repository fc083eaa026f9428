import LuaRuntime

/// Checks the arguments of a call against the documentation table.
struct ArgumentCheck {
    let entry: DocumentationEntry

    /// - Parameter firstIndex: the stack index of the first argument.
    /// - Throws: `LuaError`: `distribution.get: argument 1 (id): expected …, got …`.
    func check(_ call: HostCall, firstIndex: Int = 1) throws(LuaError) {
        for (offset, parameter) in entry.parameters.enumerated() {
            let index = firstIndex + offset
            if parameter.isOptional, call.isNone(at: index) { continue }
            guard accepts(parameter.type, call, index) else {
                throw LuaError(
                    "\(entry.name): argument \(offset + 1) (\(parameter.name)): expected \(parameter.type.article), "
                        + "got \(received(call, index)); usage: \(entry.signature)"
                )
            }
        }
    }

    private func accepts(_ type: ParameterType, _ call: HostCall, _ index: Int) -> Bool {
        let actual = call.type(at: index)
        return switch type {
        case .string: actual == .string
        case .id: actual == .string || actual == .table
        case .integer: call.integer(at: index) != nil
        case .number: actual == .number
        case .boolean: actual == .boolean
        case .table, .options, .task: actual == .table
        case .function: actual == .function
        case .sequence: actual == .table || actual == .function
        case .any: actual != .none
        case .rest: true
        }
    }

    private func received(_ call: HostCall, _ index: Int) -> String {
        let actual = call.type(at: index)
        switch actual {
        case .string:
            let text = call.string(at: index) ?? ""
            return text.count > 40 ? "a string of \(text.utf8.count) bytes" : "\"\(text)\""
        case .number: return call.integer(at: index).map(String.init) ?? "\(call.number(at: index) ?? 0)"
        case .boolean: return call.boolean(at: index) ? "true" : "false"
        case .none: return "nothing"
        case .nil: return "nil"
        default: return "a \(actual.name)"
        }
    }
}
