import LuaRuntime
import LuaSyntax

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
        return .wrong(Self.stopsAtFirstWord(asStatement, of: text) ? asExpression : asStatement)
    }

    /// Whether a message is about the first word of a text, which begins no statement then: what is wrong with the
    /// expression is further on.
    private static func stopsAtFirstWord(_ error: LuaError, of text: String) -> Bool {
        let source = LuaSource(text)
        guard let first = source.code.first else { return false }
        return error.message.hasSuffix(":1: unexpected symbol near '\(source.text(of: first))'")
    }
}
