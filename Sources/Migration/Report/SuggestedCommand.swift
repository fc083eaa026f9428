/// The commands that texts about runs tell to type, with the options that lead to the same journal and records.
public struct SuggestedCommand: Sendable, Equatable {
    /// When a command names the run's service or store.
    public enum TargetOption: Sendable, Equatable {
        case never
        case always
        /// Unless that is where commands without the option go.
        case unless(String)
    }

    /// ` --journal my.sqlite`, for every command.
    private let journal: String
    /// ` --profile test`, for commands that read records.
    private let connection: String
    private let targetOption: TargetOption

    /// Commands without options. Every start of the program makes these, so it costs nothing.
    public init() {
        journal = ""
        connection = ""
        targetOption = .never
    }

    /// - Parameters:
    ///   - journal: the journal's file; `nil` for the standard one.
    ///   - connection: further options that commands need which read records, with their values.
    ///   - target: when the service or store is named.
    public init(journal: String?, connection: [(name: String, value: String)], target: TargetOption) {
        self.journal = journal.map { " --journal \(Self.quoted($0))" } ?? ""
        self.connection = connection.map { " \($0.name) \(Self.quoted($0.value))" }.joined()
        targetOption = target
    }

    public func resume(_ run: some RunIdentity) -> String { work("resume \(run.id)", run) }
    public func retry(_ run: some RunIdentity) -> String { work("retry \(run.id)", run) }
    func rollback(_ run: some RunIdentity) -> String { work("rollback \(run.id)", run) }
    public func verify(_ run: some RunIdentity) -> String { work("verify \(run.id)", run) }
    public func report(_ run: some RunIdentity) -> String { "distsh migrate report \(run.id)\(journal)" }
    public func status(_ run: some RunIdentity) -> String { "distsh migrate status \(run.id)\(journal)" }

    /// That of the latest run.
    public var latestStatus: String { "distsh migrate status\(journal)" }
    public var list: String { "distsh migrate list\(journal)" }

    func retry(_ run: some RunIdentity, _ failure: FailureClass) -> String {
        work("retry \(run.id) --class \(failure.rawValue)", run)
    }

    func resume(_ run: some RunIdentity, maxErrorCount: Int) -> String {
        work("resume \(run.id) --max-errors \(maxErrorCount)", run)
    }

    /// A run does not know where its file is.
    func resumeWithChangedFile(_ run: some RunIdentity) -> String {
        work("resume FILE --accept-script-change", run) + Self.mendedFile
    }

    /// A run does not know where its file is.
    func retryWithChangedFile(_ run: some RunIdentity) -> String {
        work("retry FILE --accept-script-change", run) + Self.mendedFile
    }

    private static let mendedFile = "  # FILE: the migration's file, once it is mended"

    /// What a run has met that its plan does not have is planned anew, for another run beside it.
    func planAnew(_ run: some RunIdentity) -> String {
        work("plan FILE", run) + "  # FILE: the migration's file; then run it with that plan and --new"
    }

    /// Tries a migration's file on samples.
    ///
    /// - Parameter target: the service or store; `nil` for one that cannot be named.
    public func check(file: String, target: String?) -> String {
        "distsh migrate check \(Self.quoted(file))\(connection)\(option(of: target))"
    }

    /// Makes a plan.
    ///
    /// - Parameters:
    ///   - out: where it goes; `nil` for the standard file.
    ///   - target: the service or store; `nil` for one that cannot be named.
    public func plan(file: String, out: String? = nil, target: String?) -> String {
        let path = out.map { " --out \(Self.quoted($0))" } ?? ""
        return "distsh migrate plan \(Self.quoted(file))\(path)\(journal)\(connection)\(option(of: target))"
    }

    /// Carries a migration out, without a plan.
    ///
    /// - Parameter target: the service or store; `nil` for one that cannot be named.
    public func run(file: String, target: String?) -> String {
        "distsh migrate run \(Self.quoted(file))\(journal)\(connection)\(option(of: target))"
    }

    /// Carries a plan out.
    ///
    /// - Parameter repeatsApplied: whether the plan is also about records that the migration has changed before.
    public func run(file: String, plan: String, target: String, repeatsApplied: Bool) -> String {
        let words = "run \(Self.quoted(file)) --plan \(Self.quoted(plan))\(repeatsApplied ? " --again" : "")"
        return "distsh migrate \(words)\(journal)\(connection)\(option(of: target))"
    }

    private func work(_ words: String, _ run: some RunIdentity) -> String {
        // A store in memory cannot be named: it is another one in each process.
        let target = run.isInMemory ? nil : run.target
        return "distsh migrate \(words)\(journal)\(connection)\(option(of: target))"
    }

    private func option(of target: String?) -> String {
        guard let target else { return "" }
        switch targetOption {
        case .never: return ""
        case .unless(target): return ""
        case .always, .unless: return " \(Self.option(ofTarget: target))"
        }
    }

    /// The option that names a service or store as journals keep it.
    public static func option(ofTarget target: String) -> String {
        "\(target.contains("://") ? "--url" : "--store") \(quoted(target))"
    }

    /// A word as a shell takes it.
    static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "_-./:@%+=,".utf8.contains(byte)
            }
        }
        guard !isPlain || word.isEmpty else { return word }
        return VisibleText.of("'\(word.replacing("'", with: "'\\''"))'")
    }
}
