/// What this program is.
enum Version {
    static let number = "1.0.0"
    static let line = "distsh \(number) · Lua 5.4"
    /// In the REPL's banner.
    static let banner = "distsh 1.0 · Lua 5.4"
}
