/// Tells which names hold the results of which functions, as far as a text says so.
public enum CallAssignments {
    /// The names that statements `name = path(…)` and `local name = path(…)`, at any level, bind to the first result of
    /// a call, with the function's path as it is written. A later statement replaces an earlier one, and a value that
    /// is no such call takes the name out.
    ///
    /// - Parameter cursor: A UTF-8 offset; only statements that end before it count. `nil` for the whole text.
    public static func functions(in text: String, before cursor: Int? = nil) -> [String: String] {
        let source = LuaSource(text, before: cursor ?? text.utf8.count)
        let scanner = ExpressionScanner(source)
        let reader = AccessReader(source: source, partners: scanner.partners)
        var functions: [String: String] = [:]
        for (index, token) in source.code.enumerated() {
            guard let (names, valuesIndex) = assignment(at: index, token, source, scanner) else { continue }
            let calls = calls(from: valuesIndex, scanner, reader)
            for (position, name) in names.enumerated() {
                functions[name] = position < calls.count ? calls[position] : nil
            }
        }
        return functions
    }

    private static func assignment(
        at index: Int,
        _ token: Token,
        _ source: LuaSource,
        _ scanner: ExpressionScanner
    ) -> ([String], Int)? {
        if token.is(.local) {
            let statement = LocalStatement(source, at: index, scanner: scanner)
            return (statement.names.map(\.text), statement.valuesIndex ?? source.code.count)
        }
        guard token.kind == .name, let next = source.token(index + 1), next.is(.assign), source.canStartStatement(index)
        else {
            return nil
        }
        return ([source.text(of: token)], index + 2)
    }

    /// For each expression of a list: the function, when all of the expression is one call.
    private static func calls(from start: Int, _ scanner: ExpressionScanner, _ reader: AccessReader) -> [String?] {
        var calls: [String?] = []
        var index = start
        while index < scanner.code.count {
            let end = scanner.endOfExpression(from: index)
            let call = reader.plainCall(endingAt: end - 1)
            calls.append(call?.first == index ? call?.path.text : nil)
            guard end < scanner.code.count, scanner.code[end].is(.comma) else { break }
            index = end + 1
        }
        return calls
    }
}
