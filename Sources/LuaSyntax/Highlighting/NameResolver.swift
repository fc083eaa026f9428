/// Tells what each name of a text is, by Lua's lexical scoping; broken text gets its best guess.
///
/// One pass over the tokens; each expression is scanned once more to find where its locals become visible.
struct NameResolver {
    let source: LuaSource
    let partners: TokenPartners
    let scanner: ExpressionScanner
    var scopes = ScopeStack()
    /// By index in `LuaSource.code`; `nil` for what is no name.
    private(set) var roles: [NameRole?]
    /// The `c` of `function a.b:c`, by index.
    private(set) var functionNames: Set<Int> = []
    /// The free names that the text assigns to, anywhere.
    private(set) var assignedGlobals: Set<String> = []
    /// Locals that become visible at a token: after the values of their statement, or at a loop's `do`.
    private var pending: [Int: [String]] = [:]
    /// Where the last `local` statement ends: after an attribute, only this tells that a statement begins.
    private var endOfLocal = -1
    private var loopNames: [Int: [String]] = [:]
    /// Scopes that end before a token, by the token that opened them: a `repeat` ends after its condition.
    private var endings: [Int: Int] = [:]
    /// The open brackets and functions, to know a table constructor's keys.
    private var enclosing: [Int] = []

    init(_ source: LuaSource, isSessionLocal: (String) -> Bool) {
        self.source = source
        partners = TokenPartners(source)
        scanner = ExpressionScanner(source, partners)
        roles = Array(repeating: nil, count: source.code.count)
        for name in source.nameOccurrences() + ["_ENV"] where isSessionLocal(name) { scopes.declare(name) }
        for index in source.code.indices { read(index) }
    }

    private mutating func read(_ index: Int) {
        if let opener = endings[index] { scopes.close(openedFrom: opener) }
        for name in pending.removeValue(forKey: index) ?? [] { scopes.declare(name) }
        switch source.code[index].kind {
        case .keyword(let keyword): read(keyword, at: index)
        case .operator(let symbol) where symbol.isOpening: enclosing.append(index)
        case .operator(let symbol) where symbol.opening != nil: leave(index)
        case .labelMark: readLabel(index)
        case .name: if roles[index] == nil { readName(index) }
        default: break
        }
    }

    private mutating func read(_ keyword: Keyword, at index: Int) {
        switch keyword {
        case .function: readFunction(index)
        case .local: readLocal(index)
        case .for: readLoopNames(index)
        case .do: openLoopOrBlock(index)
        case .then: scopes.open(at: index, isConditional: true)
        case .else:
            scopes.closeConditional()
            scopes.open(at: index, isConditional: true)
        case .elseif: scopes.closeConditional()
        case .repeat: scopes.open(at: index)
        case .until: endings[scanner.endOfExpression(from: index + 1)] = partners[index]
        case .end:
            leave(index)
            if let opener = partners[index] { scopes.close(openedFrom: opener) }
        case .goto: assign(.label, to: index + 1)
        default: break
        }
    }

    /// Also what is inside of it and was never closed.
    private mutating func leave(_ index: Int) {
        guard let opener = partners[index] else { return }
        while let last = enclosing.last, last >= opener { enclosing.removeLast() }
    }

    private mutating func assign(_ role: NameRole, to index: Int) {
        if source.token(index)?.kind == .name { roles[index] = role }
    }

    // MARK: Declarations

    private mutating func readLocal(_ index: Int) {
        let statement = LocalStatement(source, at: index, scanner: scanner)
        for name in statement.names {
            roles[name.index] = .local
            if let attributeIndex = name.attributeIndex { roles[attributeIndex] = .attribute }
        }
        if statement.isFunction {
            for name in statement.names { scopes.declare(name.text) }
        } else {
            pending[statement.endIndex, default: []] += statement.names.map(\.text)
            endOfLocal = statement.endIndex
        }
    }

    private mutating func readLoopNames(_ forIndex: Int) {
        var index = forIndex + 1
        var names: [String] = []
        while let token = source.token(index), token.kind == .name {
            roles[index] = .local
            names.append(source.text(of: token))
            index += 1
            guard let comma = source.token(index), comma.is(.comma) else { break }
            index += 1
        }
        loopNames[forIndex] = names
    }

    private mutating func openLoopOrBlock(_ index: Int) {
        scopes.open(at: index)
        for name in partners.loops[index].flatMap({ loopNames[$0] }) ?? [] { scopes.declare(name) }
    }

    private mutating func readFunction(_ functionIndex: Int) {
        enclosing.append(functionIndex)
        var index = functionIndex + 1
        var isMethod = false
        while let token = source.token(index), token.kind == .name {
            if roles[index] == nil {
                roles[index] = index == functionIndex + 1 ? freeRole(index, isTarget: true) : .member
            }
            index += 1
            guard let separator = source.token(index), separator.is(.dot) || separator.is(.colon) else { break }
            // `function a.b` reads `a`.
            if roles[functionIndex + 1] == .write { roles[functionIndex + 1] = .read }
            isMethod = separator.is(.colon)
            index += 1
        }
        if index > functionIndex + 1, source.token(index - 1)?.kind == .name { functionNames.insert(index - 1) }
        noteAssignment(functionIndex + 1)
        scopes.open(at: functionIndex)
        if isMethod { scopes.declare("self") }
        readParameters(index)
    }

    private mutating func readParameters(_ openIndex: Int) {
        guard let open = source.token(openIndex), open.is(.openParenthesis) else { return }
        var index = openIndex + 1
        while let token = source.token(index), token.kind == .name || token.is(.comma) {
            if token.kind == .name {
                roles[index] = .local
                scopes.declare(source.text(of: token))
            }
            index += 1
        }
    }

    private mutating func readLabel(_ index: Int) {
        if let end = source.token(index + 2), end.kind == .labelMark { assign(.label, to: index + 1) }
    }

    // MARK: Uses

    private mutating func readName(_ index: Int) {
        let previous = source.token(index - 1)
        if let previous, previous.is(.dot) || previous.is(.colon) {
            roles[index] = .member
        } else if isKey(index) {
            roles[index] = .key
        } else {
            if source.canStartStatement(index) || index == endOfLocal { readTargets(index) }
            if roles[index] == nil { roles[index] = freeRole(index, isTarget: false) }
        }
    }

    private func isKey(_ index: Int) -> Bool {
        guard let open = enclosing.last, source.code[open].is(.openBrace), let next = source.token(index + 1),
            next.is(.assign),
            let previous = source.token(index - 1)
        else { return false }
        return previous.is(.openBrace) || previous.is(.comma) || previous.is(.semicolon)
    }

    /// The names before `=` that have no suffixes are what is assigned to.
    private mutating func readTargets(_ first: Int) {
        var index = first
        var targets: [Int] = []
        while let token = source.token(index), token.kind == .name {
            let end = scanner.endOfSuffixes(from: index + 1)
            if end == index + 1 { targets.append(index) }
            guard let next = source.token(end) else { return }
            if next.is(.comma) {
                index = end + 1
                continue
            }
            guard next.is(.assign) else { return }
            for target in targets {
                roles[target] = freeRole(target, isTarget: true)
                noteAssignment(target)
            }
            return
        }
    }

    private func freeRole(_ index: Int, isTarget: Bool) -> NameRole {
        if scopes.isVisible(source.text(of: source.code[index])) { return .local }
        if scopes.isVisible("_ENV") { return .member }
        return isTarget ? .write : .read
    }

    private mutating func noteAssignment(_ index: Int) {
        guard roles.indices.contains(index), roles[index] == .write else { return }
        assignedGlobals.insert(source.text(of: source.code[index]))
    }
}
