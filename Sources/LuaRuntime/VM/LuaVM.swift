import CLua
import CLuaBridge
import JSONDocument

/// A Lua 5.4 state and what belongs to it: host functions, tasks, limits.
///
/// A VM belongs to one thread at a time: the one that made it, or the last that called `adoptThread`. All members are
/// for that thread, except those of `interrupter`.
public final class LuaVM {
    /// How deep tables may nest when a value is read from a script.
    public static let maxReadDepth = 64
    /// How many table entries one read may copy.
    public static let maxReadEntries = 1_000_000

    /// What a VM is made with.
    public struct Configuration: Sendable {
        /// The most memory that Lua may hold; `nil` for no limit.
        public var memoryLimitBytes: Int?
        /// The most VM instructions that each run may take, counted in steps of 1,000; `nil` for no limit.
        /// It costs a count hook, about the running time again, so set it only for code that is not trusted.
        public var instructionLimit: UInt64?
        /// Do not read `LUA_PATH` and `LUA_CPATH` (the `-E` option).
        public var ignoresEnvironment: Bool
        /// How long finalizers (`__gc`) that are still to run may take when the VM is closed; those left are stopped.
        public var closeTimeout: Duration

        public init(
            memoryLimitBytes: Int? = nil,
            instructionLimit: UInt64? = nil,
            ignoresEnvironment: Bool = false,
            closeTimeout: Duration = .seconds(2)
        ) {
            self.memoryLimitBytes = memoryLimitBytes
            self.instructionLimit = instructionLimit
            self.ignoresEnvironment = ignoresEnvironment
            self.closeTimeout = closeTimeout
        }
    }

    /// A function that a script can call.
    ///
    /// - Throws: `LuaError`; its `value` becomes the error value in the script, headed by the position of the call
    ///   when it is a text.
    public typealias HostFunction = (HostCall) throws(LuaError) -> HostCall.Answer

    let handle: OpaquePointer
    private let callbackBox: CallbackBox
    private let closeTimeout: Duration
    private var functions: [HostFunction] = []

    /// The tasks of this VM.
    public let tasks: TaskScheduler

    /// - Throws: `LuaError` with `.memory` when the limit is too low for the standard libraries.
    public init(_ configuration: Configuration = Configuration()) throws(LuaError) {
        let box = CallbackBox()
        let limits = bridge_limits(memory_bytes: configuration.memoryLimitBytes ?? 0)
        let context = Unmanaged.passUnretained(box).toOpaque()
        guard let handle = bridge_vm_create(vmCallbacks, context, limits, configuration.ignoresEnvironment) else {
            throw LuaError("the memory limit is too low to start Lua", code: .memory)
        }
        self.handle = handle
        callbackBox = box
        closeTimeout = configuration.closeTimeout
        tasks = TaskScheduler(handle: handle)
        box.vm = self
        tasks.vm = self
        if let limit = configuration.instructionLimit {
            bridge_set_instruction_budget(handle, limit)
        }
    }

    deinit {
        callbackBox.vm = nil
        tasks.vm = nil
        adoptThread()
        let deadline = bridge_vm_has_finalizers(handle) ? CloseDeadline(interrupter, after: closeTimeout) : nil
        bridge_vm_close(handle)
        deadline?.end()
        bridge_vm_destroy(handle)
    }

    var mainState: OpaquePointer { bridge_vm_main(handle) }

    /// Makes the calling thread the one that owns this VM.
    public func adoptThread() {
        bridge_vm_adopt_thread(handle)
    }

    /// Stops the scripts of this VM from any thread.
    public var interrupter: Interrupter { Interrupter(handle: handle) }

    // MARK: Host functions

    /// Makes `function` callable as the global `name`; a dotted name sets a field, making tables on the way.
    public func register(_ name: String, _ function: @escaping HostFunction) throws(LuaError) {
        try check(bridge_push_host_function(mainState, addFunction(function)))
        try check(bridge_set_global(mainState, name))
    }

    func addFunction(_ function: @escaping HostFunction) -> Int64 {
        functions.append(function)
        return Int64(functions.count - 1)
    }

    /// Sets a global to a value; a dotted name sets a field.
    public func setGlobal(_ name: String, to value: LuaValue) throws(LuaError) {
        try push(value)
        try check(bridge_set_global(mainState, name))
    }

    /// Registers the table that `source` returns as the metatable `name`.
    ///
    /// - Parameters:
    ///   - name: what `LuaValue.object` names it by.
    ///   - source: a trusted chunk that returns the table.
    public func registerMetatable(_ name: String, source: String) throws(LuaError) {
        var source = source
        try check(source.withUTF8 { bridge_load_host_code(mainState, $0.baseAddress, $0.count, "=\(name)") })
        try check(bridge_call_function(mainState, 0, 1))
        try check(bridge_set_metatable(mainState, name))
    }

    // MARK: Running without tasks

    /// Runs a trusted chunk at once, without a task: what waits in it blocks. For the host's own preparations.
    @discardableResult
    public func runNow(_ source: String, name: String) throws(LuaError) -> LuaValue {
        try loadText(source, name: name)
        try check(bridge_call_function(mainState, 0, 1))
        defer { lua_settop(mainState, -2) }
        return try ValueReader(state: mainState).read(at: -1)
    }

    // MARK: Memory

    /// Bytes that Lua holds.
    public var memoryBytes: Int { bridge_vm_memory(handle) }
    /// The most bytes that Lua held.
    public var memoryPeakBytes: Int { bridge_vm_memory_peak(handle) }

    /// How many values the host has on the main stack; between runs there is none.
    public var stackDepth: Int { Int(lua_gettop(mainState)) }

    /// Frees what no script can reach; finalizers run.
    public func collectGarbage() throws(LuaError) {
        try check(bridge_collect(mainState))
    }

    // MARK: Inside

    func push(_ value: LuaValue) throws(LuaError) {
        let mark = bridge_arena_mark(handle)
        defer { bridge_arena_reset(handle, mark) }
        var described = bridge_value()
        try ValueDescriber(vm: self).describe(value, into: &described)
        try check(bridge_push(mainState, &described))
    }

    func loadText(_ source: String, name: String) throws(LuaError) {
        var source = source
        let status = source.withUTF8 { bridge_load(mainState, $0.baseAddress, $0.count, name, "t") }
        try check(status)
    }

    func check(_ status: Int32) throws(LuaError) {
        guard status == LUA_OK else { throw takeError(from: mainState, status: status) }
    }

    /// Pops the error value on top of `state`.
    func takeError(from state: OpaquePointer, status: Int32 = LUA_ERRRUN) -> LuaError {
        defer { lua_settop(state, -2) }
        return ErrorReader(vm: self).error(at: -1, of: state, status: status)
    }

    /// Parses a text that is about to be pushed or merged with; the nodes live until the host call is answered.
    func parse(_ text: UnsafeRawBufferPointer) throws(LuaError) -> UnsafePointer<bridge_json_node> {
        let parsed: UnsafeMutableBufferPointer<JSONNode>?
        do {
            parsed = try JSONTape.parse(text) { nodeCount in
                bridge_arena_allocate(handle, nodeCount * MemoryLayout<JSONNode>.stride)?
                    .bindMemory(to: JSONNode.self, capacity: nodeCount)
            }
        } catch {
            throw LuaError(error.description)
        }
        guard let parsed, let nodes = UnsafeMutableRawPointer(parsed.baseAddress) else {
            throw LuaError("not enough memory", code: .memory)
        }
        bridge_arena_trim(handle, nodes, parsed.count * MemoryLayout<JSONNode>.stride)
        return UnsafePointer(nodes.bindMemory(to: bridge_json_node.self, capacity: parsed.count))
    }

    fileprivate func dispatch(
        _ state: OpaquePointer,
        function: Int64,
        answer: UnsafeMutablePointer<bridge_call>
    ) -> bridge_action {
        let call = HostCall(vm: self, state: state, answer: answer)
        do throws(LuaError) {
            // Only a script that tampers with upvalues (debug.setupvalue) asks for a function that is none.
            guard functions.indices.contains(Int(function)) else { throw LuaError("no such host function") }
            return try functions[Int(function)](call).action
        } catch {
            return call.raise(error)
        }
    }

    fileprivate func resumed(_ state: OpaquePointer, answer: UnsafeMutablePointer<bridge_call>) -> bridge_action {
        let call = HostCall(vm: self, state: state, answer: answer)
        do throws(LuaError) {
            guard let outcome = tasks.running?.takeOutcome() else {
                throw LuaError("internal error: a task went on without an outcome")
            }
            return try call.answer(with: outcome).action
        } catch {
            return call.raise(error)
        }
    }
}

/// Leads from the bridge back to the VM, which is not complete when the bridge is made.
private final class CallbackBox {
    // Not weak, which would make each retain and release of the VM slower: the VM clears it first when it goes.
    unowned(unsafe) var vm: LuaVM?

    static func vm(of context: UnsafeMutableRawPointer) -> LuaVM? {
        Unmanaged<CallbackBox>.fromOpaque(context).takeUnretainedValue().vm
    }
}

private let vmCallbacks = bridge_callbacks(
    dispatch: { context, state, function, answer in
        guard let vm = CallbackBox.vm(of: context) else { return closedAction(answer) }
        return vm.dispatch(state, function: function, answer: answer)
    },
    resumed: { context, state, answer in
        guard let vm = CallbackBox.vm(of: context) else { return closedAction(answer) }
        return vm.resumed(state, answer: answer)
    },
    format_number: { number, buffer in
        var text = number.description
        return text.withUTF8 { digits in
            let count = min(digits.count, 32)
            if let base = digits.baseAddress { buffer.update(from: base, count: count) }
            return count
        }
    }
)

/// A host function called by a finalizer while the VM closes returns nothing.
private func closedAction(_ answer: UnsafeMutablePointer<bridge_call>) -> bridge_action {
    answer.pointee.count = 0
    return BRIDGE_RETURN
}
