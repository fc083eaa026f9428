import LuaRuntime

/// Finds the token that a message of the compiler names.
struct SyntaxErrorPlace {
    let source: String
    let tokens: [LuaToken]
    let problem: ((String) -> LuaError.Code?)?

    /// More equal tokens than these on a line are not told apart.
    private static let maxChecks = 50

    /// - Parameters:
    ///   - message: the message without its place.
    ///   - line: the line of the place.
    /// - Returns: `nil` for the end of the source, and for a message that names no token.
    func index(message: String, line: Int) -> Int? {
        if let name = Self.quoted(after: "const variable '", in: message)
            ?? Self.quoted(after: "no visible label '", in: message)
        {
            return tokens.lastIndex { $0.line <= line && $0.text == name }
        }
        if message.hasPrefix("break outside") {
            let line = Self.openingLine(of: message) ?? line
            return tokens.firstIndex { $0.line == line && $0.text == "break" }
        }
        if message.hasPrefix("unfinished string") { return tokens.lastIndex { $0.line <= line && $0.kind == .string } }
        guard let text = Self.nearText(of: message) else { return nil }
        let onLine = tokens.indices.filter { tokens[$0].line == line && tokens[$0].kind != .comment }
        var candidates = onLine.filter { tokens[$0].text == text }
        if candidates.isEmpty { candidates = onLine.filter { tokens[$0].text.hasPrefix(text) } }
        if candidates.isEmpty, let byte = Self.byte(text) {
            candidates = onLine.filter { tokens[$0].text.utf8.contains(byte) }
        }
        guard candidates.count > 1, let problem else { return candidates.first }
        // The first that makes what stands before it wrong.
        let wrong = candidates.prefix(Self.maxChecks).first { index in
            let chunk = String(decoding: source.utf8.prefix(tokens[index].range.upperBound), as: UTF8.self)
            return problem(chunk) == .syntax
        }
        return wrong ?? candidates.first
    }

    /// The line on which a block or text was opened that a message says has no end.
    static func openingLine(of message: String) -> Int? {
        for start in [" at line ", "(starting at line "] {
            if let number = TextSearch.rest(after: start, in: message)?.prefix(while: { $0.isASCII && $0.isNumber }) {
                return Int(number)
            }
        }
        return nil
    }

    /// What the message says the error is near; `nil` for the end.
    private static func nearText(of message: String) -> String? {
        guard let rest = TextSearch.rest(after: " near '", in: message), rest.hasSuffix("'") else { return nil }
        return String(rest.dropLast())
    }

    /// A byte that is no character by itself, as messages name it: `<\195>`.
    private static func byte(_ text: String) -> UInt8? {
        guard text.hasPrefix("<\\"), text.hasSuffix(">") else { return nil }
        return UInt8(text.dropFirst(2).dropLast())
    }

    private static func quoted(after start: String, in message: String) -> String? {
        TextSearch.rest(after: start, in: message).map { String($0.prefix { $0 != "'" }) }
    }
}
