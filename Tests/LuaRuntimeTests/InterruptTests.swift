import LuaRuntime
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Runs `body` on a thread of its own while the caller goes on.
private func onThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Box(body)).toOpaque()
    pthread_create(
        &thread,
        nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        },
        argument
    )
    return thread
}

@Suite("An interrupt stops a script that does not want to stop", .timeLimit(.minutes(4)))
struct InterruptTests {
    static let loops: [(name: String, source: String)] = [
        ("plain loop", "started() while true do end"),
        ("coroutine", "coroutine.wrap(function() started() while true do end end)()"),
        (
            "nested coroutines",
            "coroutine.wrap(function() coroutine.wrap(function() started() while true do end end)() end)()"
        ),
        ("pcall round a loop", "started() while true do pcall(function() while true do end end) end"),
        ("pcall in coroutines", "started() while true do pcall(coroutine.wrap(function() while true do end end)) end"),
        ("debug.sethook", "started() while true do debug.sethook() end"),
        ("sort comparator", "started() table.sort({3, 2, 1}, function() while true do end end)"),
        (
            "close variable",
            "local x <close> = setmetatable({}, { __close = function() started() while true do end end })"
        ),
        (
            "close variables of what was stopped",
            """
            local function close() while true do end end
            local x <close> = setmetatable({}, { __close = close })
            coroutine.wrap(function()
              local y <close> = setmetatable({}, { __close = close })
              started() while true do end
            end)()
            """
        ),
        ("tail calls", "started() local function f() return f() end f()"),
        ("string building", "started() local s = '' while true do s = ('x'):rep(100) .. #s end"),
        ("goto", "started() ::top:: goto top"),
        ("iterator", "started() for _ in function() return 1 end do end"),
        ("host calls", "while true do started() end"),
        ("error handler that loops", "xpcall(error, function() started() while true do end end)"),
        (
            "error handler that loops when interrupted",
            "xpcall(function() started() while true do end end, function() while true do end end)"
        ),
        ("finalizer", "setmetatable({}, { __gc = function() started() while true do end end }) collectgarbage()"),
        (
            "finalizer set after it was marked",
            "local mt = { __gc = true } setmetatable({}, mt) mt.__gc = function() started() while true do end end collectgarbage()"
        ),
        (
            "finalizer by debug.setmetatable",
            "debug.setmetatable({}, { __gc = function() started() while true do end end }) collectgarbage()"
        ),
        (
            "finalizers without end",
            "local function again() setmetatable({}, { __gc = again }) collectgarbage() end started() while true do again() end"
        ),
        ("error handler", "started() while true do xpcall(error, function(m) return m end) end"),
    ]

    @Test(arguments: loops)
    func stopping(name: String, source: String) throws {
        let harness = try LuaHarness()
        let interrupter = harness.vm.interrupter
        let flag = StartFlag()
        do {
            try harness.vm.register("started") { (call) throws(LuaError) in
                flag.hasStarted.store(true, ordering: .releasing)
                return try call.returning()
            }
            let thread = onThread {
                while !flag.hasStarted.load(ordering: .acquiring) { sched_yield() }
                usleep(2000)
                interrupter.interrupt(.user)
            }
            defer { pthread_join(thread, nil) }
            let error = #expect(throws: LuaError.self) { try harness.run(source) }
            #expect(error?.code == .interrupted)
        }
        interrupter.clear()
        #expect(try harness.run("return 1 + 1") == [2], "the VM is usable afterwards")
        #expect(harness.vm.tasks.isIdle)
    }

    @Test func `waiting tasks are woken, and cannot catch it`() throws {
        let harness = try LuaHarness()
        var result: Result<[LuaValue], LuaError>?
        try harness.vm.tasks.startChunk(
            Array(
                "for i = 1, 10 do task.spawn(function() while true do pcall(wait) end end) end while true do pcall(wait) end"
                    .utf8
            ),
            name: "=test"
        ) { result = $0 }
        harness.vm.tasks.drain()
        #expect(harness.takeWaits().count == 11)
        harness.vm.interrupter.interrupt(.user)
        harness.vm.tasks.wakeForInterrupt()
        #expect(throws: LuaError.self) { try result?.get() }
        #expect(harness.cancelledWaits == 11)
        #expect(harness.vm.tasks.isIdle)
        harness.vm.interrupter.clear()
        #expect(try harness.run("return 1") == [1])
    }

    @Test(arguments: [
        "setmetatable({}, { __gc = function() while true do end end }) collectgarbage() while true do end",
        "xpcall(error, function() while true do end end)",
        "table.sort({ 1, 2, 3 }, function() while true do end end)",
        "coroutine.wrap(function() while true do pcall(function() while true do end end) end end)()",
        "while true do coroutine.wrap(function() end)() end",
        "local c = coroutine.wrap(function() while true do coroutine.yield() end end) while true do c() end",
    ])
    func `an instruction limit holds everywhere`(source: String) throws {
        let harness = try LuaHarness(LuaVM.Configuration(instructionLimit: 100_000))
        let error = #expect(throws: LuaError.self) { try harness.run(source) }
        #expect(error?.message == "instruction limit reached")
    }

    @Test(arguments: ["gone = nil", "kept = setmetatable({}, { __gc = function() while true do end end })"])
    func `a VM closes in time, whatever its finalizers do`(more: String) throws {
        let start = ContinuousClock.now
        do {
            let harness = try LuaHarness(LuaVM.Configuration(closeTimeout: .milliseconds(50)))
            _ = try harness.run(
                "gone = setmetatable({}, { __gc = function() while true do pcall(function() while true do end end) end end }) \(more)"
            )
        }
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func `an instruction limit stops a loop`() throws {
        let harness = try LuaHarness(LuaVM.Configuration(instructionLimit: 100_000))
        let error = #expect(throws: LuaError.self) {
            try harness.run("while true do pcall(function() while true do end end) end")
        }
        #expect(error?.message == "instruction limit reached")
        harness.vm.interrupter.clear()
        #expect(try harness.run("local n = 0 for i = 1, 1000 do n = n + i end return n") == [500_500])
    }
}

private final class StartFlag: Sendable {
    let hasStarted = Atomic(false)
}
