/// The locals that are visible at a place of a text.
struct ScopeStack {
    struct Scope {
        /// The token that opened it, by its index in `LuaSource.code`.
        let index: Int
        /// Whether `else` and `elseif` end it.
        let isConditional: Bool
        var names: [String] = []
    }

    private var scopes = [Scope(index: -1, isConditional: false)]
    /// How many visible locals have a name.
    private var counts: [String: Int] = [:]

    func isVisible(_ name: String) -> Bool {
        counts[name] != nil
    }

    mutating func open(at index: Int, isConditional: Bool = false) {
        scopes.append(Scope(index: index, isConditional: isConditional))
    }

    mutating func declare(_ name: String) {
        scopes[scopes.count - 1].names.append(name)
        counts[name, default: 0] += 1
    }

    /// Closes the scopes that were opened at a token or after it.
    mutating func close(openedFrom index: Int) {
        while let last = scopes.last, scopes.count > 1, last.index >= index { closeLast() }
    }

    mutating func closeConditional() {
        if scopes.last?.isConditional == true { closeLast() }
    }

    private mutating func closeLast() {
        guard let scope = scopes.popLast() else { return }
        for name in scope.names {
            let count = (counts[name] ?? 1) - 1
            counts[name] = count == 0 ? nil : count
        }
    }
}
