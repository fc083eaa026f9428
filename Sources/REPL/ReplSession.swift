import Glibc
public import LuaRuntime
public import Scripting

/// Reads, evaluates and prints on the thread that owns the host's VM, until the user leaves.
///
/// Nothing that a script does to its globals takes the session down: it uses none of them.
public final class ReplSession {
    /// What a session is made with.
    public struct Configuration: Sendable {
        /// The first line; `nil` for none.
        public var banner: String?
        /// What stands before `>` in the prompt.
        public var promptName: String
        /// Where entered lines are kept; `nil` for nowhere.
        public var historyPath: String?
        public var usesColor: Bool
        public var columnCount: Int
        /// Gives a value as JSON on one line; `nil` prints values for people.
        public var json: (@Sendable (LuaValue) -> String)?
        /// Called after each evaluation: a line for each write that it made, and the records they were about.
        public var takeWrites: @Sendable () -> [Write]
        /// Called before each evaluation, so that an interrupt of the one before is over.
        public var rearmInterrupt: @Sendable () -> Void
        /// What an interrupt broke off, as the end of a sentence; empty for nothing.
        public var takeInterruptSummary: @Sendable () -> String

        public init(
            banner: String? = nil,
            promptName: String = "distsh",
            historyPath: String? = nil,
            usesColor: Bool = false,
            columnCount: Int = 80,
            json: (@Sendable (LuaValue) -> String)? = nil,
            takeWrites: @escaping @Sendable () -> [Write] = { [] },
            rearmInterrupt: @escaping @Sendable () -> Void = {},
            takeInterruptSummary: @escaping @Sendable () -> String = { "" }
        ) {
            self.banner = banner
            self.promptName = promptName
            self.historyPath = historyPath
            self.usesColor = usesColor
            self.columnCount = columnCount
            self.json = json
            self.takeWrites = takeWrites
            self.rearmInterrupt = rearmInterrupt
            self.takeInterruptSummary = takeInterruptSummary
        }
    }

    /// One write that an evaluation made.
    public struct Write: Sendable {
        public var id: String
        public var line: String

        public init(id: String, line: String) {
            self.id = id
            self.line = line
        }
    }

    private static let help = """
        help()              the functions that scripts can call; help "distribution.get" tells more of one
        .help               this
        .quit, Ctrl-D       leave
        Ctrl-C              clear the line, or stop what runs
        An expression prints its value; a statement that is not complete goes on in the next line.

        """

    private let host: ScriptHost
    private let configuration: Configuration
    private let input: ReplInput
    private let printer: ValuePrinter

    public init(host: ScriptHost, configuration: Configuration) {
        self.host = host
        self.configuration = configuration
        input = ReplInput(historyPath: configuration.historyPath)
        printer = ValuePrinter(columnCount: configuration.columnCount, usesColor: configuration.usesColor)
    }

    /// Runs the session.
    ///
    /// - Returns: whether every entry was evaluated without an error: what a script of entries, piped in, is judged by.
    public func run() -> Bool {
        if let banner = configuration.banner { show(banner + "\n") }
        var isClean = true
        var hasCancelledEmpty = false
        while true {
            switch readEntry() {
            case .endOfInput: return isClean
            case .cancelled(let hadText):
                if !hadText, hasCancelledEmpty { show("Ctrl-D leaves\n") }
                hasCancelledEmpty = !hadText
            case .command(let name):
                hasCancelledEmpty = false
                if name == ".quit" || name == ".exit" { return isClean }
                show(name == ".help" ? Self.help : "there is no command \(name); .help tells what there is\n")
            case .code(let attempt):
                hasCancelledEmpty = false
                if !evaluate(attempt) { isClean = false }
            }
        }
    }

    // MARK: Reading

    private enum Entry {
        case code(String)
        case command(String)
        case cancelled(hadText: Bool)
        case endOfInput
    }

    /// Reads lines until they are a whole chunk, or one that cannot become whole.
    private func readEntry() -> Entry {
        var text = ""
        while true {
            let isFirst = text.isEmpty
            switch input.readLine(prompt: isFirst ? "\(configuration.promptName)> " : "   …> ") {
            case .endOfInput where isFirst: return .endOfInput
            case .endOfInput: return .code(text)
            case .cancelled(let hadText): return .cancelled(hadText: hadText || !isFirst)
            case .line(let line):
                if isFirst, line.allSatisfy(\.isWhitespace) { continue }
                if isFirst, line.hasPrefix(".") {
                    input.remember(line)
                    return .command(String(line.split(separator: " ").first ?? "."))
                }
                text += isFirst ? line : "\n" + line
                if !isIncomplete(text) {
                    input.remember(text)
                    return .code(text)
                }
            }
        }
    }

    /// Whether more lines may complete the text, as an expression or as it is.
    private func isIncomplete(_ text: String) -> Bool {
        let asIs = host.vm.problem(inChunk: text)
        if asIs == nil || asIs == .incomplete { return asIs == .incomplete && !isExpression(text) }
        return host.vm.problem(inChunk: "return " + text) == .incomplete
    }

    private func isExpression(_ text: String) -> Bool {
        host.vm.problem(inChunk: "return " + text) == nil
    }

    // MARK: Evaluating

    /// - Returns: whether there was no error.
    private func evaluate(_ text: String) -> Bool {
        let text = text.hasPrefix("=") ? String(text.dropFirst()) : text
        let chunk = isExpression(text) ? "return " + text : text
        configuration.rearmInterrupt()
        host.interruptHandle.clear()
        do throws(LuaError) {
            let values = try host.run(chunk, name: "=stdin")
            print(values, configuration.takeWrites())
            return true
        } catch {
            complain(error)
            print([], configuration.takeWrites())
            return false
        }
    }

    /// Prints what was written in place of the records, and the other values.
    private func print(_ values: [LuaValue], _ writes: [Write]) {
        if let json = configuration.json { return show(values.map { json($0) + "\n" }.joined()) }
        let written = Set(writes.map(\.id))
        for write in writes { show(write.line + "\n") }
        for value in values {
            if let id = value["id"]?.text, written.contains(id) { continue }
            show(printer.text(of: value) + "\n")
        }
    }

    private func complain(_ error: LuaError) {
        if error.code == .interrupted {
            return Diagnostics.standardError(error.message + configuration.takeInterruptSummary() + "\n")
        }
        let traceback = error.traceback.isEmpty ? "" : "\n" + error.traceback
        Diagnostics.standardError(error.message + traceback + "\n")
    }

    /// Writes to standard output, after what scripts have left in its buffer.
    private func show(_ text: String) {
        fflush(nil)
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            sent += count
        }
    }
}
