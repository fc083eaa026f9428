import LuaRuntime

/// What can be said about an error, before it is laid out.
struct ErrorExplanation {
    /// As the script's error says, without the tracebacks that it may hold.
    private(set) var message: String
    private(set) var position: ErrorPosition?
    private(set) var context: ServiceErrorContext?
    /// The places to show, each in the text of its source.
    private(set) var excerpts: [(source: ErrorSource, excerpt: SourceExcerpt)] = []
    private(set) var hint: String?
    private(set) var traceback: Traceback

    private static let tracebackMark = "\nstack traceback:\n"

    init(_ error: LuaError, sources: [ErrorSource], lookup: ErrorLookup) {
        let names = sources.map(\.chunkName)
        var calls = error.traceback
        message = error.message
        // Errors that passed `debug.traceback` hold one.
        if let (text, inner) = TextSearch.split(error.message, at: Self.tracebackMark) {
            message = text
            let isWhole = inner.hasSuffix("in main chunk\n\t[C]: in ?")
            calls = "stack traceback:\n" + inner + (isWhole ? "" : "\n" + error.traceback)
        }
        let (position, rest) = ErrorPosition.split(message, chunkNames: names)
        self.position = position
        if let position { message = "\(position.chunkName):\(position.line): \(rest)" }
        traceback = Traceback(calls, entryName: names.first)
        context = ServiceErrorContext(error.value)
        switch error.code {
        case .syntax, .incomplete: explainSyntax(rest, sources, lookup)
        case .interrupted, .cancelled: break
        default: explainRun(rest, sources, lookup)
        }
        leaveOutEvidentCalls()
    }

    /// The call of the entry itself, and that of the function that is marked, say nothing beside the place.
    private mutating func leaveOutEvidentCalls() {
        guard let shown = excerpts.last else { return }
        var frames = traceback.frames
        if let first = frames.first, first.source == "[C]", shown.excerpt.marked != nil { frames.removeFirst() }
        guard frames.count == 1, let frame = frames.first, frame.place == "in main chunk" else { return }
        if frame.source == shown.source.chunkName, frame.line == shown.excerpt.line {
            traceback = Traceback("", entryName: nil)
        }
    }

    // MARK: The compiler's

    private mutating func explainSyntax(_ rest: String, _ sources: [ErrorSource], _ lookup: ErrorLookup) {
        guard let position, let source = sources.first(where: { $0.chunkName == position.chunkName }) else { return }
        let tokens = LuaTokens.tokens(of: source.text)
        let place = SyntaxErrorPlace(source: source.text, tokens: tokens, problem: lookup.problem)
        let index = place.index(message: rest, line: position.line)
        let opening = SyntaxErrorPlace.openingLine(of: rest)
        if let index {
            excerpts.append((source, SourceExcerpt(line: tokens[index].line, marked: tokens[index].range)))
        } else if opening == nil, rest.hasSuffix("near <eof>"), let last = tokens.last {
            let end = last.range.upperBound
            excerpts.append((source, SourceExcerpt(line: last.line, marked: end..<end)))
        } else if opening == nil {
            excerpts.append((source, SourceExcerpt(line: position.line, marked: nil)))
        }
        if let opening, index.map({ tokens[$0].line != opening }) ?? true {
            let marked = Self.opener(rest, on: opening, tokens)
            excerpts.insert((source, SourceExcerpt(line: opening, marked: marked)), at: 0)
        }
        let significant = tokens.filter { $0.kind != .comment }
        let significantIndex = index.flatMap { index in significant.firstIndex { $0.range == tokens[index].range } }
        hint = SyntaxHint(message: rest, tokens: significant, index: significantIndex).text
    }

    /// The word that opened what has no end: `(to close 'function' at line 1)`.
    private static func opener(_ message: String, on line: Int, _ tokens: [LuaToken]) -> Range<Int>? {
        guard let word = TextSearch.rest(after: "(to close '", in: message)?.prefix(while: { $0 != "'" }) else {
            return tokens.last { $0.kind == .string || $0.kind == .comment }?.range
        }
        return tokens.first { $0.line == line && $0.text == word }?.range
    }

    // MARK: Running code's

    private mutating func explainRun(_ rest: String, _ sources: [ErrorSource], _ lookup: ErrorLookup) {
        let known = position.flatMap { place in sources.first { $0.chunkName == place.chunkName } }
        guard let source = known ?? callingSource(sources),
            let line = known == nil ? callingLine(source) : position?.line
        else { return }
        let tokens = LuaTokens.tokens(of: source.text).filter { $0.kind != .comment }
        let culprit = ErrorCulprit(message: rest) ?? traceback.raisingPlace.flatMap(ErrorCulprit.init(raisingPlace:))
        let index = culprit?.index(in: tokens, line: line)
        excerpts.append((source, SourceExcerpt(line: line, marked: index.map { tokens[$0].range })))
        guard let culprit else { return }
        hint = NameHint(tokens: tokens, names: lookup.names).text(of: culprit, message: rest, at: index)
    }

    /// The innermost known code that was active: an error without a place came from a function it called.
    private func callingSource(_ sources: [ErrorSource]) -> ErrorSource? {
        guard position == nil else { return nil }
        for frame in traceback.frames {
            if let source = sources.first(where: { $0.chunkName == frame.source }) { return source }
        }
        return nil
    }

    private func callingLine(_ source: ErrorSource) -> Int? {
        traceback.frames.first { $0.source == source.chunkName }?.line
    }
}
