extension LuaSource {
    /// Whether a name at an index of `code` begins a statement, by what stands before: within an expression that is an
    /// operator, a comma or an opening word; a whole operand or a closing word cannot be followed by a name.
    func canStartStatement(_ index: Int) -> Bool {
        guard let previous = token(index - 1) else { return true }
        switch previous.kind {
        case .name, .string, .longString, .number, .labelMark: return true
        case .operator(let symbol): return symbol.opening != nil || symbol == .semicolon || symbol == .varargs
        case .keyword(let keyword):
            return keyword.isConstant || [.end, .then, .else, .do, .repeat, .break].contains(keyword)
        default: return false
        }
    }
}
