/// The place that heads an error's message: `stdin:3: `.
struct ErrorPosition: Equatable {
    var chunkName: String
    /// Counted from 1.
    var line: Int

    /// Splits a message into its place and the rest.
    ///
    /// - Parameter chunkNames: the names whose lines are known; others have to be those of files or strings.
    static func split(_ message: String, chunkNames: [String]) -> (position: ErrorPosition?, rest: String) {
        for name in chunkNames {
            if message.hasPrefix(name + ":"), let (line, rest) = number(after: name + ":", of: message) {
                return merged(ErrorPosition(chunkName: name, line: line), rest, chunkNames)
            }
        }
        // Names of files may hold colons and spaces; addresses look much the same, so the end of the name decides.
        let firstLine = message.prefix { $0 != "\n" }
        let end = firstLine.hasPrefix("[string \"") ? "\"]:" : ".lua:"
        if let name = TextSearch.split(firstLine, at: end)?.before,
            let (line, rest) = number(after: name + end, of: message)
        {
            return (ErrorPosition(chunkName: name + end.dropLast(), line: line), rest)
        }
        return (nil, message)
    }

    private static func number(after prefix: String, of message: String) -> (line: Int, rest: String)? {
        let rest = message.dropFirst(prefix.count)
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let line = Int(digits), rest.dropFirst(digits.count).hasPrefix(": ") else { return nil }
        return (line, String(rest.dropFirst(digits.count + 2)))
    }

    /// An error that passes out of a coroutine gets the place of the resume before its own, the more telling one.
    private static func merged(
        _ position: ErrorPosition,
        _ rest: String,
        _ chunkNames: [String]
    ) -> (position: ErrorPosition?, rest: String) {
        for name in chunkNames {
            if rest.hasPrefix(name + ":"), let (line, inner) = number(after: name + ":", of: rest) {
                return merged(ErrorPosition(chunkName: name, line: line), inner, chunkNames)
            }
        }
        return (position, rest)
    }
}
