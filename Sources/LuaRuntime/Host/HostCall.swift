import CLua
import CLuaBridge

/// A call from a script into the host: its arguments, and the ways to answer it.
///
/// Valid only while the host function runs, on the VM's thread. Reading an argument neither raises nor allocates Lua
/// memory.
public struct HostCall {
    public let vm: LuaVM
    /// The coroutine that called.
    let state: OpaquePointer
    let answer: UnsafeMutablePointer<bridge_call>

    /// The number of arguments.
    public var count: Int { Int(lua_gettop(state)) }

    /// How a host function ended; made by the functions below.
    public struct Answer {
        let action: bridge_action
    }

    // MARK: Arguments, counted from 1

    /// The type of an argument.
    public func type(at index: Int) -> LuaType {
        LuaType(rawValue: lua_type(state, Int32(index))) ?? .none
    }

    /// Whether the argument is absent or nil.
    public func isNone(at index: Int) -> Bool {
        lua_type(state, Int32(index)) <= LUA_TNIL
    }

    /// The bytes of a string argument, borrowed for `body`; `nil` for other types. Numbers are not converted.
    public func withString<Result>(at index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        var length = 0
        guard let bytes = bridge_to_string(state, Int32(index), &length) else { return nil }
        return body(UnsafeRawBufferPointer(start: bytes, count: length))
    }

    /// The text of a string argument, repaired where it is not UTF-8.
    public func string(at index: Int) -> String? {
        withString(at: index) { String(decoding: $0, as: UTF8.self) }
    }

    /// The value of a number argument that is integral.
    public func integer(at index: Int) -> Int64? {
        guard type(at: index) == .number else { return nil }
        var isExact = false
        let value = bridge_to_integer(state, Int32(index), &isExact)
        return isExact ? value : nil
    }

    /// The value of a number argument.
    public func number(at index: Int) -> Double? {
        type(at: index) == .number ? bridge_to_number(state, Int32(index)) : nil
    }

    /// The truth of an argument: all but `nil` and `false`.
    public func boolean(at index: Int) -> Bool {
        lua_toboolean(state, Int32(index)) != 0
    }

    /// A copy of an argument; see `LuaValue` for its limits.
    public func value(at index: Int) throws(LuaError) -> LuaValue {
        try ValueReader(state: state).read(at: Int32(index))
    }

    /// A copy of one field of a table argument, by raw access; `.nil` when the argument is no table.
    public func field(_ name: String, at index: Int) throws(LuaError) -> LuaValue {
        guard type(at: index) == .table else { return .nil }
        let top = lua_gettop(state)
        defer { lua_settop(state, top) }
        guard bridge_get_field(state, Int32(index), name) == LUA_OK else { throw vm.takeError(from: state) }
        return try ValueReader(state: state).read(at: -1)
    }

    /// The text of any argument as `tostring` gives it; a `__tostring` of the script's may run.
    public func text(at index: Int) throws(LuaError) -> String {
        if let text = string(at: index) { return text }
        guard bridge_to_text(state, Int32(index)) == LUA_OK else { throw vm.takeError(from: state) }
        defer { lua_settop(state, -2) }
        var length = 0
        let bytes = bridge_to_string(state, -1, &length)
        return String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
    }

    // MARK: Answers

    /// Ends the call with `values`, at most `BRIDGE_MAX_RESULTS` of them.
    public func returning(_ values: LuaValue...) throws(LuaError) -> Answer {
        try returning(values)
    }

    /// Ends the call with `values`, at most `BRIDGE_MAX_RESULTS` of them.
    public func returning(_ values: [LuaValue]) throws(LuaError) -> Answer {
        guard values.count <= Int(BRIDGE_MAX_RESULTS) else { throw LuaError("too many results") }
        for (position, value) in values.enumerated() { try fill(value, at: position) }
        return returningFilled(values.count)
    }

    /// Ends the call with its own argument at `index`.
    public func returningArgument(at index: Int) -> Answer {
        var described = bridge_value()
        described.kind = BRIDGE_ARGUMENT
        described.integer = Int64(index)
        return returning(described)
    }

    /// Whether the script can be suspended here; where it cannot (a sort comparator, say), the host must block.
    public var canWait: Bool { bridge_can_wait(state) }

    /// Suspends the calling task until the wait is finished.
    ///
    /// - Parameter start: begins what is waited for and returns how to give it up. It may finish the wait at once.
    /// - Precondition: `canWait`.
    public func waiting(_ start: (LuaTask.Wait) -> (() -> Void)?) throws(LuaError) -> Answer {
        guard let task = vm.tasks.running else { throw LuaError("internal error: a wait outside a task") }
        if let error = task.pendingCancellation { throw error }
        let wait = task.beginWait()
        let cancel = start(wait)
        if let outcome = task.takeFinishedOutcome(of: wait) {
            return try answer(with: outcome)
        }
        task.setCancel(cancel)
        return Answer(action: BRIDGE_WAIT)
    }

    /// Ends the call with an outcome that is there already.
    public func answer(with outcome: LuaTask.Outcome) throws(LuaError) -> Answer {
        switch outcome {
        case .values(let values): return try returning(values)
        case .value(let value):
            try fill(value, at: 0)
            return returningFilled(1)
        case .pair(let first, let second):
            try fill(first, at: 0)
            try fill(second, at: 1)
            return returningFilled(2)
        case .failure(let error): throw error
        case .task(let ending): return try takeResults(of: ending)
        }
    }

    /// Moves the results of an ended task to this call, or raises its error.
    private func takeResults(of ending: TaskEnding) throws(LuaError) -> Answer {
        switch ending.take(to: state) {
        case .returned(let count):
            answer.pointee.count = UInt32(count)
            return Answer(action: BRIDGE_RETURN_STACK)
        case .raised:
            bridge_task_pass_error(vm.handle, ending.coroutine)
            return Answer(action: BRIDGE_RAISE_TASK)
        case .failed(let error): throw error
        }
    }

    // MARK: Inside

    /// Where `canWait` is false, for messages.
    static let whereWaitingFails = "inside a sort comparator, a gsub callback, a metamethod of C code, or such"

    /// Ends the call with a coroutine of this VM.
    func returning(coroutine: OpaquePointer) -> Answer {
        // Pushing a coroutine onto itself is the one push that lua_pushthread makes; moving it allocates nothing.
        lua_pushthread(coroutine)
        lua_xmove(coroutine, state, 1)
        answer.pointee.count = 1
        return Answer(action: BRIDGE_RETURN_STACK)
    }

    /// Ends the call with the value on top of its stack.
    func returningTop() -> Answer {
        answer.pointee.count = 1
        return Answer(action: BRIDGE_RETURN_STACK)
    }

    func returning(_ described: bridge_value) -> Answer {
        answer.pointee.count = 1
        withResults { $0.initialize(to: described) }
        return Answer(action: BRIDGE_RETURN)
    }

    private func fill(_ value: LuaValue, at position: Int) throws(LuaError) {
        var described = bridge_value()
        try ValueDescriber(vm: vm).describe(value, into: &described)
        withResults { ($0 + position).initialize(to: described) }
    }

    private func returningFilled(_ count: Int) -> Answer {
        answer.pointee.count = UInt32(count)
        return Answer(action: BRIDGE_RETURN)
    }

    func raise(_ error: LuaError) -> bridge_action {
        var described = bridge_value()
        do {
            try ValueDescriber(vm: vm).describe(error.value, into: &described)
        } catch {
            described = bridge_value()
            described.kind = BRIDGE_NIL
        }
        withResults { $0.initialize(to: described) }
        return BRIDGE_RAISE
    }

    private func withResults(_ body: (UnsafeMutablePointer<bridge_value>) -> Void) {
        withUnsafeMutablePointer(to: &answer.pointee.results) { results in
            results.withMemoryRebound(to: bridge_value.self, capacity: Int(BRIDGE_MAX_RESULTS)) { body($0) }
        }
    }
}

/// The basic types of Lua (Lua manual, section 2.1), with the C API's numbers.
public enum LuaType: Int32, Sendable {
    case none = -1
    case `nil`, boolean, lightUserdata, number, string, table, function, userdata, thread

    /// The name as `type()` gives it.
    public var name: String {
        switch self {
        case .none: "no value"
        case .nil: "nil"
        case .boolean: "boolean"
        case .lightUserdata, .userdata: "userdata"
        case .number: "number"
        case .string: "string"
        case .table: "table"
        case .function: "function"
        case .thread: "thread"
        }
    }
}
