/// The reference page of the script library, made of the documentation table.
public enum DocumentationReference {
    /// The page as Markdown: `docs/lua.md`.
    public static var markdown: String {
        let entries = DocumentationTable.entries
        var lines = [
            "# Lua reference",
            "",
            "Everything that distsh adds to Lua 5.4. `help \"NAME\"` shows the same at the prompt. This page is made from",
            "the table that also checks the arguments. Files of migrations see less:",
            "[migrations.md](migrations.md) has theirs.",
            "",
            "| function | what it does |",
            "|---|---|",
        ]
        lines += entries.map { "| [`\($0.signature)`](#\(anchor(of: $0))) | \(escaped($0.summary)) |" }
        for entry in entries {
            lines.append("")
            lines += section(of: entry)
        }
        lines += ["", "## Errors", ""] + errorLines
        return lines.joined(separator: "\n") + "\n"
    }

    private static func section(of entry: DocumentationEntry) -> [String] {
        var lines = ["## \(entry.name)", "", "`\(entry.signature)`", "", entry.summary]
        if !entry.text.isEmpty { lines += ["", entry.text] }
        if !entry.parameters.isEmpty {
            lines.append("")
            lines += entry.parameters.map { parameter in
                let optional = parameter.isOptional ? ", optional" : ""
                return "- `\(parameter.name)` (\(parameter.type.article)\(optional)): \(parameter.text)"
            }
        }
        lines += ["", entry.isFunction ? "Returns \(entry.returns)." : "It is \(entry.returns)."]
        if !entry.errors.isEmpty { lines += ["", "Errors:", ""] + entry.errors.map { "- \($0)" } }
        return lines + ["", "```lua", entry.example, "```"]
    }

    private static let errorLines = [
        "An error of a service is a table with these fields; `tostring` gives the message with operation and id.",
        "",
        "- `code`: `notFound`, `invalid`, `server`, `unavailable`, `timeout`, `network`, `tls`, `unauthorized`, `tooLarge`,",
        "  `cancelled`, `conflict` or `readOnly`",
        "- `message`: what happened, where, and what to do",
        "- `operation`, `id`, `status` (of HTTP): where they are known",
        "- `retryable`: whether the same request may succeed later",
        "- `maybe_applied`: whether a write whose answer was lost may have been applied",
        "- `retry_after` (seconds), `cause`: where they are known",
        "",
        "Wrong arguments are errors of a text, headed by the position of the call.",
    ]

    /// As GitHub makes anchors of headings.
    private static func anchor(of entry: DocumentationEntry) -> String {
        entry.name.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("|", with: "\\|")
    }
}
