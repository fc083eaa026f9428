/// Finds the calls that are open at the end of a text.
struct CallFinder {
    let source: LuaSource
    let partners: TokenPartners
    let reader: AccessReader

    init(_ source: LuaSource) {
        self.source = source
        partners = TokenPartners(source)
        reader = AccessReader(source: source, partners: partners)
    }

    /// The call around the end of the text. A string that is open there may be the argument of `f "…"`.
    func innermostCall() -> CallContext? {
        let end = source.code.count
        if let last = source.code.last, last.kind == .unfinishedString || last.kind == .unfinishedLongString {
            if let callee = reader.callee(ofArgumentsAt: end - 1) { return CallContext(callee.path, argumentIndex: 0) }
        }
        return call(around: end, within: partners.openers[...])
    }

    /// The call that a token is in, by what is open there.
    func call(around index: Int, within openers: ArraySlice<TokenPartners.Opener>) -> CallContext? {
        var inner = index
        for opener in openers.reversed() {
            guard case .bracket(let symbol) = opener.kind else { return nil }
            if symbol != .openBracket, isCallable(opener.index - 1) {
                guard let callee = reader.callee(ofArgumentsAt: opener.index) else { return nil }
                let argument = symbol == .openBrace ? 0 : commas(from: opener.index + 1, to: inner)
                return CallContext(callee.path, argumentIndex: argument)
            }
            if let before = source.token(opener.index - 1), before.is(.function) { return nil }
            inner = opener.index
        }
        return nil
    }

    /// Whether a call can follow the token: it ends a name, an index, a parenthesis or another call.
    private func isCallable(_ index: Int) -> Bool {
        guard let token = source.token(index) else { return false }
        switch token.kind {
        case .name, .string, .longString: return true
        case .operator(let symbol): return symbol.opening != nil
        default: return false
        }
    }

    private func commas(from start: Int, to end: Int) -> Int {
        var count = 0
        var index = start
        while index < end {
            if source.code[index].is(.comma) { count += 1 }
            index = max(index, partners[index] ?? index) + 1
        }
        return count
    }
}
