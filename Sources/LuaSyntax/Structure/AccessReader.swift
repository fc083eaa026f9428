/// Reads backwards, from a token, what value stands before it.
struct AccessReader {
    enum Access: Equatable {
        case path(AccessPath)
        /// A call of a function that a path leads to, and the steps from its result.
        case call(AccessPath, steps: [PathStep])
    }

    let source: LuaSource
    let partners: TokenPartners

    /// The value that ends with a token and where it begins; `nil` when other things than steps and one call are in it.
    func access(endingAt end: Int, allowsMethod: Bool = false) -> (access: Access, first: Int)? {
        var steps: [PathStep] = []
        var index = end
        while let token = source.token(index) {
            switch token.kind {
            case .name:
                steps.append(.name(source.text(of: token)))
                guard let separator = source.token(index - 1) else { return (path(steps, isMethod: false), index) }
                if separator.is(.colon) {
                    guard allowsMethod, index == end else { return nil }
                    return method(steps, before: index - 1)
                }
                guard separator.is(.dot) else { return (path(steps, isMethod: false), index) }
                index -= 2
            case .operator(.closeBracket):
                guard let step = literalStep(index) else { return nil }
                steps.append(step)
                index -= 3
            case .operator(.closeParenthesis), .operator(.closeBrace), .string, .longString:
                return call(endingAt: index, steps: steps)
            default: return nil
            }
        }
        return nil
    }

    /// The function that is called by arguments that begin at a token; `nil` when it is not a path.
    func callee(ofArgumentsAt index: Int) -> (path: AccessPath, first: Int)? {
        guard let found = access(endingAt: index - 1, allowsMethod: true), case .path(let path) = found.access else {
            return nil
        }
        if let before = source.token(found.first - 1), before.is(.function) { return nil }
        return (path, found.first)
    }

    /// The call that ends with a token, and nothing else: where it begins tells whether it is a whole expression.
    func plainCall(endingAt index: Int) -> (path: AccessPath, first: Int)? {
        guard let found = access(endingAt: index), case .call(let path, steps: []) = found.access else { return nil }
        return (path, found.first)
    }

    private func path(_ reversed: [PathStep], isMethod: Bool) -> Access {
        .path(AccessPath(reversed.reversed(), isMethod: isMethod))
    }

    private func method(_ steps: [PathStep], before colon: Int) -> (access: Access, first: Int)? {
        guard let object = access(endingAt: colon - 1), case .path(let path) = object.access else { return nil }
        return (.path(AccessPath(path.steps + steps, isMethod: true)), object.first)
    }

    private func call(endingAt index: Int, steps: [PathStep]) -> (access: Access, first: Int)? {
        let isString = source.token(index)?.isString == true
        guard let open = isString ? index : partners[index], let callee = callee(ofArgumentsAt: open) else {
            return nil
        }
        return (.call(callee.path, steps: steps.reversed()), callee.first)
    }

    /// `["name"]` or `[1]`, by its closing bracket.
    private func literalStep(_ close: Int) -> PathStep? {
        guard partners[close] == close - 2, let token = source.token(close - 1) else { return nil }
        switch token.kind {
        case .number: return Int(source.text(of: token)).map(PathStep.index)
        case .string: return source.plainContent(ofString: token).map(PathStep.key)
        default: return nil
        }
    }
}

extension LuaSource {
    /// What a short string stands for, when it has no escapes.
    func plainContent(ofString token: Token) -> String? {
        let content = token.range.lowerBound + 1..<token.range.upperBound - 1
        guard !bytes[content].contains(UInt8(ascii: "\\")) else { return nil }
        return text(in: content)
    }
}
