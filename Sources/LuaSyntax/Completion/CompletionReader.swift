/// Works out a `CompletionContext` from the tokens before the cursor.
struct CompletionReader {
    let text: String
    let cursor: Int
    let source: LuaSource
    let finder: CallFinder

    init(text: String, cursor: Int) {
        self.text = text
        self.cursor = cursor
        source = LuaSource(text, before: cursor)
        finder = CallFinder(source)
    }

    func context(isDocumentedFunction: (String) -> Bool) -> CompletionContext {
        if let command = command() { return command }
        guard let last = source.tokens.last else { return context(.name(prefix: ""), prefixStart: cursor) }
        switch last.kind {
        case .unfinishedString, .unfinishedLongString: return string(last)
        case .name, .keyword:
            return word(prefixIndex: source.code.count - 1, prefixStart: last.range.lowerBound, isDocumentedFunction)
        case .whitespace, .operator:
            return word(prefixIndex: source.code.count, prefixStart: cursor, isDocumentedFunction)
        case .comment, .unfinishedComment, .number, .string, .longString, .labelMark, .invalid: return none
        }
    }

    private var none: CompletionContext {
        context(.none, prefixStart: cursor)
    }

    private func context(_ subject: CompletionContext.Subject, prefixStart: Int) -> CompletionContext {
        CompletionContext(subject, replaced: prefixStart..<cursor)
    }

    // MARK: Dot commands

    /// An entry is a command when it begins with a dot; a later line that does goes on with an expression.
    private func command() -> CompletionContext? {
        guard let start = source.bytes.firstIndex(where: { !CharacterClass.isSpace($0) }),
            source.bytes[start] == UInt8(ascii: "."), !source.bytes.contains(where: CharacterClass.isLineEnd)
        else { return nil }
        if start + 1 < cursor, !CharacterClass.isNameStart(source.bytes[start + 1]) { return nil }
        let isSpace = CharacterClass.isSpace
        guard let wordEnd = source.bytes[start...].firstIndex(where: isSpace) else {
            return context(.command(prefix: source.text(in: start..<cursor)), prefixStart: start)
        }
        let prefixStart = (source.bytes.lastIndex(where: isSpace) ?? wordEnd) + 1
        let name = source.text(in: start..<wordEnd)
        return context(
            .commandArgument(command: name, prefix: source.text(in: prefixStart..<cursor)),
            prefixStart: prefixStart
        )
    }

    // MARK: Words

    private func word(
        prefixIndex: Int,
        prefixStart: Int,
        _ isDocumentedFunction: (String) -> Bool
    ) -> CompletionContext {
        let prefix = source.text(in: prefixStart..<cursor)
        guard let before = source.token(prefixIndex - 1) else {
            return context(.name(prefix: prefix), prefixStart: prefixStart)
        }
        if before.is(.dot) || before.is(.colon) {
            let separator: CompletionContext.Separator = before.is(.dot) ? .dot : .colon
            let subject = member(before: prefixIndex - 1, separator, prefix, isDocumentedFunction)
            return subject == .none ? none : context(subject, prefixStart: prefixStart)
        }
        if before.is(.local) || before.is(.for) || before.is(.goto) || before.kind == .labelMark { return none }
        if let subject = optionsKey(prefixIndex: prefixIndex, prefix),
            case .optionsKey(let function, _, _, _) = subject,
            isDocumentedFunction(function)
        {
            return context(subject, prefixStart: prefixStart)
        }
        return context(.name(prefix: prefix), prefixStart: prefixStart)
    }

    private func member(
        before separatorIndex: Int,
        _ separator: CompletionContext.Separator,
        _ prefix: String,
        _ isDocumentedFunction: (String) -> Bool
    ) -> CompletionContext.Subject {
        switch finder.reader.access(endingAt: separatorIndex - 1)?.access {
        case .path(let path): .member(path: path.steps, separator: separator, prefix: prefix)
        case .call(let function, let steps) where isDocumentedFunction(function.text):
            .memberOfCall(function: function.text, path: steps, separator: separator, prefix: prefix)
        default: .none
        }
    }

    // MARK: Options tables

    private func optionsKey(prefixIndex: Int, _ prefix: String) -> CompletionContext.Subject? {
        guard let table = finder.partners.openers.last, table.kind == .bracket(.openBrace), startsField(prefixIndex),
            let call = callWithTable(table)
        else { return nil }
        let keys = TableKeys(source).keys(from: table.index + 1) + keysAfterCursor()
        return .optionsKey(
            function: call.function.text,
            argumentIndex: call.argumentIndex,
            existingKeys: keys,
            prefix: prefix
        )
    }

    private func startsField(_ index: Int) -> Bool {
        guard let before = source.token(index - 1) else { return false }
        return before.is(.openBrace) || before.is(.comma) || before.is(.semicolon)
    }

    /// The call that a table constructor is a whole argument of, as in `f {` or `f(a, {`.
    private func callWithTable(_ table: TokenPartners.Opener) -> CallContext? {
        if let callee = finder.reader.callee(ofArgumentsAt: table.index) {
            return CallContext(callee.path, argumentIndex: 0)
        }
        let outer = finder.partners.openers.dropLast()
        guard outer.last?.kind == .bracket(.openParenthesis), let before = source.token(table.index - 1),
            before.is(.openParenthesis) || before.is(.comma)
        else { return nil }
        return finder.call(around: table.index, within: outer)
    }

    private func keysAfterCursor() -> [String] {
        let whole = LuaSource(text)
        guard let next = whole.code.firstIndex(where: { $0.range.lowerBound >= cursor }) else { return [] }
        return TableKeys(whole).keys(from: next)
    }

    // MARK: Strings

    private func string(_ token: Token) -> CompletionContext {
        let quoteCount = quoteByteCount(token)
        let start = min(token.range.lowerBound + quoteCount, cursor)
        var site = CompletionContext.StringSite(
            prefix: source.text(in: start..<cursor),
            quote: source.text(in: token.range.lowerBound..<start)
        )
        let index = source.code.count - 1
        if let before = source.token(index - 1) { describe(&site, stringIndex: index, before: before) }
        return context(.string(site), prefixStart: start)
    }

    private func quoteByteCount(_ token: Token) -> Int {
        guard token.kind == .unfinishedLongString else { return 1 }
        return 2 + source.bytes[token.range].dropFirst().prefix { $0 == UInt8(ascii: "=") }.count
    }

    private func describe(_ site: inout CompletionContext.StringSite, stringIndex: Int, before: Token) {
        let openers = finder.partners.openers
        if let callee = finder.reader.callee(ofArgumentsAt: stringIndex) {
            site.callee = CallContext(callee.path, argumentIndex: 0)
        } else if openers.last?.kind == .bracket(.openParenthesis), before.is(.openParenthesis) || before.is(.comma) {
            site.callee = finder.call(around: stringIndex, within: openers[...])
        } else if before.is(.openBracket),
            case .path(let path) = finder.reader.access(endingAt: stringIndex - 2)?.access
        {
            site.indexedPath = path.steps
        } else if before.is(.assign), let table = openers.last, table.kind == .bracket(.openBrace),
            startsField(stringIndex - 2), let key = source.token(stringIndex - 2), key.kind == .name
        {
            site.callee = callWithTable(table)
            site.option = site.callee == nil ? nil : source.text(of: key)
        }
    }
}
