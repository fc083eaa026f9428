/// The colours of a terminal, by the role of a text; plain text when they are off.
struct TerminalPaint: Sendable {
    enum Role {
        case header, faint, good, warning, problem, removed, added

        /// The parameters of the terminal's SGR sequence (ECMA-48).
        fileprivate var parameters: String {
            switch self {
            case .header: "1"
            case .faint: "2"
            case .good, .added: "32"
            case .warning: "33"
            case .problem, .removed: "31"
            }
        }
    }

    let usesColor: Bool

    /// - Parameter text: what is safe to be shown; see `VisibleText`.
    func callAsFunction(_ role: Role, _ text: String) -> String {
        guard usesColor, !text.isEmpty else { return text }
        return "\u{1B}[\(role.parameters)m\(text)\u{1B}[0m"
    }
}
