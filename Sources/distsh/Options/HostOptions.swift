import ArgumentParser
import Scripting

/// The options that every command takes, and that come before a script's name.
struct HostOptions: ParsableArguments {
    @OptionGroup(title: "Connection") var connection: ConnectionOptions
    @OptionGroup(title: "Safety") var safety: SafetyOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup var session: SessionOptions
}

/// Where distributions come from.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A profile of the startup file, whose settings hold where no option says otherwise.",
            valueName: "name"
        )
    )
    var profile: String?

    @Option(help: ArgumentHelp("The service. (env: DISTSH_URL; default: http://localhost:1000)", valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "A store in place of a service: a SQLite file, :memory:, or sample:N for N samples in memory. (env: DISTSH_STORE)",
            valueName: "file"
        )
    )
    var store: String?

    @Option(
        name: .customLong("app-id"),
        help: ArgumentHelp("The application id, a secret. (env: DISTSH_APP_ID)", valueName: "id")
    )
    var applicationID: String?

    @Option(
        name: .customLong("app-id-file"),
        help: ArgumentHelp("A file that holds the application id.", valueName: "file")
    )
    var applicationIDFile: String?

    @Option(
        help: ArgumentHelp(
            "How long an operation may take, retries included: 500ms, 10s, 2m. With migrate: one request. (default: 10s)",
            valueName: "duration"
        ),
        transform: DurationText.parse
    )
    var timeout: Duration?

    @Option(help: ArgumentHelp("How many times a failed attempt is tried again. (default: 3)", valueName: "count"))
    var retries: Int?

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp("A PEM file of the authorities to trust in place of the system's.", valueName: "file")
    )
    var certificateAuthorityFile: String?

    @Option(
        name: .customLong("unix-socket"),
        help: ArgumentHelp("A Unix socket to connect to in place of the URL's host.", valueName: "path")
    )
    var unixSocket: String?

    func validate() throws {
        if store != nil, url != nil { throw ValidationError("--store and --url exclude each other: give one of them") }
        if applicationID != nil, applicationIDFile != nil {
            throw ValidationError("--app-id and --app-id-file exclude each other: give one of them")
        }
        if let retries, !(0...20).contains(retries) {
            throw ValidationError("--retries: \(retries) is out of range: give a number from 0 to 20")
        }
    }
}

/// What a run may change, and how much of the machine it may take.
struct SafetyOptions: ParsableArguments {
    @Flag(name: .customLong("dry-run"), help: "Change nothing: keep writes in memory, and list them at the end.")
    var isDryRun = false

    @Option(
        name: .customLong("plan"),
        help: ArgumentHelp(
            "With --dry-run: a new file for the plan, which distsh apply carries out. With migrate run: the plan to keep to.",
            valueName: "file"
        )
    )
    var planFile: String?

    @Flag(name: .customLong("read-only"), help: "Refuse every write.")
    var isReadOnly = false

    @Option(
        help: ArgumentHelp(
            "Where writes are kept for undo; \"none\" keeps none. Commands and the REPL keep one for each service unless told otherwise.",
            valueName: "file"
        )
    )
    var history: String?

    @Flag(name: .customLong("sandbox"), help: "Keep the script from files, processes and C modules.")
    var isSandboxed = false

    @Option(
        name: .customLong("memory-limit"),
        help: ArgumentHelp("The most memory that the script may hold: 64M, 2G.", valueName: "size"),
        transform: ByteCountText.parse
    )
    var memoryLimitBytes: Int?

    @Option(
        name: .customLong("max-time"),
        help: ArgumentHelp(
            "The longest that the script or a migrate command may take: 30s, 5m.",
            valueName: "duration"
        ),
        transform: DurationText.parse
    )
    var maxTime: Duration?

    @Option(
        name: .customLong("workers"),
        help: ArgumentHelp("How many Lua states workers.map uses. (default: one a core)", valueName: "number"),
        transform: WorkerCountText.parse
    )
    var workerCount: Int?
}

/// What is shown, and how.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON, one value a line; errors too.")
    var json = false

    @Flag(help: "Print results and errors only.")
    var quiet = false

    @Option(help: ArgumentHelp("When to use colour. (env: NO_COLOR)", valueName: "when"))
    var color: ColorMode?

    @Option(
        name: .customLong("log-level"),
        help: ArgumentHelp("How much to tell: error, warn, info or debug. (default: info)", valueName: "level"),
        transform: Diagnostics.Level.parse
    )
    var logLevel: Diagnostics.Level?

    @Flag(help: "Show each request and answer on standard error, secrets masked.")
    var trace = false
}

/// How the prompt behaves. Commands have none, so that their help does not list these.
struct SessionOptions: ParsableArguments {
    @Flag(name: .customLong("norc"), help: .hidden)
    var ignoresStartupFile = false

    @Flag(name: .customLong("vi"), help: .hidden)
    var usesViKeys = false
}
