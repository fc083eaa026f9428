import DistributionAPI
import DistributionStore
import Glibc
import JSONDocument
import LuaRuntime
import REPL
import Scripting
import Synchronization

/// Starts the REPL on a host.
enum ReplCommand {
    /// How many writes of one evaluation are shown.
    static let maxShownWrites = 20
    /// How many changes of one write are shown.
    private static let maxShownChanges = 4

    /// - Parameter takeInterruptSummary: what an interrupt broke off.
    static func run(
        on host: ScriptHost,
        composition: Composition,
        takeInterruptSummary: @escaping @Sendable () -> String
    ) -> ExitStatus {
        let settings = composition.settings
        let isTerminal = StandardStreams.isTerminal(STDIN_FILENO)
        let history = composition.history
        let writes = history.map { WriteWatch($0) }
        let json: @Sendable (LuaValue) -> String = { JSONValue(of: $0).line }
        let configuration = ReplSession.Configuration(
            banner: isTerminal && !settings.isQuiet ? banner(composition) : nil,
            promptName: settings.target.shortName,
            historyPath: historyPath,
            usesColor: settings.usesColor(on: STDOUT_FILENO),
            columnCount: StandardStreams.columnCount,
            json: settings.printsJSON ? json : nil,
            takeWrites: { writes.map { $0.take().map { write($0) } } ?? [] },
            rearmInterrupt: { InterruptSignal.clear() },
            takeInterruptSummary: takeInterruptSummary
        )
        let isClean = ReplSession(host: host, configuration: configuration).run()
        // On a terminal errors were seen and dealt with; piped in, the first of them decides.
        return isTerminal || isClean ? .done : .failed
    }

    private static func write(_ change: RecordedChange) -> ReplSession.Write {
        let id = change.id.description
        var line = "\(change.operation)d \(id)"
        if let before = change.before, let after = change.after {
            let summary = DiffText(before: before, after: after).summary(maxChanges: maxShownChanges)
            line += summary.isEmpty ? "  nothing changed" : "  \(summary)"
        }
        return ReplSession.Write(id: id, line: line)
    }

    private static func banner(_ composition: Composition) -> String {
        let target =
            switch composition.settings.target {
            case .service(let url): "service \(url)"
            case .store(let path): "store \(path.split(separator: "/").last ?? "")\(count(composition))"
            case .memory, .sample: "store in memory\(count(composition))"
            }
        return "\(Version.banner) · \(target) · help() for help, Ctrl-D to leave"
    }

    private static func count(_ composition: Composition) -> String {
        guard let count = try? composition.openStore()?.count() else { return "" }
        return " (\(Count.text(count, "distribution")))"
    }

    private static var historyPath: String? {
        guard (try? UserFolders.make(UserFolders.state)) != nil else { return nil }
        return "\(UserFolders.state)/repl_history"
    }
}

/// Finds the writes that were made since the last look.
private final class WriteWatch: Sendable {
    private let history: WriteHistory
    private let lastNumber: Mutex<Int64>

    init(_ history: WriteHistory) {
        self.history = history
        lastNumber = Mutex(history.newestNumber())
    }

    func take() -> [RecordedChange] {
        lastNumber.withLock { last in
            let changes = history.changes(after: last, maxCount: ReplCommand.maxShownWrites)
            if !changes.isEmpty { last = history.newestNumber() }
            return changes
        }
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
