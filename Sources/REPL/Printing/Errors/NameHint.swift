import LuaRuntime

/// The name that was probably meant by one that does not exist.
struct NameHint {
    /// Gives the names that exist: the globals for an empty path, else the members of the value there.
    typealias Names = (_ path: [String]) -> [String]

    let tokens: [LuaToken]
    let names: Names?

    /// One sentence; `nil` when there is nothing to say.
    ///
    /// - Parameters:
    ///   - message: the message without its place.
    ///   - index: where the culprit is, when it was found.
    func text(of culprit: ErrorCulprit, message: String, at index: Int?) -> String? {
        if message.hasPrefix("calling '") { return "a method is called with ':'" }
        guard message.contains("a nil value (") else { return nil }
        switch culprit.kind {
        case .global: return ofGlobal(culprit.name)
        case .field, .method:
            guard let index, let base = NamePath.base(of: tokens, memberAt: index) else { return nil }
            let found = NameSuggestion.closest(to: culprit.name, among: names?(base) ?? [])
            return found.map { "did you mean '\($0)'?" }
        default: return nil
        }
    }

    private func ofGlobal(_ name: String) -> String? {
        if let word = Self.foreignWords[name] { return "Lua writes \(word) for \(name)" }
        let candidates = NamePath.declared(in: tokens).sorted() + (names?([]) ?? [])
        return NameSuggestion.closest(to: name, among: candidates).map { "did you mean '\($0)'?" }
    }

    private static let foreignWords = [
        "null": "nil", "NULL": "nil", "None": "nil", "undefined": "nil", "True": "true", "False": "false",
        "this": "self", "printf": "string.format", "len": "#", "console": "print",
    ]
}
