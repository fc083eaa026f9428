import LuaRuntime

/// A service or store with its settings, under a name: `profile "work" { url = "…", app_id = env "WORK_APP_ID" }`.
struct Profile: Sendable {
    let name: String
    /// The settings as `--name=value` options and `--flag`s.
    let options: [String]

    /// Where it leads, in a few words.
    var target: String {
        for prefix in ["--url=", "--store=", "--unix-socket="] {
            if let option = options.first(where: { $0.hasPrefix(prefix) }) {
                return String(option.dropFirst(prefix.count))
            }
        }
        return "the standard service"
    }

    /// The settings of a profile and the options that they are.
    private static let optionNames = [
        "url": "url", "store": "store", "app_id": "app-id", "app_id_file": "app-id-file", "ca_file": "ca-file",
        "unix_socket": "unix-socket", "timeout": "timeout", "retries": "retries", "history": "history",
        "read_only": "read-only", "dry_run": "dry-run",
    ]

    /// - Throws: `UsageError` for a setting that does not exist or is of the wrong type.
    init(_ declaration: StartupFile.Declaration) throws(UsageError) {
        let name = declaration.name
        guard case .table(let entries) = declaration.settings else {
            throw UsageError("profile \"\(name)\": its settings are to be a table: profile \"\(name)\" { url = \"…\" }")
        }
        var options: [String] = []
        for entry in entries {
            let key = entry.key.text ?? "?"
            guard let option = Self.optionNames[key] else {
                throw UsageError(
                    "profile \"\(name)\": there is no setting \(key); there are \(Self.optionNames.keys.sorted().joined(separator: ", "))"
                )
            }
            switch entry.value {
            case .string(let bytes): options.append("--\(option)=\(bytes.text)")
            case .integer(let number): options.append("--\(option)=\(number)")
            case .boolean(true): options.append("--\(option)")
            case .boolean(false): break
            default: throw UsageError("profile \"\(name)\": \(key): expected a text, a number or a boolean")
            }
        }
        self.name = name
        self.options = options.sorted()
    }

    /// The options with those of the profile that they name, where they do not say otherwise.
    ///
    /// - Throws: `UsageError` when there is no such profile.
    static func applied(to given: HostOptions) throws(UsageError) -> HostOptions {
        guard let name = given.connection.profile else { return given }
        let declarations = try StartupFile.declarations()
        guard let declaration = declarations.first(where: { $0.name == name }) else {
            let names = declarations.map(\.name).joined(separator: ", ")
            let known = names.isEmpty ? "" : "; there are \(names)"
            throw UsageError("--profile \(name): there is no such profile in \(StartupFile.path)\(known)")
        }
        let profile = try Profile(declaration)
        let namesTarget =
            given.connection.url != nil || given.connection.store != nil || given.connection.unixSocket != nil
        // What is for the profile's service, its secret above all, is not for another.
        let own = ["--url=", "--store=", "--unix-socket=", "--app-id=", "--app-id-file=", "--ca-file=", "--history="]
        let chosen = profile.options.filter { option in !namesTarget || !own.contains { option.hasPrefix($0) } }
        var base = try HostOptions.read(chosen)
        base.override(with: given)
        return base
    }
}

extension HostOptions {
    /// Takes over everything that the other options set.
    fileprivate mutating func override(with given: HostOptions) {
        func take<Value>(_ path: WritableKeyPath<HostOptions, Value?>) {
            if let value = given[keyPath: path] { self[keyPath: path] = value }
        }
        take(\.connection.profile)
        take(\.connection.url)
        take(\.connection.store)
        take(\.connection.timeout)
        take(\.connection.retries)
        take(\.connection.certificateAuthorityFile)
        take(\.connection.unixSocket)
        take(\.safety.history)
        take(\.safety.planFile)
        take(\.safety.memoryLimitBytes)
        take(\.safety.maxTime)
        take(\.safety.workerCount)
        if given.connection.applicationID != nil || given.connection.applicationIDFile != nil {
            connection.applicationID = given.connection.applicationID
            connection.applicationIDFile = given.connection.applicationIDFile
        }
        safety.isDryRun = safety.isDryRun || given.safety.isDryRun
        safety.isReadOnly = safety.isReadOnly || given.safety.isReadOnly
        safety.isSandboxed = given.safety.isSandboxed
        output = given.output
        session = given.session
    }
}
