import LuaRuntime

/// Pages for `help`.
public enum DocumentationText {
    /// - Parameter topic: a function's full name, a library's name, or `nil` for the overview.
    /// - Throws: `LuaError` that suggests names when there is no such topic.
    static func page(for topic: String?) throws(LuaError) -> String {
        guard let topic else { return overview(of: DocumentationTable.entries) + "\nhelp \"NAME\" tells more of one." }
        if let entry = DocumentationTable.entry(named: topic) ?? StockLibrary.entry(named: topic) {
            return page(of: entry)
        }
        let own = DocumentationTable.entries.filter { $0.name.hasPrefix("\(topic).") }
        let library = own.isEmpty ? StockLibrary.entries.filter { $0.name.hasPrefix("\(topic).") } : own
        if !library.isEmpty { return overview(of: library) }
        let close = DocumentationTable.entries.map(\.name).filter { $0.hasSuffix(topic) || $0.contains(topic) }
        let hint = close.isEmpty ? "help() lists what there is" : "did you mean \(close.joined(separator: ", "))?"
        throw LuaError("help: nothing is known of \"\(topic)\"; \(hint)")
    }

    private static func overview(of entries: [DocumentationEntry]) -> String {
        let width = (entries.map(\.signature.count).max() ?? 0) + 2
        return entries.map { entry in
            let padding = String(repeating: " ", count: width - entry.signature.count)
            return entry.signature + padding + entry.summary
        }.joined(separator: "\n")
    }

    /// All that is known of a function or value.
    public static func page(of entry: DocumentationEntry) -> String {
        var lines = [entry.signature, "  \(entry.summary)"]
        if !entry.text.isEmpty { lines.append("  \(entry.text)") }
        for parameter in entry.parameters {
            let optional = parameter.isOptional ? ", optional" : ""
            lines.append("  \(parameter.name) (\(parameter.type.article)\(optional)): \(parameter.text)")
        }
        lines.append("  returns \(entry.returns)")
        for error in entry.errors { lines.append("  error \(error)") }
        lines.append("example:")
        lines += entry.example.split(separator: "\n").map { "  \($0)" }
        return lines.joined(separator: "\n")
    }
}
