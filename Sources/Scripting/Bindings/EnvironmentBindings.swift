import LuaRuntime

/// `env` and `log.*`.
enum EnvironmentBindings {
    static let all: [Binding] = [environment] + Diagnostics.Level.allCases.map(log)

    private static let environment = Binding(
        DocumentationEntry(
            "env",
            [
                Parameter("name", .string, "the variable"),
                Parameter("default", .string, "what to give when it is not set", isOptional: true),
            ],
            returns: "string, or nil",
            summary: "Reads a variable of the process's environment.",
            example: #"local owner = env("OWNER", "nobody")"#
        )
    ) { (host, call) throws(LuaError) in
        let name = call.string(at: 1) ?? ""
        // The application id is a secret that scripts have no use for.
        if name != "DISTSH_APP_ID", let value = host.configuration.environmentVariable(name) {
            return try call.returning(.string(value))
        }
        return call.isNone(at: 2) ? try call.returning(.nil) : call.returningArgument(at: 2)
    }

    private static func log(_ level: Diagnostics.Level) -> Binding {
        let entry = DocumentationEntry(
            "log.\(level.name)",
            [Parameter("…", .rest, "what to write, joined by spaces", isOptional: true)],
            summary: "Writes a line to standard error at level \(level.name); --log-level says which are shown.",
            example: "log.\(level.name)(\"records:\", 42)"
        )
        return Binding(entry) { (host, call) throws(LuaError) in
            let diagnostics = host.configuration.diagnostics
            guard level <= diagnostics.level else { return try call.returning() }
            var words: [String] = []
            for index in 1..<(call.count + 1) {
                words.append(try call.text(at: index))
            }
            let name = diagnostics.usesColor ? colored(level) : level.name
            diagnostics.write("\(name): \(words.joined(separator: " "))\n")
            return try call.returning()
        }
    }

    private static func colored(_ level: Diagnostics.Level) -> String {
        let code =
            switch level {
            case .error: 31
            case .warning: 33
            case .info: 36
            case .debug: 90
            }
        return "\u{1B}[\(code)m\(level.name)\u{1B}[0m"
    }
}
