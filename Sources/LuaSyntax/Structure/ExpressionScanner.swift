/// Finds where expressions end, by Lua's grammar: for that a call may go on in the next line, and only a name or a
/// parenthesis can be called.
///
/// Brackets and function bodies are jumped over, so scanning all statements of a text takes time linear in it.
struct ExpressionScanner {
    let code: [Token]
    let partners: TokenPartners

    init(_ source: LuaSource) {
        self.init(source, TokenPartners(source))
    }

    init(_ source: LuaSource, _ partners: TokenPartners) {
        code = source.code
        self.partners = partners
    }

    /// The index of the first token after `expression {',' expression}`. It is `index` itself when none begins there.
    func endOfList(from index: Int) -> Int {
        var index = index
        while true {
            let end = endOfExpression(from: index)
            guard end > index, symbol(at: end) == .comma else { return end }
            index = end + 1
        }
    }

    /// The index of the first token after the expression that begins at `index`.
    func endOfExpression(from index: Int) -> Int {
        var index = index
        while true {
            while isUnary(index) { index += 1 }
            let end = endOfOperand(from: index)
            guard end > index, isBinary(end) else { return end }
            index = end + 1
        }
    }

    /// The index after the suffixes (members, indices, calls) that follow a name or a parenthesis before `index`.
    func endOfSuffixes(from index: Int) -> Int {
        var index = index
        while let next = endOfSuffix(from: index) { index = next }
        return index
    }

    private func endOfSuffix(from index: Int) -> Int? {
        if isCallArgument(index) { return endOfBracketOrString(from: index) }
        switch symbol(at: index) {
        case .openBracket: return endOfBracketOrString(from: index)
        case .dot: return code.indices.contains(index + 1) && code[index + 1].kind == .name ? index + 2 : index + 1
        case .colon:
            guard code.indices.contains(index + 1), code[index + 1].kind == .name else { return index + 1 }
            return isCallArgument(index + 2) ? endOfBracketOrString(from: index + 2) : index + 2
        default: return nil
        }
    }

    private func endOfOperand(from index: Int) -> Int {
        guard code.indices.contains(index) else { return index }
        switch code[index].kind {
        case .name: return endOfSuffixes(from: index + 1)
        case .operator(.openParenthesis): return endOfSuffixes(from: endOfBracketOrString(from: index))
        case .operator(.openBrace): return endOfBracketOrString(from: index)
        case .operator(.varargs), .number, .string, .longString, .unfinishedString, .unfinishedLongString, .invalid:
            return index + 1
        case .keyword(.function): return partners[index].map { $0 + 1 } ?? code.count
        case .keyword(let keyword) where keyword.isConstant: return index + 1
        default: return index
        }
    }

    /// An unclosed bracket ends at once: what follows may be anything.
    private func endOfBracketOrString(from index: Int) -> Int {
        guard code[index].isString == false else { return index + 1 }
        return (partners[index] ?? index) + 1
    }

    /// Whether a call's arguments begin here, if something callable stands before.
    func isCallArgument(_ index: Int) -> Bool {
        guard code.indices.contains(index) else { return false }
        let token = code[index]
        return token.isString || token.is(.openParenthesis) || token.is(.openBrace)
    }

    private func symbol(at index: Int) -> Operator? {
        guard code.indices.contains(index), case .operator(let symbol) = code[index].kind else { return nil }
        return symbol
    }

    private func isUnary(_ index: Int) -> Bool {
        code.indices.contains(index) && code[index].is(.not) || symbol(at: index)?.isUnary == true
    }

    private func isBinary(_ index: Int) -> Bool {
        guard code.indices.contains(index) else { return false }
        return code[index].is(.and) || code[index].is(.or) || symbol(at: index)?.isBinary == true
    }
}
