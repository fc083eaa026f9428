import DistributionAPI
import DistributionClient
import Glibc
import Migration
import Scripting

/// Where distributions come from.
enum ServiceTarget: Sendable, Equatable {
    case service(BaseURL)
    /// A SQLite file.
    case store(path: String)
    /// An empty store in memory.
    case memory
    /// A store in memory with so many samples.
    case sample(count: Int)

    /// The most samples that `--store sample:N` makes.
    static let maxSampleCount = 1_000_000

    /// - Parameter text: the value of `--store`.
    /// - Throws: `UsageError` for an impossible number of samples.
    init(store text: String) throws(UsageError) {
        guard text.hasPrefix("sample:") else {
            self = text == ":memory:" ? .memory : .store(path: text)
            return
        }
        guard let count = Int(text.dropFirst("sample:".count)), (1...Self.maxSampleCount).contains(count) else {
            throw UsageError("--store \(text): give a number of samples from 1 to \(Self.maxSampleCount): sample:1000")
        }
        self = .sample(count: count)
    }

    var isService: Bool {
        if case .service = self { true } else { false }
    }

    /// The target's name in the prompt.
    var shortName: String {
        switch self {
        case .service(let url): return url.host
        case .memory: return "memory"
        case .sample: return "sample"
        case .store(let path):
            let name = path.split(separator: "/").last.map(String.init) ?? path
            guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
            return String(name[..<dot])
        }
    }
}

/// Everything that options, a script's directive and the environment say, settled.
struct Settings: Sendable {
    /// What `--history` says.
    enum History: Sendable, Equatable {
        /// One for each target where a person works, none for scripts on services and files.
        case automatic
        case none
        case file(String)
    }

    var target: ServiceTarget
    var applicationID: HiddenText?
    var unixSocket: String?
    var certificateAuthorityFile: String?
    var timeout: Duration?
    var retryCount: Int?
    var isDryRun: Bool
    /// Where the plan of a dry run is written.
    var planFile: String?
    var isReadOnly: Bool
    var history: History
    var isSandboxed: Bool
    var memoryLimitBytes: Int?
    var maxTime: Duration?
    /// `nil` for one a core.
    var workerCount: Int?
    var printsJSON: Bool
    var isQuiet: Bool
    var color: ColorMode
    var logLevel: Diagnostics.Level
    var traces: Bool
    /// The profile that these settings come from in part.
    var profileName: String?
    var ignoresStartupFile: Bool
    var usesViKeys: Bool
    /// How commands about migrations tell commands to type.
    var commands = SuggestedCommand()

    /// - Parameters:
    ///   - options: `nil` when none were given: reading them is then spared.
    ///   - offersStore: whether the store is to be served, at the Unix socket if there is one.
    ///   - readsPlan: whether the plan is one to keep to, not the one that a dry run writes.
    /// - Throws: `UsageError` for a URL, file, number of samples or profile that cannot be.
    init(_ options: HostOptions?, offersStore: Bool = false, readsPlan: Bool = false) throws(UsageError) {
        let options = try options.map { (options) throws(UsageError) in try Profile.applied(to: options) }
        let connection = options?.connection
        if !offersStore, connection?.store != nil, connection?.unixSocket != nil {
            throw UsageError("--store and --unix-socket exclude each other: give one of them")
        }
        if !readsPlan, let safety = options?.safety, safety.planFile != nil, !safety.isDryRun {
            throw UsageError("--plan goes with --dry-run, whose plan it writes")
        }
        target = try Self.target(of: connection)
        applicationID = try Self.applicationID(of: connection)
        unixSocket = connection?.unixSocket
        certificateAuthorityFile = connection?.certificateAuthorityFile
        timeout = connection?.timeout
        retryCount = connection?.retries
        isDryRun = options?.safety.isDryRun ?? false
        planFile = readsPlan ? nil : options?.safety.planFile
        isReadOnly = options?.safety.isReadOnly ?? false
        history =
            switch options?.safety.history {
            case nil: .automatic
            case "none": .none
            case let path?: .file(path)
            }
        isSandboxed = options?.safety.isSandboxed ?? false
        memoryLimitBytes = options?.safety.memoryLimitBytes
        maxTime = options?.safety.maxTime
        workerCount = options?.safety.workerCount
        printsJSON = options?.output.json ?? false
        isQuiet = options?.output.quiet ?? false
        color = options?.output.color ?? .auto
        logLevel = options?.output.logLevel ?? (isQuiet ? .error : .info)
        traces = options?.output.trace ?? false
        profileName = connection?.profile
        ignoresStartupFile = options?.session.ignoresStartupFile ?? false
        usesViKeys = options?.session.usesViKeys ?? false
    }

    /// Whether what is written to `descriptor` may be coloured.
    func usesColor(on descriptor: Int32) -> Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto:
            environmentVariable("NO_COLOR") == nil && environmentVariable("TERM") != "dumb"
                && StandardStreams.isTerminal(descriptor)
        }
    }

    private static func target(of options: ConnectionOptions?) throws(UsageError) -> ServiceTarget {
        if let store = options?.store { return try ServiceTarget(store: store) }
        if let url = options?.url { return .service(try baseURL(url, from: "--url")) }
        if options?.unixSocket != nil { return .service(.standard) }
        return try environmentTarget()
    }

    /// Where distributions come from when no option says it.
    static func environmentTarget() throws(UsageError) -> ServiceTarget {
        switch (environmentVariable("DISTSH_STORE"), environmentVariable("DISTSH_URL")) {
        case (_?, _?): throw UsageError("DISTSH_STORE and DISTSH_URL are both set: unset one, or give --store or --url")
        case (let store?, nil): return try ServiceTarget(store: store)
        case (nil, let url?): return .service(try baseURL(url, from: "DISTSH_URL"))
        case (nil, nil): return .service(.standard)
        }
    }

    private static func baseURL(_ text: String, from source: String) throws(UsageError) -> BaseURL {
        do {
            return try BaseURL(text)
        } catch {
            throw UsageError("\(source): \(error.message)")
        }
    }

    private static func applicationID(of options: ConnectionOptions?) throws(UsageError) -> HiddenText? {
        if let id = options?.applicationID { return HiddenText(id) }
        if let path = options?.applicationIDFile {
            let text: [UInt8]
            do throws(FileProblem) {
                text = try FileBytes.read(path: path)
            } catch {
                throw UsageError("--app-id-file: \(error)")
            }
            guard let line = text.text.split(whereSeparator: \.isNewline).first else {
                throw UsageError("--app-id-file \(path): the file is empty")
            }
            return HiddenText(String(line))
        }
        // A secret: neither scripts nor the programs that they start see it.
        defer { unsetenv("DISTSH_APP_ID") }
        return environmentVariable("DISTSH_APP_ID").map { HiddenText($0) }
    }

    /// Whether options or the environment name a service or store.
    static func namesTarget(_ options: ConnectionOptions?) -> Bool {
        options?.profile != nil || options?.store != nil || options?.url != nil || options?.unixSocket != nil
            || environmentVariable("DISTSH_STORE") != nil || environmentVariable("DISTSH_URL") != nil
    }
}
