/// What a message of a running script names: `global 'x'`, `field 'y'`, `method 'z'`, or a function and its argument.
struct ErrorCulprit: Equatable {
    enum Kind: String, CaseIterable {
        case global, local, upvalue, field, method, constant
        /// The message names a function that got a wrong argument.
        case function
    }

    /// What was done with the value that was not there or of a wrong type.
    enum Action {
        case call, index, other
    }

    var kind: Kind
    var name: String
    var action: Action

    /// - Parameter message: the message without its place.
    init?(message: String) {
        let firstLine = message.prefix { $0 != "\n" }
        if let name = Self.quoted(after: "bad argument #", "to '", in: firstLine)
            ?? Self.quoted(after: "calling '", "", in: firstLine)
        {
            // Functions of a library are named with it: 'string.rep'.
            let last = name.split(separator: ".").last.map { String($0) } ?? name
            self.init(kind: .function, name: last, action: .call)
            return
        }
        guard firstLine.hasSuffix("')"), let open = firstLine.lastIndex(of: "(") else { return nil }
        let words = firstLine[firstLine.index(after: open)...].dropLast(2)
        guard let quote = words.firstIndex(of: "'"),
            let kind = Kind(rawValue: String(words[..<quote].dropLast()))
        else { return nil }
        let action: Action =
            firstLine.hasPrefix("attempt to call") ? .call : firstLine.hasPrefix("attempt to index") ? .index : .other
        self.init(kind: kind, name: String(words[words.index(after: quote)...]), action: action)
    }

    private init(kind: Kind, name: String, action: Action) {
        self.kind = kind
        self.name = name
        self.action = action
    }

    /// What a function of C that raised an error is called in a traceback: `in field 'get'`.
    init?(raisingPlace place: String) {
        guard place.hasSuffix("'"), let quote = place.firstIndex(of: "'") else { return nil }
        let name = place[place.index(after: quote)...].dropLast()
        guard let last = name.split(separator: ".").last, last != "error", last != "assert" else { return nil }
        self.init(kind: .function, name: String(last), action: .call)
    }

    private static func quoted(after start: String, _ second: String, in text: Substring) -> String? {
        guard text.hasPrefix(start) else { return nil }
        let rest = text.dropFirst(start.count)
        let name = (second.isEmpty ? String(rest) : TextSearch.rest(after: second, in: rest) ?? "").prefix { $0 != "'" }
        return name.isEmpty ? nil : String(name)
    }

    // MARK: Finding it

    /// The token that is meant, of those of the line; `nil` when none is.
    func index(in tokens: [LuaToken], line: Int) -> Int? {
        let found = tokens.indices.filter { tokens[$0].line == line && isMeant(tokens, $0) }
        return found.first { fits(tokens, $0) } ?? found.first
    }

    private func isMeant(_ tokens: [LuaToken], _ index: Int) -> Bool {
        let token = tokens[index]
        let before = index > 0 ? tokens[index - 1].text : ""
        switch kind {
        case .global, .local, .upvalue: return isNamed(token) && before != "." && before != ":"
        case .method: return isNamed(token) && before == ":"
        case .field, .constant:
            if token.kind == .string { return token.text.dropFirst().dropLast() == name }
            return isNamed(token) && before != ":"
        case .function: return isNamed(token)
        }
    }

    private func isNamed(_ token: LuaToken) -> Bool {
        token.kind == .name && token.text == name
    }

    /// Whether what follows is what was done.
    private func fits(_ tokens: [LuaToken], _ index: Int) -> Bool {
        let next = index + 1 < tokens.count ? tokens[index + 1] : nil
        let before = index > 0 ? tokens[index - 1].text : ""
        let isField = kind != .field || before == "." || before == "["
        switch action {
        case .call: return isField && (next?.text == "(" || next?.text == "{" || next?.kind == .string)
        case .index:
            let opens = next?.text == "." || next?.text == "[" || next?.text == ":" || next?.text == "]"
            return isField && opens
        case .other:
            let operators: Set<String> = ["+", "-", "*", "/", "//", "%", "^", "..", "&", "|", "~", "<<", ">>", "#"]
            return isField && (operators.contains(before) || next.map { operators.contains($0.text) } == true)
        }
    }
}
