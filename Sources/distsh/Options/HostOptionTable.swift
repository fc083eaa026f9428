import ArgumentParser
import Scripting

/// The options of `HostOptions` by name: for telling options from a script's name, and for reading them without the
/// parser, which takes longer than a short script.
enum HostOptionTable {
    typealias ValueSetter = @Sendable (inout HostOptions, String) throws -> Void
    typealias FlagSetter = @Sendable (inout HostOptions) -> Void

    static let withValue: [(name: String, set: ValueSetter)] = [
        ("profile", { $0.connection.profile = $1 }),
        ("url", { $0.connection.url = $1 }),
        ("store", { $0.connection.store = $1 }),
        ("app-id", { $0.connection.applicationID = $1 }),
        ("app-id-file", { $0.connection.applicationIDFile = $1 }),
        ("timeout", { $0.connection.timeout = try DurationText.parse($1) }),
        ("retries", { $0.connection.retries = try value($1, Int.init(argument:)) }),
        ("ca-file", { $0.connection.certificateAuthorityFile = $1 }),
        ("unix-socket", { $0.connection.unixSocket = $1 }),
        ("plan", { $0.safety.planFile = $1 }),
        ("history", { $0.safety.history = $1 }),
        ("memory-limit", { $0.safety.memoryLimitBytes = try ByteCountText.parse($1) }),
        ("max-time", { $0.safety.maxTime = try DurationText.parse($1) }),
        ("workers", { $0.safety.workerCount = try WorkerCountText.parse($1) }),
        ("color", { $0.output.color = try value($1, ColorMode.init(argument:)) }),
        ("log-level", { $0.output.logLevel = try Diagnostics.Level.parse($1) }),
    ]

    static let flags: [(name: String, set: FlagSetter)] = [
        ("dry-run", { $0.safety.isDryRun = true }),
        ("read-only", { $0.safety.isReadOnly = true }),
        ("sandbox", { $0.safety.isSandboxed = true }),
        ("json", { $0.output.json = true }),
        ("quiet", { $0.output.quiet = true }),
        ("trace", { $0.output.trace = true }),
        ("norc", { $0.session.ignoresStartupFile = true }),
        ("vi", { $0.session.usesViKeys = true }),
    ]

    static let namesWithValue = withValue.map(\.name)
    static let flagNames = flags.map(\.name)

    private static func value<Value>(_ text: String, _ make: (String) -> Value?) throws -> Value {
        guard let value = make(text) else { throw UsageError(text) }
        return value
    }
}

extension HostOptions {
    /// Reads options of the forms `--flag` and `--name=value`.
    ///
    /// - Throws: `UsageError` with the parser's own words.
    static func read(_ arguments: [String]) throws(UsageError) -> HostOptions {
        do {
            // Whatever is not plainly right is left to the parser, for its message.
            return try readDirectly(arguments) ?? parse(arguments)
        } catch {
            throw UsageError(message(for: error))
        }
    }

    /// - Returns: `nil` when an argument or the whole is not valid.
    static func readDirectly(_ arguments: [String]) -> HostOptions? {
        var options = HostOptions.unset
        for argument in arguments {
            let body = argument.dropFirst(2)
            let name = body.prefix { $0 != "=" }
            if name.count == body.count {
                guard let flag = HostOptionTable.flags.first(where: { $0.name == name }) else { return nil }
                flag.set(&options)
            } else {
                let value = String(body.dropFirst(name.count + 1))
                guard !value.isEmpty, let option = HostOptionTable.withValue.first(where: { $0.name == name }),
                    (try? option.set(&options, value)) != nil
                else { return nil }
            }
        }
        let isValid = (try? options.connection.validate()) != nil && (try? options.safety.validate()) != nil
        return isValid ? options : nil
    }

    /// What the parser makes of no arguments.
    private static var unset: HostOptions {
        var connection = ConnectionOptions()
        connection.profile = nil
        connection.url = nil
        connection.store = nil
        connection.applicationID = nil
        connection.applicationIDFile = nil
        connection.timeout = nil
        connection.retries = nil
        connection.certificateAuthorityFile = nil
        connection.unixSocket = nil
        var safety = SafetyOptions()
        safety.isDryRun = false
        safety.planFile = nil
        safety.isReadOnly = false
        safety.history = nil
        safety.isSandboxed = false
        safety.memoryLimitBytes = nil
        safety.maxTime = nil
        safety.workerCount = nil
        var output = OutputOptions()
        output.json = false
        output.quiet = false
        output.color = nil
        output.logLevel = nil
        output.trace = false
        var session = SessionOptions()
        session.ignoresStartupFile = false
        session.usesViKeys = false
        var options = HostOptions()
        options.session = session
        options.connection = connection
        options.safety = safety
        options.output = output
        return options
    }
}
