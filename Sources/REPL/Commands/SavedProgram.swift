import LuaSyntax

/// The entries of a session as a program that can be run.
enum SavedProgram {
    /// - Parameter isStatement: whether a text can be compiled as it is.
    static func text(of entries: [String], isStatement: (String) -> Bool) -> String {
        entries.map { line(of: $0, isStatement: isStatement) + "\n" }.joined()
    }

    /// An expression is printed, as at the prompt; what needs the prompt's own names is a comment.
    private static func line(of entry: String, isStatement: (String) -> Bool) -> String {
        let line = plainLine(of: entry, isStatement: isStatement)
        // A `return` ends a chunk, and the entry must not end the program.
        return isStatement(line + "\nlocal _ = nil") ? line : "do \(line) end"
    }

    private static func plainLine(of entry: String, isStatement: (String) -> Bool) -> String {
        let text = entry.first == "=" ? String(entry.dropFirst()) : entry
        if usesResults(text) { return text.split(separator: "\n").map { "-- \($0)" }.joined(separator: "\n") }
        return isStatement(text) ? text : "print(\(text))"
    }

    /// Whether a text reads `_`, `_1` and so on or `_err` where they are no locals of its own.
    private static func usesResults(_ text: String) -> Bool {
        let source = LuaSource(text)
        return Highlighter.highlights(of: source) { !isResult($0) }.contains { $0.category == .unknownGlobal }
    }

    private static func isResult(_ name: String) -> Bool {
        name == "_err" || name.first == "_" && name.dropFirst().allSatisfy(\.isNumber)
    }
}
