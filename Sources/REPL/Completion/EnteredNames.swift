import LuaSyntax

/// The names that occur in an entry, which may be locals, parameters or globals to be.
enum EnteredNames {
    /// Every name of the text but for the one that the cursor (a UTF-8 offset) is at, in order, each once.
    static func names(in text: String, except cursor: Int) -> [String] {
        let source = LuaSource(text)
        var seen: Set<String> = []
        var names: [String] = []
        var follows: Operator?
        for token in source.code {
            defer { if case .operator(let symbol) = token.kind { follows = symbol } else { follows = nil } }
            // What stands after a point is a field.
            guard token.kind == .name, follows != .dot, follows != .colon else { continue }
            guard !(token.range.lowerBound...token.range.upperBound).contains(cursor) else { continue }
            let name = source.text(of: token)
            if seen.insert(name).inserted { names.append(name) }
        }
        return names
    }
}
