import LuaRuntime

extension NameSuggestion {
    /// `did you mean "up"?`, or the list of all names.
    static func advice(for name: String, among names: [String]) -> String {
        if let closest = closest(to: name, among: names) { return "did you mean \"\(closest)\"?" }
        return "expected one of \(names.joined(separator: ", "))"
    }
}
