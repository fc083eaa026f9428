import DistributionAPI
import DistributionStore
import Glibc
import JSONDocument
import LuaRuntime
import Migration
import REPL
import Scripting
import Synchronization

/// Starts the REPL on a host.
struct ReplCommand {
    let host: ScriptHost
    let composition: Composition
    /// The process's arguments, for starting anew.
    let arguments: [[UInt8]]
    /// How many requests were under way when an interrupt came.
    let takeFlightsAtInterrupt: () -> Int

    private var settings: Settings { composition.settings }

    func run() -> ExitStatus {
        let isTyped = StandardStreams.isTerminal(STDIN_FILENO)
        let isTerminal = isTyped && StandardStreams.isTerminal(STDOUT_FILENO)
        let restartReason = SessionRestart.takeReason()
        if isTerminal {
            SessionRestart.prepare(arguments, applicationID: settings.applicationID?.reveal())
            InterruptSignal.restartsSession()
        }
        let startup: (text: [UInt8], path: String)?
        do throws(FileProblem) {
            startup =
                try settings.ignoresStartupFile || !isTyped
                ? nil : StartupFile.read().map { ($0, StartupFile.shownPath) }
        } catch {
            startup = nil
            StandardStreams.complain("\(error)")
        }
        do throws(LuaError) {
            let session = try ReplSession(
                host: host,
                configuration: configuration(isTerminal: isTerminal, startup: startup, restartReason),
                hooks: hooks
            )
            let isClean = session.run()
            // On a terminal errors were seen and dealt with; piped in, the first of them decides.
            return isTyped || isClean ? .done : .failed
        } catch {
            StandardStreams.complain(error.message)
            return .failed
        }
    }

    private func configuration(
        isTerminal: Bool,
        startup: (text: [UInt8], path: String)?,
        _ restartReason: SessionRestart.Reason?
    ) -> ReplSession.Configuration {
        let json: @Sendable (LuaValue) -> String = { JSONValue(of: $0).line }
        let history = historyPath
        // Found once, since the startup file is run for it.
        let profileNames = ProfileNames()
        let isFirst = isTerminal && access(history, F_OK) != 0
        return ReplSession.Configuration(
            banner: isTerminal && !settings.isQuiet
                ? SessionBanner(composition).text(restartReason, isFirst: isFirst) : nil,
            historyPath: isTerminal ? history : nil,
            isTerminal: isTerminal,
            promptsOnStandardError: !isTerminal && StandardStreams.isTerminal(STDIN_FILENO),
            usesColor: settings.usesColor(on: STDOUT_FILENO),
            usesViKeys: settings.usesViKeys,
            secrets: settings.applicationID.map { [$0.reveal()] } ?? [],
            json: settings.printsJSON ? json : nil,
            errorJSON: { ScriptErrorReport(error: $0).json },
            startup: startup,
            completion: CompletionSources(
                identifiers: { [composition] prefix, maxCount in
                    composition.identifiers(withPrefix: prefix, maxCount: maxCount).map {
                        .init($0.id.description, summary: $0.name)
                    }
                },
                profiles: { profileNames.value }
            )
        )
    }

    /// One history for each target or profile, since ids of one mean nothing to another.
    private var historyPath: String {
        // Without the folder there is no history, of which the editor tells.
        try? UserFolders.make(UserFolders.state)
        let name = settings.profileName ?? settings.target.shortName
        return "\(UserFolders.state)/repl_history_\(UserFolders.fileName(of: name))"
    }

    // MARK: Hooks

    private var hooks: SessionHooks {
        let writes = WriteWatch(composition)
        var hooks = SessionHooks()
        hooks.promptName = { [composition, settings] in
            let name = settings.profileName ?? settings.target.shortName
            if composition.switches?.dryRun != nil || settings.isDryRun { return "\(name) (dry)" }
            return settings.isReadOnly ? "\(name) (read only)" : name
        }
        hooks.takeWrites = { writes.take() }
        hooks.rearmInterrupt = { InterruptSignal.clear() }
        hooks.takeInterruptSummary = interruptSummary
        hooks.requestCount = { [composition] in composition.flights.begunCount }
        hooks.status = { [composition] in ["requests  \(composition.flights.inFlightCount) under way"] }
        hooks.setTrace = { [composition] (isOn) throws(SessionHooks.Refusal) in composition.switches?.isTracing = isOn }
        hooks.setDryRun = setDryRun
        hooks.savePlan = savePlan
        hooks.profiles = { [settings] () throws(SessionHooks.Refusal) in
            do throws(UsageError) {
                return try StartupFile.declarations().map { declaration in
                    let isCurrent = declaration.name == settings.profileName
                    return .init(name: declaration.name, target: Self.target(of: declaration), isCurrent: isCurrent)
                }
            } catch {
                throw SessionHooks.Refusal(error.description)
            }
        }
        hooks.startAnew = startAnew
        return hooks
    }

    /// What was broken off, and how to find out about writes whose fate is not known.
    private func interruptSummary() -> String {
        composition.flights.settle()
        var text = composition.flights.summary(inFlightCount: takeFlightsAtInterrupt())
        for id in composition.flights.lostWrites.prefix(3) where !id.isEmpty {
            text += "\n  to check: distribution.get \"\(id)\""
        }
        return text
    }

    private static func target(of declaration: StartupFile.Declaration) -> String {
        do throws(UsageError) {
            return try Profile(declaration).target
        } catch {
            return "impossible: \(error)"
        }
    }

    private func setDryRun(_ isOn: Bool) throws(SessionHooks.Refusal) -> String {
        guard !settings.isDryRun else { throw SessionHooks.Refusal("the whole session is a dry run (--dry-run)") }
        guard !settings.isReadOnly else {
            throw SessionHooks.Refusal("the session is read only: nothing is written anyway")
        }
        if isOn, composition.switches?.dryRun != nil { return "a dry run is under way already" }
        let planned = composition.setDryRun(isOn)
        if isOn { return "writes are kept here from now on, and change nothing; .dry off shows them and drops them" }
        return PlannedChangesReport.text(of: planned)
    }

    private func savePlan(_ path: String) throws(SessionHooks.Refusal) -> String {
        guard settings.isDryRun || composition.switches?.dryRun != nil else {
            throw SessionHooks.Refusal("there is no dry run under way: .dry on begins one")
        }
        let changes = composition.plannedChanges
        do throws(FileProblem) {
            try DryRunPlan.write(changes, to: path)
        } catch {
            throw SessionHooks.Refusal("\(error)")
        }
        return "saved \(CountText.of(changes.count, "write")); distsh apply \(path) carries them out"
    }

    /// What another profile does not take over.
    private static let optionsOfTarget = [
        "profile", "url", "store", "unix-socket", "app-id", "app-id-file", "ca-file", "history", "plan",
    ]

    private func startAnew(_ profile: String) -> SessionHooks.Refusal {
        let given = (try? ScriptCommandLine(arguments))?.hostOptions ?? []
        let kept = given.filter { option in !Self.optionsOfTarget.contains { option.hasPrefix("--\($0)=") } }
        let words = [arguments[0]] + (["--profile=\(profile)"] + kept).map { Array($0.utf8) }
        SessionRestart.prepare(words, applicationID: nil, reason: .profile)
        composition.close()
        SessionRestart.execute()
        return SessionHooks.Refusal("cannot start anew: \(String(cString: strerror(errno)))")
    }
}

/// The first lines of a session.
struct SessionBanner {
    let composition: Composition

    init(_ composition: Composition) {
        self.composition = composition
    }

    func text(_ restartReason: SessionRestart.Reason?, isFirst: Bool) -> String {
        let settings = composition.settings
        let target =
            switch settings.target {
            case .service(let url): "service \(url)"
            case .store(let path): "store \(path.split(separator: "/").last ?? "")\(count)"
            case .memory, .sample: "store in memory\(count)"
            }
        var lines = ["\(Version.banner) · \(target) · help() for help, Ctrl-D to leave"]
        if restartReason == .interrupted {
            lines.insert("the session was started anew: history, undo and store are kept, variables are not", at: 0)
        }
        if isFirst {
            lines.append("new here? .help shows what to try; Tab completes, Ctrl-R searches, undo() takes a write back")
        }
        return lines.joined(separator: "\n")
    }

    private var count: String {
        guard let count = try? composition.openStore()?.count() else { return "" }
        return " (\(CountText.of(count, "distribution")))"
    }
}

extension JSONValue {
    /// A script's value as JSON; what JSON cannot hold as a text that names it.
    init(of value: LuaValue) {
        switch value {
        case .nil, .jsonNull: self = .null
        case .boolean(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = value.isFinite ? .number(value) : .string(value.description)
        case .string(let bytes): self = .string(bytes.text)
        case .opaque(let type): self = .string("<\(type)>")
        case .json(let text), .document(let text): self = .raw(text)
        case .array(let elements): self = .array(elements.map { JSONValue(of: $0) })
        case .table(let entries), .object(_, let entries):
            self = .object(entries.map { Member(Self.name(of: $0.key), JSONValue(of: $0.value)) })
        }
    }

    private static func name(of key: LuaValue) -> String {
        switch key {
        case .string(let bytes): bytes.text
        case .integer(let value): String(value)
        case .number(let value): value.description
        case .boolean(let value): String(value)
        default: "<key>"
        }
    }

    /// The value's text without white space.
    var line: String {
        (try? JSONWriter.compact(self)).map { $0.text } ?? "null"
    }
}
