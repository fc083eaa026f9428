import Glibc

/// Paths as a shell's user writes them.
enum HomePath {
    /// The path with a leading `~/` replaced by the user's folder.
    static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
        return String(cString: home) + path.dropFirst()
    }
}
