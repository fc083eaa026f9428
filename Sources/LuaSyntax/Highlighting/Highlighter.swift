/// Gives the parts of a text their looks, as it is typed.
public enum Highlighter {
    /// The highlights of a text, in order, without overlaps.
    ///
    /// - Parameters:
    ///   - cursor: A name that ends here is still being typed and is not marked as unknown; `nil` for none.
    ///   - isSessionLocal: Whether a free name is a local of the session.
    ///   - isKnownGlobal: Whether a free name is a global. Those that the text assigns to itself need not be known.
    public static func highlights(
        of source: LuaSource,
        cursor: Int? = nil,
        isSessionLocal: (String) -> Bool = { _ in false },
        isKnownGlobal: (String) -> Bool
    ) -> [Highlight] {
        let names = NameResolver(source, isSessionLocal: isSessionLocal)
        var highlights: [Highlight] = []
        var codeIndex = 0
        for token in source.tokens {
            defer { if !token.isTrivia { codeIndex += 1 } }
            if token.kind == .name {
                let isKnown = { (name: String) in token.range.upperBound == cursor || isKnownGlobal(name) }
                guard let category = category(ofName: codeIndex, names, isKnownGlobal: isKnown) else { continue }
                highlights.append(Highlight(token.range, category))
            } else if token.kind == .string || token.kind == .unfinishedString {
                highlights += parts(ofString: token, source)
            } else if let category = category(of: token.kind) {
                highlights.append(Highlight(token.range, category))
            }
        }
        return highlights
    }

    private static func category(of kind: Token.Kind) -> Highlight.Category? {
        switch kind {
        case .keyword(let keyword): keyword.isConstant ? .constant : .keyword
        case .number: .number
        case .longString, .unfinishedLongString: .string
        case .comment, .unfinishedComment: .comment
        case .labelMark: .label
        case .invalid: .error
        case .whitespace, .name, .operator, .string, .unfinishedString: nil
        }
    }

    private static func category(
        ofName index: Int,
        _ names: NameResolver,
        isKnownGlobal: (String) -> Bool
    ) -> Highlight.Category? {
        let isCalled = names.functionNames.contains(index) || names.scanner.isCallArgument(index + 1)
        switch names.roles[index] {
        case .label: return .label
        case .attribute:
            let word = names.source.text(of: names.source.code[index])
            return LocalAttribute(rawValue: word) == nil ? .error : .keyword
        case .key: return .member
        case .member: return isCalled ? .function : .member
        case .local: return isCalled ? .function : .local
        case .write: return names.functionNames.contains(index) ? .function : nil
        case .read, nil:
            let name = names.source.text(of: names.source.code[index])
            if name != "_ENV", !names.assignedGlobals.contains(name), !isKnownGlobal(name) { return .unknownGlobal }
            return isCalled ? .function : nil
        }
    }

    /// A string that a line's end breaks off is an error; at the text's end it is still being typed.
    private static func parts(ofString token: Token, _ source: LuaSource) -> [Highlight] {
        if token.kind == .unfinishedString, token.range.upperBound < source.bytes.count {
            return [Highlight(token.range, .error)]
        }
        var parts: [Highlight] = []
        var start = token.range.lowerBound
        for escape in StringEscapes.escapes(in: source.bytes, token.range) {
            if escape.range.lowerBound > start { parts.append(Highlight(start..<escape.range.lowerBound, .string)) }
            parts.append(Highlight(escape.range, escape.isValid ? .escape : .error))
            start = escape.range.upperBound
        }
        if start < token.range.upperBound { parts.append(Highlight(start..<token.range.upperBound, .string)) }
        return parts
    }
}
