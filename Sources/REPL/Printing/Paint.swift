/// The colours of printed values and errors, by the role of a text.
struct Paint: Sendable {
    enum Role {
        case absent, boolean, number, string, opaque, key, omission
        case header, position, problem, caret, hint, added, removed, path

        /// The parameters of the terminal's SGR sequence (ECMA-48); `nil` for plain text.
        var parameters: String? {
            switch self {
            case .absent, .omission, .position: "90"
            case .boolean: "33"
            case .number: "36"
            case .string, .added: "32"
            case .opaque: "35"
            case .key: nil
            case .header: "2;4"
            case .problem, .removed: "31"
            case .caret: "1;31"
            case .hint: "36"
            case .path: "1"
            }
        }
    }

    let usesColor: Bool

    func callAsFunction(_ role: Role, _ text: String) -> String {
        guard usesColor, !text.isEmpty, let parameters = role.parameters else { return text }
        return "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
    }
}
