import Glibc
import LineEditor
public import LuaRuntime
import LuaSyntax
public import Scripting

/// Reads, evaluates and prints on the thread that owns the host's VM, until the user leaves.
///
/// Nothing that a script does to its globals takes the session down: it uses none of them.
public final class ReplSession {
    /// What a session is made with.
    public struct Configuration: Sendable {
        /// The first lines; `nil` for none.
        public var banner: String?
        /// Where entered lines are kept; `nil` for nowhere.
        public var historyPath: String?
        /// Whether a person types and reads: lines are edited, and output may be paged.
        public var isTerminal: Bool
        /// Whether prompts go to standard error, as a person types while the output goes elsewhere.
        public var promptsOnStandardError: Bool
        public var usesColor: Bool
        public var usesViKeys: Bool
        /// Texts that are neither shown in errors nor kept in the history.
        public var secrets: [String]
        /// Gives a value as JSON on one line; `nil` prints values for people.
        public var json: (@Sendable (LuaValue) -> String)?
        /// Gives an error as JSON on one line.
        public var errorJSON: @Sendable (LuaError) -> String
        /// Lua to be run before the first entry: a text and the path it comes from.
        public var startup: (text: [UInt8], path: String)?
        public var completion: CompletionSources

        public init(
            banner: String? = nil,
            historyPath: String? = nil,
            isTerminal: Bool = false,
            promptsOnStandardError: Bool = false,
            usesColor: Bool = false,
            usesViKeys: Bool = false,
            secrets: [String] = [],
            json: (@Sendable (LuaValue) -> String)? = nil,
            errorJSON: @escaping @Sendable (LuaError) -> String = { $0.message + "\n" },
            startup: (text: [UInt8], path: String)? = nil,
            completion: CompletionSources = CompletionSources()
        ) {
            self.banner = banner
            self.historyPath = historyPath
            self.isTerminal = isTerminal
            self.promptsOnStandardError = promptsOnStandardError
            self.usesColor = usesColor
            self.usesViKeys = usesViKeys
            self.secrets = secrets
            self.json = json
            self.errorJSON = errorJSON
            self.startup = startup
            self.completion = completion
        }
    }

    let host: ScriptHost
    let configuration: Configuration
    let hooks: SessionHooks
    let evaluator: Evaluator
    let names: LiveNames
    let output: SessionOutput
    let input: ReplInput
    var timeZone = TimeZoneStyle.asStored
    /// The entries of this session that ran without an error, for `.save`.
    var entries: [String] = []
    private var isClean = true
    private var isLeaving = false

    /// - Throws: `LuaError` when the memory limit is too low for a session.
    public init(host: ScriptHost, configuration: Configuration, hooks: SessionHooks = SessionHooks()) throws(LuaError) {
        self.host = host
        self.configuration = configuration
        self.hooks = hooks
        evaluator = try Evaluator(host: host, hooks: hooks, numbersEntries: configuration.isTerminal)
        names = LiveNames(inspector: LuaInspector(host.vm), session: evaluator.session)
        input = ReplInput(
            configuration,
            assistant: LuaAssistant(evaluator: evaluator, sources: configuration.completion),
            onStart: { [evaluator] in evaluator.forgetInterrupt() }
        )
        output = SessionOutput(
            size: { [input] in input.size },
            isTerminal: configuration.isTerminal
        )
    }

    /// Runs the session.
    ///
    /// - Returns: whether every entry was evaluated without an error: what a script of entries, piped in, is judged by.
    public func run() -> Bool {
        if let banner = configuration.banner { output.show(banner + "\n") }
        defineConveniences()
        runStartup()
        var hasCancelledEmpty = false
        while !isLeaving {
            switch input.readEntry(promptName: hooks.promptName(), isComplete: evaluator.isComplete) {
            case .endOfInput: isLeaving = true
            case .cancelled(let hadText):
                if !hadText, hasCancelledEmpty { output.show("Ctrl-D leaves\n") }
                hasCancelledEmpty = !hadText
            case .line(let text):
                hasCancelledEmpty = false
                if !handle(text) { isClean = false }
            }
        }
        for problem in evaluator.session.close() { output.complain(problem + "\n") }
        return isClean
    }

    /// Leaves after the entry under way.
    func leave() {
        isLeaving = true
    }

    /// - Returns: whether there was no error.
    func handle(_ text: String) -> Bool {
        if text.allSatisfy(\.isWhitespace) { return true }
        if DotCommand.isCommand(text) { return perform(DotCommand.parse(text)) }
        if let question = HelpQuestion(text) { return answer(question) }
        return evaluate(text)
    }

    /// - Returns: whether there was no error.
    func evaluate(_ text: String) -> Bool {
        do throws(LuaError) {
            show(try evaluator.run(text))
            entries.append(text)
            return true
        } catch {
            complain(error)
            return false
        }
    }

    // MARK: Starting

    /// `undo()` is `distribution.undo()`, and tells when there was nothing to undo.
    private func defineConveniences() {
        let source = """
            local undo, print = distribution.undo, print
            return function(count)
              local undone = undo(count)
              if #undone > 0 then return undone end
              print "there is no write to take back"
            end
            """
        if let undo = try? host.vm.keep(resultOf: source, name: "=[distsh]") { evaluator.session.define("undo", undo) }
        evaluator.session.refreshLocals()
    }

    /// A mistake in the startup file is told, and the session begins.
    private func runStartup() {
        guard let startup = configuration.startup else { return }
        do throws(LuaError) {
            // What it declares was read before the session began.
            try host.vm.runNow("function profile() return function() end end", name: "=[distsh]")
            try evaluator.load(startup.text, path: startup.path)
        } catch {
            complain(error)
        }
        _ = try? host.vm.setGlobal("profile", to: .nil)
        _ = hooks.takeWrites()
    }

    // MARK: Printing

    /// Prints what was written in place of the records, and the other values.
    func show(_ results: [LuaReference]) {
        let writes = hooks.takeWrites()
        if let json = configuration.json {
            return output.show(results.map { json($0.shownValue()) + "\n" }.joined())
        }
        let columnCount = output.size().columns
        let diff = DiffPrinter(columnCount: columnCount, usesColor: configuration.usesColor)
        let changes = [
            diff.text(of: writes.shown, omittedCount: writes.omittedCount),
            diff.text(of: writes.planned, canUndo: false), diff.text(of: writes.undone, canUndo: false),
        ]
        for text in changes where !text.isEmpty { output.show(text + "\n") }
        let written = Set((writes.shown + writes.planned).map(\.id))
        let printer = ValuePrinter(
            columnCount: columnCount,
            usesColor: configuration.usesColor,
            budget: configuration.isTerminal ? .terminal : .unlimited,
            timeZone: timeZone
        )
        var text = ""
        for result in results {
            let value = result.shownValue()
            if !changes.allSatisfy(\.isEmpty), Self.addsNothing(value, to: writes, written) { continue }
            text += printer.text(of: value) + "\n"
        }
        if !text.isEmpty { output.page(text) }
    }

    /// Whether writes that are shown say all that a value does: a record as stored, nothing, a `true`, or the list that
    /// `distribution.undo` gives.
    private static func addsNothing(_ value: LuaValue, to writes: SessionHooks.Writes, _ written: Set<String>) -> Bool {
        switch value {
        case .nil, .boolean(true): return true
        case .array(let elements):
            guard !writes.undone.isEmpty, elements.count == writes.undone.count else { return false }
            return zip(elements, writes.undone).allSatisfy { $0["undone"] == .boolean(true) && $0["id"]?.text == $1.id }
        default: return value["id"]?.text.map(written.contains) ?? false
        }
    }

    func complain(_ error: LuaError) {
        if error.code == .interrupted {
            output.complain(error.message + hooks.takeInterruptSummary() + "\n")
        } else if configuration.json != nil {
            output.complain(configuration.errorJSON(error))
        } else {
            output.complain(explanation(of: error) + "\n")
        }
        // What was written before the error is told, too.
        show([])
    }

    private func explanation(of error: LuaError) -> String {
        let printer = ErrorPrinter(
            columnCount: output.size().columns,
            usesColor: configuration.usesColor,
            secrets: configuration.secrets
        )
        let lookup = ErrorLookup(
            names: { [names] path in
                let deadline = ContinuousClock.now + Completer.deadline
                let steps = path.map { PathStep.name($0) }
                let members =
                    steps.isEmpty
                    ? names.globals { ContinuousClock.now > deadline }
                    : names.members(at: steps) { ContinuousClock.now > deadline } ?? []
                return members.map(\.name) + (steps.isEmpty ? names.session.locals.map(\.name) : [])
            },
            problem: { [host] chunk in host.vm.syntaxError(inChunk: chunk)?.code }
        )
        return printer.text(of: error, sources: evaluator.sources, lookup: lookup)
    }
}
