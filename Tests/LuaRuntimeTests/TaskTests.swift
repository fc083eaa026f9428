import LuaRuntime
import Testing

@Suite("Host functions wait through whatever the script is doing")
struct WaitingTests {
    static let programs: [(name: String, source: String, expected: [LuaValue])] = [
        ("main chunk", "return wait()", ["reply"]),
        ("pcall", "return select(2, pcall(wait))", ["reply"]),
        ("coroutine", "return coroutine.wrap(function() return wait() end)()", ["reply"]),
        (
            "nested coroutines",
            """
            local inner = coroutine.wrap(function() coroutine.yield(wait()) coroutine.yield(wait() .. 2) end)
            local outer = coroutine.wrap(function() coroutine.yield(inner()) coroutine.yield(inner()) end)
            return outer(), outer()
            """, ["reply", "reply2"]
        ),
        ("iterator", "for x in wait do return x end", ["reply"]),
        ("metamethod", "return setmetatable({}, {__index = wait}).x", ["reply"]),
        (
            "sort comparator", "local r; table.sort({1, 2}, function() r = wait() return false end) return r",
            ["blocked"]
        ),
        ("gsub callback", "return (string.gsub('x', 'x', wait))", ["blocked"]),
        (
            "coroutine in a comparator",
            """
            local r
            table.sort({1, 2}, function() r = coroutine.wrap(wait)() return false end)
            return r
            """, ["blocked"]
        ),
        (
            "required module",
            "package.preload.m = function() return { wait() } end return require 'm'[1]", ["reply"]
        ),
        ("main is no coroutine", "return select(2, coroutine.running()), coroutine.isyieldable()", [true, false]),
        (
            "resume of a waiting coroutine",
            """
            local co
            co = coroutine.create(function() return wait() end)
            local t = task.spawn(function() return coroutine.resume(co) end)
            local r = coroutine.status(co)
            wait()
            return coroutine.status(co), task.join(t)
            """, ["normal", true, "reply"]
        ),
        (
            "close",
            "local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) return coroutine.close(co), coroutine.status(co)",
            [true, "dead"]
        ),
        ("error through wrap", "return pcall(coroutine.wrap(function() fail() end))", [false, "test:1: host failure"]),
        ("host error position", "return pcall(function() fail() end)", [false, "test:1: host failure"]),
    ]

    @Test(arguments: programs)
    func waiting(name: String, source: String, expected: [LuaValue]) throws {
        let harness = try LuaHarness()
        #expect(try harness.run(source) == expected, "\(name)")
    }

    @Test func `a reply after the wait is over finds nobody`() throws {
        let harness = try LuaHarness()
        #expect(try harness.run("local a = wait() return a") == ["reply"])
        let vm = harness.vm
        var ended = 0
        try vm.tasks.startChunk(
            Array("local t = task.spawn(wait) task.cancel(t) return pcall(task.join, t)".utf8),
            name: "=t"
        ) { _ in
            ended += 1
        }
        vm.tasks.drain()
        for wait in harness.takeWaits() { wait.finish(with: .values(["late"])) }
        vm.tasks.drain()
        #expect(ended == 1)
        #expect(vm.tasks.isIdle)
    }
}

@Suite("Tasks are structured")
struct StructuredTaskTests {
    @Test func `64 waits are in flight at once`() throws {
        let harness = try LuaHarness()
        var result: Result<[LuaValue], LuaError>?
        try harness.vm.tasks.startChunk(
            Array(
                """
                local tasks = {}
                for i = 1, 64 do tasks[i] = task.spawn(function() return i, wait() end) end
                local sum = 0
                for i = 1, 64 do sum = sum + task.join(tasks[i]) end
                return sum
                """.utf8
            ),
            name: "=test"
        ) { result = $0 }
        harness.vm.tasks.drain()
        let waits = harness.takeWaits()
        #expect(waits.count == 64)
        for wait in waits.reversed() { wait.finish(with: .values([])) }
        harness.vm.tasks.drain()
        #expect(try result?.get() == [2080])
        #expect(harness.vm.tasks.isIdle)
    }

    @Test func `a parent ends after its children`() throws {
        let harness = try LuaHarness()
        #expect(try harness.run("task.spawn(function() wait() done = true end) return 1") == [1])
        #expect(try harness.run("return done") == [true])
    }

    @Test func `a child's error that nobody joins is its parent's`() throws {
        let harness = try LuaHarness()
        #expect(throws: LuaError.self) {
            try harness.run("task.spawn(function() wait() error('lost', 0) end) return 1")
        }
    }

    @Test func `a joined error is raised where it is joined`() throws {
        let harness = try LuaHarness()
        let values = try harness.run(
            "local t = task.spawn(function() wait() error({code = 7}) end) local ok, e = pcall(task.join, t) return ok, e.code"
        )
        #expect(values == [false, 7])
    }

    @Test func `a failing parent cancels its children`() throws {
        let harness = try LuaHarness()
        #expect(throws: LuaError.self) {
            try harness.run("task.spawn(function() wait() end) wait() error 'x'", replying: nil)
        }
        let waits = harness.takeWaits()
        waits.first?.finish(with: .values([]))
        harness.vm.tasks.drain()
        #expect(harness.cancelledWaits == 1)
        #expect(harness.vm.tasks.isIdle)
    }
}

@Suite("Tasks keep their errors and their coroutines to themselves", .timeLimit(.minutes(4)))
struct TaskOwnershipTests {
    static let programs: [(name: String, source: String, expected: [LuaValue])] = [
        (
            "an error joined after its task has ended",
            "local t = task.spawn(function() error({code = 7}) end) wait() local ok, e = pcall(task.join, t) return ok, e.code",
            [false, 7]
        ),
        (
            "the second of two errors, when the first is joined",
            """
            local ok, e = pcall(task.join, task.spawn(function()
              local a = task.spawn(error, "first", 0)
              task.spawn(error, "second", 0)
              wait()
              pcall(task.join, a)
            end))
            return ok, e
            """, [false, "second"]
        ),
        (
            "joining twice",
            "local t = task.spawn(error, 'x', 0) wait() local a, b = pcall(task.join, t) local c, d = pcall(task.join, t) return a, b, c, d",
            [false, "x", false, "x"]
        ),
        (
            "resuming a task's coroutine", "return coroutine.resume(task.spawn(wait))",
            [false, "cannot resume non-suspended coroutine"]
        ),
        (
            "resuming the main task from another",
            "local m = coroutine.running() local t = task.spawn(function() return coroutine.resume(m) end) wait() return task.join(t)",
            [false, "cannot resume non-suspended coroutine"]
        ),
        (
            "closing a task's coroutine before it starts",
            "local t = task.spawn(wait) local ok, m = pcall(coroutine.close, t) return ok, m, task.join(t)",
            [false, "cannot close a normal coroutine", "reply"]
        ),
        (
            "closing an ended task's coroutine",
            "local t = task.spawn(function() error('x', 0) end) wait() return pcall(coroutine.close, t), pcall(task.join, t)",
            [false, false, "x"]
        ),
        (
            "resuming an ended task's coroutine, whose result is a function",
            "local t = task.spawn(function() return print end) wait() return coroutine.resume(t)",
            [false, "cannot resume non-suspended coroutine"]
        ),
        ("wait, wrapped, in a task", "return task.join(task.spawn(coroutine.wrap(wait)))", ["reply"]),
        (
            "a task that joins itself", "return select(2, pcall(task.join, coroutine.running()))",
            ["task.join: a task cannot wait for its own end"]
        ),
        (
            "a cancelled join",
            """
            local slow = task.spawn(wait)
            local joiner = task.spawn(function() return task.join(slow) end)
            task.spawn(function() task.cancel(joiner) end)
            local ok, e = pcall(task.join, joiner)
            return ok, e, task.join(slow)
            """, [false, "test:2: the task was cancelled", "reply"]
        ),
        (
            "not a task", "return pcall(task.join, coroutine.create(print))",
            [false, "expected a task, got a coroutine that is none"]
        ),
        (
            "not a task, and suspended",
            "local c = coroutine.create(coroutine.yield) coroutine.resume(c) return pcall(task.join, c)",
            [false, "expected a task, got a coroutine that is none"]
        ),
    ]

    @Test(arguments: programs)
    func owning(name: String, source: String, expected: [LuaValue]) throws {
        let harness = try LuaHarness()
        #expect(try harness.run(source) == expected, "\(name)")
        #expect(harness.vm.tasks.isIdle)
    }

    @Test func `a long program that joins failing tasks holds on to none`() throws {
        let harness = try LuaHarness()
        let values = try harness.run(
            """
            local function failing() error(("x"):rep(10000), 0) end
            collectgarbage()
            local before = collectgarbage("count")
            for i = 1, 2000 do
              local t = task.spawn(failing)
              pcall(task.join, t)
            end
            collectgarbage() collectgarbage()
            return collectgarbage("count") - before < 500
            """
        )
        #expect(values == [true])
    }
}
