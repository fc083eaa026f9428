import LuaSyntax

/// Takes secrets out of entries before they are written to the history.
///
/// A string is a secret when it is known, stands where one is named (`app_id = "…"`, `["X-Application-ID"] = "…"`), or
/// looks like one (`Bearer …`, tokens with well-known beginnings).
struct SecretRedaction: Sendable {
    private static let mask = "***"
    /// Parts of names that name a secret, in lower case and without `_`, `-` and spaces.
    private static let tellingNames = [
        "appid", "applicationid", "token", "secret", "password", "apikey", "authorization",
    ]
    private static let tellingBeginnings = [
        "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "sk-", "xoxb-", "xoxp-", "eyJ", "AKIA",
    ]
    /// A shorter text with such a beginning is no token.
    private static let minTokenCharacters = 16

    private let secrets: [String]

    init(secrets: [String]) {
        self.secrets = secrets.filter { !$0.isEmpty }
    }

    /// - Returns: what may be written; `nil` when a secret may be in a text that cannot be taken apart.
    func redacted(_ entry: String) -> String? {
        var text = entry
        for secret in secrets { text = text.replacing(secret, with: Self.mask) }
        let source = LuaSource(text)
        var bytes: [UInt8] = []
        var isUnclear = false
        for (index, token) in source.tokens.enumerated() {
            switch token.kind {
            case .string, .longString:
                bytes += isSecret(index, source) ? Array("\"\(Self.mask)\"".utf8) : Array(source.bytes[token.range])
            case .unfinishedString, .unfinishedLongString, .comment, .unfinishedComment, .invalid:
                isUnclear = isUnclear || Self.names(source.text(of: token)) || Self.looksSecret(source.text(of: token))
                bytes += source.bytes[token.range]
            default: bytes += source.bytes[token.range]
            }
        }
        // A line that is no Lua, such as a command's, is not taken apart: it must not name a secret at all.
        guard !isUnclear, !(DotCommand.isCommand(entry) && Self.names(entry)) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func isSecret(_ index: Int, _ source: LuaSource) -> Bool {
        let text = source.text(of: source.tokens[index])
        if Self.looksSecret(text) { return true }
        // A string that only names the secret, as a key does, is none; the one that follows it is.
        return Self.names(before: index, source)
    }

    /// Whether what stands before a string names a secret: `name =`, `["name"] =`, `name`, `name(`, `"name",`.
    private static func names(before index: Int, _ source: LuaSource) -> Bool {
        let before = source.tokens[..<index].reversed().filter { !$0.isTrivia }.prefix(5)
        for token in before {
            switch token.kind {
            case .name, .string: return names(source.text(of: token))
            case .operator(.assign), .operator(.openParenthesis), .operator(.comma), .operator(.closeBracket),
                .operator(.equal), .operator(.notEqual):
                continue
            default: return false
            }
        }
        return false
    }

    private static func names(_ text: String) -> Bool {
        let folded = text.lowercased().filter { !"_- ".contains($0) }
        return tellingNames.contains { folded.contains($0) }
    }

    private static func looksSecret(_ text: String) -> Bool {
        let lowered = text.lowercased()
        if lowered.contains("bearer ") || lowered.contains("basic ") || lowered.contains("x-application-id") {
            return true
        }
        return tellingBeginnings.contains { beginning in
            text.split(whereSeparator: { "\"' :=".contains($0) }).contains {
                $0.hasPrefix(beginning) && $0.count >= minTokenCharacters
            }
        }
    }
}
