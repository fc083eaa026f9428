import CLua
import CLuaBridge
import Testing

@testable import LuaRuntime

/// What a test does to a VM between the moment memory runs out and the check that the VM still works.
private struct BridgeOperation: Sendable, CustomTestStringConvertible {
    let name: String
    /// Prepares the stack; all memory is there.
    var prepare: @Sendable (LuaVM) throws -> Void = { _ in }
    let perform: @Sendable (LuaVM) throws -> Void

    var testDescription: String { name }
}

@Suite("Memory may run out at any allocation", .timeLimit(.minutes(4)))
struct AllocationFailureTests {
    private static func pushing(_ name: String, _ value: LuaValue) -> BridgeOperation {
        BridgeOperation(name: "push \(name)") { vm in
            try vm.push(value)
            lua_settop(vm.mainState, -2)
        }
    }

    private static func running(_ name: String, _ source: String) -> BridgeOperation {
        BridgeOperation(name: "run \(name)") { vm in
            var result: Result<[LuaValue], LuaError>?
            try vm.tasks.startChunk(Array(source.utf8), name: "=test") { result = $0 }
            vm.tasks.drain()
            _ = try #require(result).get()
        }
    }

    private static let document = #"{"id":"x","n":1E400,"l":[1,{"a":null,"s":"\u00e9"}],"o":{}}"#

    fileprivate static let operations: [BridgeOperation] = [
        pushing("string", .string(String(repeating: "x", count: 100))),
        pushing("table", .table([.init("a", .array([1, 2, "three"])), .init("b", true)])),
        pushing("document", .document(Array(document.utf8))),
        pushing("JSON", .json(Array(document.utf8))),
        pushing("object", .object(metatable: "thing", [.init("a", 1)])),
        BridgeOperation(name: "set global") { try $0.setGlobal("a.b.c", to: "text") },
        BridgeOperation(name: "register") {
            try $0.register("some.function") { call throws(LuaError) in try call.returning() }
        },
        BridgeOperation(name: "metatable") { try $0.registerMetatable("other", source: "return { __name = 'other' }") },
        BridgeOperation(name: "run now") { try $0.runNow("return { 1, { 2 } }", name: "=test") },
        BridgeOperation(name: "collect") { try $0.collectGarbage() },
        BridgeOperation(name: "load") { vm in
            try vm.loadText("local a = { 'x' .. 1 } return function() return a end", name: "=test")
            lua_settop(vm.mainState, -2)
        },
        BridgeOperation(name: "library") { vm in
            try vm.setGlobal("__hidden", to: .table([]))
            let hidden = try vm.hideGlobal("__hidden")
            let source = "return { ['lazy.f'] = function() return 1 end }"
            try vm.registerLibrary(["lazy.f"], source: source, name: "=lazy", argument: hidden)
            try vm.runNow("return lazy.f()", name: "=test")
        },
        running("a host call with results", "return reply('x', 1)"),
        running("a host error", "local ok, e = pcall(failing) return e.message"),
        running("a document there and back", "local d = document() d.l[2].z = { 'new' } d.o = nil return encode(d)"),
        running("tasks", "local t = spawn.spawn(function(...) return ... end, 1, 2) return spawn.join(t)"),
        running(
            "coroutines",
            "local f = coroutine.wrap(function(a) local b = coroutine.yield(a .. 'x') error({ b }) end) f('1') return pcall(f, 2)"
        ),
        running("require", "package.preload.m = function() return { 1 } end return require 'm'[1]"),
        running(
            "an error with a traceback",
            "local function f() error('deep') end local ok, m = xpcall(f, debug.traceback) return m"
        ),
        running(
            "finalizers",
            "local n = 0 local mt = { __gc = function() n = n + 1 end } setmetatable({}, mt) collectgarbage() return n .. 'x'"
        ),
        running(
            "a finalizer that fails",
            "setmetatable({}, { __gc = function() local x <close> = setmetatable({}, { __close = type }) error({}) end }) collectgarbage()"
        ),
        running(
            "a function's copy",
            """
            local n = 2
            local f = undump(dump(function(...) local t = { n, 'x', 1.5, ... } return t end))
            debug_library().setupvalue(f, 1, 3)
            return dump(print) == nil and f(('y'):rep(50))[1]
            """
        ),
        running(
            "close",
            "local c = coroutine.create(function() local x <close> = setmetatable({}, { __close = function() y = { 1 } end }) coroutine.yield() end) coroutine.resume(c) return coroutine.close(c)"
        ),
    ]

    private static func makeVM() throws -> LuaVM {
        let vm = try LuaVM()
        try vm.registerTaskFunctions(in: "spawn")
        try vm.registerMetatable("thing", source: "return { __name = 'thing' }")
        try vm.register("reply") { (call) throws(LuaError) in
            try call.returning(.table([.init("a", .array([1, 2]))]), .string("text"))
        }
        try vm.register("failing") { (_) throws(LuaError) in
            throw LuaError(.runtime, value: .object(metatable: "thing", [.init("message", "m")]), message: "m")
        }
        try vm.register("document") { (call) throws(LuaError) in try call.returning(.document(Array(document.utf8))) }
        try vm.register("encode") { (call) throws(LuaError) in
            try call.returning(.string(call.mergedJSON(at: 1, maxBytes: 1 << 20)))
        }
        try vm.register("dump") { (call) throws(LuaError) in try call.returningDump(at: 1) }
        try vm.register("undump") { (call) throws(LuaError) in try call.returningFunction(ofDumpAt: 1) }
        try vm.register("debug_library") { (call) throws(LuaError) in try call.returningDebugLibrary() }
        return vm
    }

    @Test(arguments: operations)
    fileprivate func failing(_ operation: BridgeOperation) throws {
        var failures = 0
        for position in 1...100_000 {
            let vm = try Self.makeVM()
            try operation.prepare(vm)
            let top = lua_gettop(vm.mainState)
            bridge_vm_fail_allocation(vm.handle, UInt64(position))
            let before = bridge_vm_allocation_count(vm.handle)
            var failed = false
            do {
                try operation.perform(vm)
            } catch {
                failed = true
                failures += 1
            }
            bridge_vm_fail_allocation(vm.handle, 0)
            #expect(lua_gettop(vm.mainState) == top, "the stack is as it was, allocation \(position)")
            #expect(try vm.runNow("return 6 * 7", name: "=after") == 42, "the VM still works, allocation \(position)")
            let used = bridge_vm_allocation_count(vm.handle) - before
            if !failed, used < UInt64(position) { break }
        }
        #expect(failures > 0 || operation.name == "collect")
    }

    @Test func `a limit too low for the libraries is an error, at every size`() throws {
        var failures = 0
        for limit in stride(from: 512, through: 64 << 10, by: 512) {
            do {
                _ = try LuaVM(LuaVM.Configuration(memoryLimitBytes: limit))
            } catch {
                #expect(error.code == .memory)
                failures += 1
            }
        }
        #expect(failures > 10)
    }

    @Test func `a script at its memory limit gets an error it can catch`() throws {
        let harness = try LuaHarness(LuaVM.Configuration(memoryLimitBytes: 4 << 20))
        let values = try harness.run(
            """
            local ok, message = pcall(function() local t = {} while true do t[#t + 1] = ("x"):rep(1000) .. #t end end)
            return ok, message, pcall(string.rep, "x", 1 << 30)
            """
        )
        #expect(values == [false, "not enough memory", false, "not enough memory"])
        #expect(harness.vm.memoryPeakBytes <= 4 << 20)
    }
}

@Suite("A VM survives what scripts do to it", .timeLimit(.minutes(4)))
struct HostileScriptTests {
    @Test func `a VM closes with waits under way`() throws {
        var ended = false
        do {
            let harness = try LuaHarness()
            try harness.vm.tasks.startChunk(
                Array("local f <close> = setmetatable({}, { __close = function() closed = true end }) wait()".utf8),
                name: "=test"
            ) { _ in ended = true }
            harness.vm.tasks.drain()
            #expect(harness.takeWaits().count == 1)
        }
        #expect(!ended)
    }

    @Test func `values given to scripts from outside leave no memory behind`() throws {
        let vm = try LuaVM()
        let value = LuaValue.array(Array(repeating: .string("text"), count: 1000))
        for _ in 0..<3 { try vm.setGlobal("values", to: value) }
        let before = bridge_arena_mark(vm.handle)
        for _ in 0..<100 { try vm.setGlobal("values", to: value) }
        let after = bridge_arena_mark(vm.handle)
        #expect(before.block == after.block && before.used == after.used)
    }

    @Test func `upvalues that a script tampered with`() throws {
        let harness = try LuaHarness()
        let values = try harness.run("debug.setupvalue(fail, 1, 1 << 40) return pcall(fail)")
        #expect(values == [false, "no such host function"])
    }

    @Test func `a finalizer that fails, calls the host and runs at close`() throws {
        let harness = try LuaHarness()
        let values = try harness.run(
            """
            for i = 1, 100 do
              setmetatable({}, { __gc = function() decode('{"a":[1]}') error("in finalizer") end })
            end
            local d = decode('{"a":{"b":[1,2,3]}}')
            collectgarbage()
            for i = 1, 100 do setmetatable({}, { __gc = function() encode(d) fail() end }) end
            return encode(d)
            """
        )
        #expect(values == [#"{"a":{"b":[1,2,3]}}"#])
    }

    @Test func `finalizers run while documents are pushed`() throws {
        let harness = try LuaHarness()
        let values = try harness.run(
            """
            collectgarbage("generational")
            local expected = '{"a":{"b":[1,2,3],"c":"' .. ("x"):rep(50) .. '"}}'
            for i = 1, 20000 do
              setmetatable({}, { __gc = function() decode('{"z":[9,9,9,9,{"y":8}]}') end })
              local d = decode(expected)
              if d.a.b[3] ~= 3 or encode(d) ~= expected then return "broken at " .. i end
            end
            return "right"
            """
        )
        #expect(values == ["right"])
    }

    @Test(arguments: [
        "local x <close> = closing error('e', 0)",
        "task.join(task.spawn(function() local x <close> = closing error('e', 0) end))",
        "local x <close> = closing wait() error('e', 0)",
    ])
    func `what is to be closed is closed when a script fails`(source: String) throws {
        let harness = try LuaHarness()
        _ = try harness.run(
            "closing = setmetatable({}, { __close = function(_, e) closed = e .. wait() end })"
        )
        let error = #expect(throws: LuaError.self) { try harness.run(source) }
        #expect(error?.message == "e")
        #expect(error?.traceback.contains("in main chunk") == true, "\(error?.traceback ?? "")")
        #expect(try harness.run("return closed") == ["ereply"])
    }

    static let errors: [(source: String, message: String)] = [
        ("error()", "nil"),
        ("error({})", "(error object is a table value)"),
        ("error(setmetatable({}, { __tostring = function() return 'shown' end }))", "shown"),
        (
            "error(setmetatable({}, { __tostring = function() error('again') end }))",
            "(error object whose __tostring failed)"
        ),
        (
            "error(setmetatable({}, { __tostring = function() return {} end }))",
            "(error object whose __tostring failed)"
        ),
        ("error('text', 0)", "text"),
        ("local t = {} t[1] = t error(t)", "(error object is a table value)"),
        ("coroutine.wrap(function() fail() end)()", "test:1: test:1: host failure"),
        ("local function f() return f() + 1 end f()", "stack overflow"),
        ("string.rep('x', -1)()", "attempt to call a string value"),
        ("coroutine.yield()", "attempt to yield from outside a coroutine"),
    ]

    @Test(arguments: errors)
    func failing(source: String, message: String) throws {
        let harness = try LuaHarness()
        do {
            _ = try harness.run(source)
            Issue.record("no error")
        } catch let error as LuaError {
            #expect(error.message.contains(message), "\(error.message)")
        }
        #expect(try harness.run("return 1") == [1])
    }
}
