import DistributionAPI
import LuaRuntime

/// What the libraries written in Lua are built on. Scripts cannot reach these.
enum Primitives {
    static let all: [(name: String, body: Binding.Body)] = [
        ("check", check), ("sleep", sleep), ("cancel_after", cancelAfter), ("monotonic", monotonic),
        ("list_open", ListCursor.open), ("list_next", ListCursor.next), ("list_close", ListCursor.close),
        ("window_open", RequestWindow.open), ("window_add", RequestWindow.add),
        ("window_next", RequestWindow.next), ("window_close", RequestWindow.close),
        ("original", original), ("raise", raise), ("fail", fail), ("diagnostics", diagnostics), ("write", write),
        ("document", document), ("decode_line", decodeLine), ("help_text", helpText),
        ("documented_names", documentedNames), ("is_array", isArray),
    ]

    /// `check(name, …)`: checks arguments against the documentation of `name`.
    private static let check: Binding.Body = { (_, call) throws(LuaError) in
        guard let entry = DocumentationTable.entry(named: call.string(at: 1) ?? "") else {
            throw LuaError("internal error: no documentation of \(call.string(at: 1) ?? "?")")
        }
        try ArgumentCheck(entry: entry).check(call, firstIndex: 2)
        return try call.returning()
    }

    /// The longest sleep, in seconds: a day.
    private static let maxSleepSeconds = 86_400.0

    /// `sleep(seconds)`.
    private static let sleep: Binding.Body = { (host, call) throws(LuaError) in
        let seconds = call.number(at: 1) ?? 0
        guard seconds >= 0, seconds <= maxSleepSeconds else {
            throw LuaError("task.sleep: expected seconds from 0 to \(Int(maxSleepSeconds)), got \(seconds)")
        }
        guard call.canWait else {
            BlockingSleep.sleep(seconds: seconds, interrupter: host.vm.interrupter)
            return try call.returning()
        }
        return try call.waiting { wait in
            host.schedule(after: .seconds(seconds)) { wait.finish(with: .values([])) }
        }
    }

    /// `cancel_after(coroutine, seconds)`: cancels a task with a `timeout` error unless it ends before.
    private static let cancelAfter: Binding.Body = { (host, call) throws(LuaError) in
        let seconds = call.number(at: 2) ?? 0
        guard seconds > 0, seconds <= maxSleepSeconds else {
            throw LuaError(
                "task.timeout: expected seconds, more than 0 and at most \(Int(maxSleepSeconds)), got \(seconds)"
            )
        }
        let error = ErrorObjects.luaError(
            DistributionError(.timeout, "the task did not end within \(seconds) seconds")
        )
        try host.vm.tasks.cancelLater(call, with: error) { work in
            host.schedule(after: .seconds(seconds), work)
        }
        return try call.returning()
    }

    /// `monotonic()`: seconds of a clock that never goes back.
    private static let monotonic: Binding.Body = { (_, call) throws(LuaError) in
        try call.returning(.number(ContinuousClock.now.duration(to: startOfClock) / .seconds(-1)))
    }

    private static let startOfClock = ContinuousClock.now

    /// `original(d)`: the text that a distribution was read from, or nil.
    private static let original: Binding.Body = { (_, call) throws(LuaError) in
        try call.returning(call.originalJSON(at: 1).map { .string($0) } ?? .nil)
    }

    /// `document(d)`: the text that an update of `d` would send.
    private static let document: Binding.Body = { (_, call) throws(LuaError) in
        try call.returning(.string(DocumentEncoder(call: call, operation: "modify").body(at: 1, as: .distribution)))
    }

    /// `is_array(t)`: whether a table is marked as a JSON array.
    private static let isArray: Binding.Body = { (_, call) throws(LuaError) in
        try call.returning(.boolean(call.isJSONArray(at: 1)))
    }

    /// `raise(code, operation, id, message)`: raises an error object.
    private static let raise: Binding.Body = { (_, call) throws(LuaError) in
        let error = DistributionError(
            DistributionError.Code(rawValue: call.string(at: 1) ?? "invalid"),
            call.string(at: 4) ?? "",
            operation: call.string(at: 2),
            id: call.string(at: 3)
        )
        throw ErrorObjects.luaError(error)
    }

    /// `fail(message)`: raises a text, headed by the position of the script's code.
    private static let fail: Binding.Body = { (_, call) throws(LuaError) in
        throw LuaError(call.string(at: 1) ?? "")
    }

    /// `decode_line(text, name, line)`: one JSON value; an error names the file and line.
    private static let decodeLine: Binding.Body = { (_, call) throws(LuaError) in
        do throws(LuaError) {
            return try call.returningParsedDocument(at: 1)
        } catch {
            throw LuaError("\(call.string(at: 2) ?? "input"):\(call.integer(at: 3) ?? 0): \(error.message)")
        }
    }

    /// `diagnostics()`: whether progress is shown, on a terminal, in colour, its columns, and the log level.
    private static let diagnostics: Binding.Body = { (host, call) throws(LuaError) in
        let diagnostics = host.configuration.diagnostics
        return try call.returning(
            .boolean(diagnostics.showsProgress),
            .boolean(diagnostics.isTerminal),
            .boolean(diagnostics.usesColor),
            .integer(Int64(diagnostics.columnCount)),
            .integer(Int64(diagnostics.level.rawValue))
        )
    }

    /// `write(text)`: writes to where log lines and progress go.
    private static let write: Binding.Body = { (host, call) throws(LuaError) in
        host.configuration.diagnostics.write(call.string(at: 1) ?? "")
        return try call.returning()
    }

    /// `help_text(topic)`: a page about a function or library, or about everything.
    private static let helpText: Binding.Body = { (_, call) throws(LuaError) in
        try call.returning(.string(DocumentationText.page(for: call.string(at: 1))))
    }

    /// `documented_names()`: the full names of all functions.
    private static let documentedNames: Binding.Body = { (_, call) throws(LuaError) in
        try call.returning(.array(DocumentationTable.entries.map { .string($0.name) }))
    }
}
