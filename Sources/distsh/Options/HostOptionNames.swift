/// The names of `HostOptions`, for telling options from a script's name without the parser.
enum HostOptionNames {
    static let withValue = [
        "url", "store", "app-id", "app-id-file", "timeout", "retries", "ca-file", "unix-socket", "history",
        "memory-limit", "max-time", "color", "log-level",
    ]
    static let flags = ["dry-run", "read-only", "sandbox", "json", "quiet", "trace"]
}
