import LuaSyntax

/// Takes secrets out of entries before they are written to the history.
///
/// A string is a secret when it is known, comes after a name that tells of one (`app_id = "…"`,
/// `["X-Application-ID"] = "…"`), or looks like one (`Bearer …`, tokens with well-known beginnings).
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
        // Once a secret is named, every later string may be a part of it.
        var isNamed = false
        for token in source.tokens {
            let words = source.text(of: token)
            switch token.kind {
            case .name:
                isNamed = isNamed || Self.names(words)
                bytes += words.utf8
            case .string, .longString:
                let isKey = Self.names(words) && words.dropFirst().dropLast().allSatisfy(Self.isNameCharacter)
                bytes +=
                    !isKey && (isNamed || Self.looksSecret(words)) ? Array("\"\(Self.mask)\"".utf8) : Array(words.utf8)
                isNamed = isNamed || isKey
            case .unfinishedString, .unfinishedLongString, .comment, .unfinishedComment, .invalid:
                guard !isNamed, !Self.names(words), !Self.looksSecret(words) else { return nil }
                bytes += words.utf8
            default: bytes += words.utf8
            }
        }
        // A line that is no Lua, such as a command's, is not taken apart: it must not name a secret at all.
        guard !(DotCommand.isCommand(entry) && Self.names(entry)) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_" || character == "-")
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
            text.split(whereSeparator: { "\"'[] :=".contains($0) }).contains {
                $0.hasPrefix(beginning) && $0.count >= minTokenCharacters
            }
        }
    }
}
