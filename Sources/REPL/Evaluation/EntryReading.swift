import LuaRuntime

/// Decides how a text that was entered is to be compiled: as an expression, whose values are shown, or as statements.
struct EntryReading {
    /// What a text is.
    enum Form {
        /// A chunk that can be compiled.
        case chunk(String)
        /// More lines may complete it.
        case incomplete(LuaError)
        case wrong(LuaError)
    }

    let vm: LuaVM

    /// - Parameter chunkName: the name for messages, without a mark.
    func form(of text: String, chunkName: String = "stdin") -> Form {
        let text = text.first == "=" ? String(text.dropFirst()) : text
        let name = "=" + chunkName
        let expression = "return " + text
        guard let asExpression = vm.syntaxError(inChunk: expression, name: name) else { return .chunk(expression) }
        guard let asStatement = vm.syntaxError(inChunk: text, name: name) else { return .chunk(text) }
        // `f(1,` is the beginning of an expression as well as of a statement.
        if asStatement.code == .incomplete { return .incomplete(asStatement) }
        if asExpression.code == .incomplete { return .incomplete(asExpression) }
        return .wrong(Self.progress(asExpression) > Self.progress(asStatement) ? asExpression : asStatement)
    }

    /// How far the compiler came: the line of the message. On one line the statement's message is the better one, unless
    /// it stops at the first word.
    private static func progress(_ error: LuaError) -> Int {
        let parts = error.message.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    }
}
