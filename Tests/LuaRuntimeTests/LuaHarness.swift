import LuaRuntime

/// A VM with the functions that tests need: `wait()` suspends the task until the test finishes the wait.
final class LuaHarness {
    let vm: LuaVM
    private(set) var waits: [LuaTask.Wait] = []
    private(set) var cancelledWaits = 0

    init(_ configuration: LuaVM.Configuration = LuaVM.Configuration()) throws {
        vm = try LuaVM(configuration)
        try vm.registerTaskFunctions(in: "task")
        try vm.register("wait") { [unowned self] (call) throws(LuaError) in
            guard call.canWait else { return try call.returning("blocked") }
            return try call.waiting { wait in
                self.waits.append(wait)
                return { self.cancelledWaits += 1 }
            }
        }
        try vm.register("decode") { (call) throws(LuaError) in
            try call.returning(.document(Array((call.string(at: 1) ?? "").utf8)))
        }
        try vm.register("encode") { (call) throws(LuaError) in
            try call.returning(.string(call.mergedJSON(at: 1, maxBytes: 1 << 24)))
        }
        try vm.register("fail") { (_) throws(LuaError) in
            throw LuaError("host failure")
        }
    }

    /// Runs a chunk until it ends or waits; finishes its waits, oldest first, with `reply` until it ends.
    func run(_ source: String, replying reply: LuaTask.Outcome? = .values([.string("reply")])) throws -> [LuaValue] {
        vm.adoptThread()
        var result: Result<[LuaValue], LuaError>?
        try vm.tasks.startChunk(Array(source.utf8), name: "=test") { result = $0 }
        vm.tasks.drain()
        while result == nil, let reply, !waits.isEmpty {
            waits.removeFirst().finish(with: reply)
            vm.tasks.drain()
        }
        guard let result else { throw LuaError("the chunk did not end") }
        return try result.get()
    }

    func takeWaits() -> [LuaTask.Wait] {
        defer { waits = [] }
        return waits
    }
}
