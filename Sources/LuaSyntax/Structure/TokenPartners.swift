/// Which token closes which: brackets, and the words that open and close blocks. One linear pass, also of broken text.
///
/// Indices are those of `LuaSource.code`. A bracket cannot reach over a statement's first word unless a function stands
/// between, so an unclosed one is given up there and does not take the rest of the text with it.
struct TokenPartners {
    /// What is open: a bracket, or a block by the word that it begins with.
    struct Opener {
        enum Kind: Hashable {
            case bracket(Operator)
            case function, conditional, loop, block, repetition
        }

        let kind: Kind
        let index: Int
        /// The `do` of a `while` or `for`.
        fileprivate(set) var doIndex: Int?

        var isBracket: Bool {
            if case .bracket = kind { true } else { false }
        }
    }

    private var partners: [Int]
    /// What is open at the end of the text, outermost first.
    private(set) var openers: [Opener] = []
    /// How many of a kind are open: so that a closing word without an opener does not search for one.
    private var openCounts: [Opener.Kind: Int] = [:]
    /// The `while` or `for` that a `do` belongs to.
    private(set) var loops: [Int: Int] = [:]

    init(_ source: LuaSource) {
        self.init(tokenCount: source.code.count)
        for (index, token) in source.code.enumerated() { read(token, at: index) }
    }

    /// For a caller that reads the tokens one by one, to look at what is open on the way.
    init(tokenCount: Int) {
        partners = Array(repeating: -1, count: tokenCount)
    }

    /// The closing token of an opening one, or the opening one of a closing one; `nil` when there is none.
    subscript(index: Int) -> Int? {
        guard partners.indices.contains(index), partners[index] >= 0 else { return nil }
        return partners[index]
    }

    mutating func read(_ token: Token, at index: Int) {
        switch token.kind {
        case .operator(let symbol) where symbol.isOpening: push(.bracket(symbol), at: index)
        case .operator(let symbol):
            if let opening = symbol.opening { close(at: index) { $0 == .bracket(opening) } }
        case .keyword(let keyword): read(keyword, at: index)
        default: break
        }
    }

    private mutating func read(_ keyword: Keyword, at index: Int) {
        switch keyword {
        case .function: return push(.function, at: index)
        case .while, .for, .if, .repeat, .do, .then, .else, .elseif, .end, .until, .local, .return, .goto, .break:
            dropBrackets()
        default: return
        }
        switch keyword {
        case .while, .for: push(.loop, at: index)
        case .if: push(.conditional, at: index)
        case .repeat: push(.repetition, at: index)
        case .do: readDo(at: index)
        case .end: close(at: index) { $0 == .function || $0 == .conditional || $0 == .loop || $0 == .block }
        case .until: close(at: index) { $0 == .repetition }
        default: break
        }
    }

    private mutating func readDo(at index: Int) {
        if let last = openers.indices.last, openers[last].kind == .loop, openers[last].doIndex == nil {
            openers[last].doIndex = index
            loops[index] = openers[last].index
        } else {
            push(.block, at: index)
        }
    }

    private mutating func push(_ kind: Opener.Kind, at index: Int) {
        openers.append(Opener(kind: kind, index: index))
        openCounts[kind, default: 0] += 1
    }

    private mutating func pop() -> Opener? {
        guard let opener = openers.popLast() else { return nil }
        openCounts[opener.kind, default: 0] -= 1
        return opener
    }

    private mutating func dropBrackets() {
        while openers.last?.isBracket == true { _ = pop() }
    }

    /// Closes the innermost opener that fits; those inside of it stay without partners.
    private mutating func close(at index: Int, fitting fits: (Opener.Kind) -> Bool) {
        guard openCounts.contains(where: { $0.value > 0 && fits($0.key) }) else { return }
        while let opener = pop() {
            guard fits(opener.kind) else { continue }
            partners[opener.index] = index
            partners[index] = opener.index
            if let doIndex = opener.doIndex { partners[doIndex] = index }
            return
        }
    }
}
