/// Default options that a script names in one of its first lines: `-- distsh: --store sample:1000`.
///
/// The command line overrides them. They cannot name a service, a file or a secret: where a script may connect to, and
/// as whom, is for its caller to say.
enum ScriptDirective {
    /// How many lines are looked at.
    static let maxLines = 5
    /// How many bytes are looked at.
    static let maxBytes = 4096

    private static let prefix = "-- distsh:"
    private static let flags = ["dry-run", "read-only", "sandbox", "quiet"]
    private static let withValue = ["store", "timeout", "retries", "memory-limit", "max-time", "workers", "log-level"]

    /// The options of a program's text, as arguments; none when it has no directive.
    ///
    /// - Throws: `UsageError` for an option that may not stand there.
    static func options(in text: [UInt8]) throws(UsageError) -> [String] {
        let start = text.prefix(maxBytes)
        for line in start.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).prefix(maxLines) {
            let line = String(decoding: line, as: UTF8.self)
            guard line.hasPrefix(prefix) else { continue }
            return try parse(line.dropFirst(prefix.count).split(whereSeparator: \.isWhitespace).map(String.init))
        }
        return []
    }

    private static func parse(_ words: [String]) throws(UsageError) -> [String] {
        var options: [String] = []
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            let body = word.hasPrefix("--") ? word.dropFirst(2) : ""
            let name = String(body.prefix { $0 != "=" })
            if flags.contains(name), !body.contains("=") {
                options.append(word)
                continue
            }
            guard withValue.contains(name) else {
                throw UsageError("the script's line \"\(prefix) …\" cannot hold \(word): give it on the command line")
            }
            var value = String(body.dropFirst(name.count + 1))
            if !body.contains("="), index < words.count {
                value = words[index]
                index += 1
            }
            guard name != "store" || value == ":memory:" || value.hasPrefix("sample:") else {
                throw UsageError("the script's line \"\(prefix) …\" can name a store in memory only, not \(value)")
            }
            options.append("--\(name)=\(value)")
        }
        return options
    }
}
