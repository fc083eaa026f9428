/// The names that lead to a member, as they stand in a source: `d.github.gist`.
struct NamePath: Equatable {
    var names: [String]

    /// - Parameter index: where the last name is.
    /// - Returns: `nil` when something other than names leads there, such as a call.
    init?(of tokens: [LuaToken], endingAt index: Int) {
        var names: [String] = []
        var position = index
        while true {
            guard tokens[position].kind == .name else { return nil }
            names.append(tokens[position].text)
            guard position >= 1, tokens[position - 1].text == "." || tokens[position - 1].text == ":" else { break }
            guard position >= 2 else { return nil }
            position -= 2
        }
        self.names = names.reversed()
    }

    /// The names that lead to the table of a member; those of the library for a method of a string.
    static func base(of tokens: [LuaToken], memberAt index: Int) -> [String]? {
        guard index >= 2, tokens[index - 1].text == "." || tokens[index - 1].text == ":" else { return nil }
        if let path = NamePath(of: tokens, endingAt: index - 2) { return path.names }
        let isString = index >= 4 && tokens[index - 2].text == ")" && tokens[index - 3].kind == .string
        return isString && tokens[index - 4].text == "(" ? ["string"] : nil
    }

    /// The names that a source declares: locals, parameters and functions.
    static func declared(in tokens: [LuaToken]) -> Set<String> {
        var names: Set<String> = []
        var isDeclaring = false
        for (index, token) in tokens.enumerated() {
            let before = index > 0 ? tokens[index - 1].text : ""
            switch token.kind {
            case .keyword: isDeclaring = token.text == "local" || token.text == "for" || token.text == "function"
            case .name where isDeclaring && before != "." && before != ":" && before != "<": names.insert(token.text)
            case .symbol where token.text == "=" || token.text == ")": isDeclaring = false
            default: break
            }
            if token.kind == .name, isDeclaring, before == "local" || before == "," || before == ">" {
                // A list of names goes on with a comma only.
                let next = index + 1 < tokens.count ? tokens[index + 1].text : ""
                isDeclaring = [",", "<", ")"].contains(next)
            }
        }
        return names
    }
}
