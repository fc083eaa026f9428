import LuaRuntime
import Scripting

/// Runs the entries of a session.
final class Evaluator {
    /// So many entries are kept for the lines that errors show.
    private static let maxSources = 200

    let host: ScriptHost
    let session: SessionRuntime
    let reading: EntryReading
    private let hooks: SessionHooks
    /// Whether entries have chunk names of their own, so that an error shows the line of the right one.
    private let numbersEntries: Bool
    private var entryNumber = 0
    private(set) var sources: [ErrorSource] = []

    init(host: ScriptHost, hooks: SessionHooks, numbersEntries: Bool) throws(LuaError) {
        self.host = host
        self.hooks = hooks
        self.numbersEntries = numbersEntries
        session = try SessionRuntime(host.vm)
        reading = EntryReading(vm: host.vm)
    }

    /// Runs an entry.
    ///
    /// - Returns: its values, which are `_` and so on from now on.
    func run(_ text: String) throws(LuaError) -> [LuaReference] {
        entryNumber += 1
        let chunkName = numbersEntries ? "stdin#\(entryNumber)" : "stdin"
        remember(text, chunkName)
        switch reading.form(of: text, chunkName: chunkName) {
        case .incomplete(let error), .wrong(let error): throw error
        case .chunk(let chunk):
            let function = try session.function(of: chunk, chunkName: chunkName)
            defer {
                forgetInterrupt()
                session.refreshLocals()
            }
            try host.run(function) { self.session.keepError($0) }
            return session.takeResults()
        }
    }

    /// Whether a text needs no further lines.
    func isComplete(_ text: String) -> Bool {
        if DotCommand.isCommand(text) || text.allSatisfy(\.isWhitespace) || HelpQuestion(text) != nil { return true }
        if case .incomplete = reading.form(of: text) { return false }
        return true
    }

    /// Runs a file's text as one program, which sees no locals of the session.
    func load(_ text: [UInt8], path: String) throws(LuaError) {
        remember(String(decoding: text, as: UTF8.self), Self.shownName(ofFile: path))
        defer { forgetInterrupt() }
        _ = try host.run(text, name: "@\(path)")
    }

    /// How Lua shows a chunk's name that is a path: of a long one the end (`LUA_IDSIZE` of luaconf.h is 60).
    private static func shownName(ofFile path: String) -> String {
        let bytes = Array(path.utf8)
        guard bytes.count > 59 else { return path }
        return "..." + String(decoding: bytes.suffix(56), as: UTF8.self)
    }

    /// Makes sure that no earlier interrupt stops what is run next. To be called when code has ended, and when an entry
    /// begins, and not when it is run: Ctrl-C just after Enter is meant for it.
    func forgetInterrupt() {
        hooks.rearmInterrupt()
        host.interruptHandle.clear()
    }

    /// The newest first: an error is explained by it.
    private func remember(_ text: String, _ chunkName: String) {
        sources.removeAll { $0.chunkName == chunkName }
        sources.insert(ErrorSource(text, chunkName: chunkName), at: 0)
        if sources.count > Self.maxSources { sources.removeLast() }
    }
}
