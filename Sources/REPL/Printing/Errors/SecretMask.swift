/// Hides secrets in texts.
struct SecretMask: Sendable {
    /// What is shown in place of every secret. It does not tell the length.
    static let mask = "***"

    private let secrets: [String]

    init(_ secrets: [String]) {
        // A secret may be part of a longer one.
        self.secrets = secrets.filter { !$0.isEmpty }.sorted { $0.utf8.count > $1.utf8.count }
    }

    func masked(_ text: String) -> String {
        secrets.reduce(text) { text, secret in
            text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: Self.mask)
        }
    }
}
