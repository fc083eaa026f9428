/// Reads the keys of one table constructor.
struct TableKeys {
    let source: LuaSource

    init(_ source: LuaSource) {
        self.source = source
    }

    /// The keys `name =` and `["name"] =` from a token, where a field may begin, to the table's end or the text's.
    func keys(from start: Int) -> [String] {
        var keys: [String] = []
        var depth = 0
        var isFieldStart = true
        var index = start
        while let token = source.token(index) {
            if depth == 0, isFieldStart, let key = key(at: index) { keys.append(key) }
            switch token.kind {
            case .operator(let symbol) where symbol.isOpening: depth += 1
            case .operator(let symbol) where symbol.opening != nil: depth -= 1
            case .keyword(.function): depth += 1
            case .keyword(.end): depth -= 1
            case .keyword(.local), .keyword(.return): if depth == 0 { return keys }
            default: break
            }
            if depth < 0 { return keys }
            isFieldStart = token.is(.comma) || token.is(.semicolon)
            index += 1
        }
        return keys
    }

    private func key(at index: Int) -> String? {
        guard let token = source.token(index) else { return nil }
        if token.kind == .name, let next = source.token(index + 1), next.is(.assign) { return source.text(of: token) }
        guard token.is(.openBracket), let content = source.token(index + 1), content.kind == .string,
            let close = source.token(index + 2), close.is(.closeBracket), let assign = source.token(index + 3),
            assign.is(.assign)
        else { return nil }
        return source.plainContent(ofString: content)
    }
}
