import DistributionAPI
import LuaRuntime
import Scripting
import TestSupport
import Testing

@Suite("Tasks run beside each other", .timeLimit(.minutes(4)))
struct TaskFunctionTests {
    static let programs: [(source: String, expected: [LuaValue])] = [
        ("return task.spawn(function(...) return ... end, 1, nil, 3):join()", [1, .nil, 3]),
        ("return table.concat(task.join { task.spawn(math.abs, -1), task.spawn(math.abs, -2) }, ' ')", ["1 2"]),
        (
            "local t = task.spawn(task.sleep, 60) task.cancel(t) return (pcall(task.join, t)), t:status()",
            [false, "failed"]
        ),
        ("return tostring(task.spawn(print)) == 'task (waiting)'", [true]),
        (
            "return table.concat(task.map({ 3, 1, 2 }, function(x) task.sleep(x / 1000) return x * 10 end), ' ')",
            ["30 10 20"]
        ),
        (
            "local n = 0 local r = task.map(function() n = n + 1 return n <= 5 and n or nil end, tostring, { concurrency = 2 }) return #r, r[5]",
            [5, "5"]
        ),
        (
            "local r = task.map({ 1, 2, 3 }, function(x) if x ~= 2 then return x end end) return r[1], r[2], r[3]",
            [1, .nil, 3]
        ),
        ("return #task.map({}, print)", [0]),
        (
            "local most, now = 0, 0 task.map(ids, function() now = now + 1 most = math.max(most, now) task.sleep(0.001) now = now - 1 end, { concurrency = 3 }) return most",
            [3]
        ),
        (
            "local started = 0 local ok, e = pcall(task.map, ids, function(id) started = started + 1 if id == ids[2] then error('two', 0) end task.sleep(60) end, { concurrency = 3 }) return ok, e, started <= 3",
            [false, "two", true]
        ),
        ("local ok, e = pcall(task.timeout, 0.01, task.sleep, 60) return ok, e.code", [false, "timeout"]),
        ("return task.timeout(60, function(a) task.sleep(0.001) return a end, 'in time')", ["in time"]),
        (
            "local log = {} task.spawn(function() task.sleep(0.001) log[1] = 'child' end) local t = task.spawn(function() task.spawn(function() task.sleep(0.002) log[2] = 'grandchild' end) end) t:join() return table.concat(log, ' ')",
            ["child grandchild"]
        ),
        (
            "local ok, e = pcall(function() local t = task.spawn(error, { code = 7 }) task.sleep(0.001) t:join() end) return ok, e.code",
            [false, 7]
        ),
    ]

    @Test(arguments: programs)
    func running(source: String, expected: [LuaValue]) throws {
        #expect(try ScriptRunner(samples: 8).run(source) == expected)
    }

    static let places: [(name: String, source: String)] = [
        ("coroutine", "return coroutine.wrap(function() coroutine.yield(get()) end)()"),
        ("pcall", "return select(2, pcall(get))"),
        ("xpcall", "return select(2, xpcall(get, debug.traceback))"),
        ("__index", "return setmetatable({}, { __index = get }).x"),
        ("__call", "return setmetatable({}, { __call = get })()"),
        ("__concat", "return setmetatable({}, { __concat = get }) .. 'x'"),
        (
            "__lt",
            "local m = { __lt = function() return get() == ids[1] end } return setmetatable({}, m) < setmetatable({}, m) and ids[1]"
        ),
        ("__tostring", "return tostring(setmetatable({}, { __tostring = get }))"),
        (
            "__close",
            "local r do local c <close> = setmetatable({}, { __close = function() r = get() end }) end return r"
        ),
        ("__gc", "setmetatable({}, { __gc = function() r = get() end }) collectgarbage() return r"),
        ("iterator", "for id in get do return id end"),
        ("sort comparator", "local r table.sort({ 1, 2 }, function() r = get() return false end) return r"),
        ("gsub callback", "return (('x'):gsub('x', get))"),
        ("xpcall handler", "return select(2, xpcall(error, get))"),
        (
            "load reader",
            "local n = 0 return load(function() n = n + 1 return n == 1 and 'return \"' .. get() .. '\"' or nil end)()"
        ),
        ("required module", "package.preload.m = function() return { get() } end return require 'm'[1]"),
        (
            "required module in a coroutine",
            "package.preload.m = function() return { get() } end return coroutine.wrap(require)('m')[1]"
        ),
        (
            "coroutine in a comparator",
            "local r table.sort({ 1, 2 }, function() r = coroutine.wrap(get)() return false end) return r"
        ),
    ]

    @Test(arguments: places)
    func waiting(name: String, source: String) throws {
        let runner = try ScriptRunner(samples: 1)
        let values = try runner.run("local function get() return distribution.get(ids[1]).id end\n\(source)")
        #expect(values == [.string(runner.ids[0])], "\(name)")
    }

    @Test func `a second run, after one that waited`() throws {
        let runner = try ScriptRunner(samples: 2)
        for _ in 0..<3 {
            #expect(try runner.run("task.sleep(0.001) return distribution.get(ids[1]).id == ids[1]") == [true])
        }
    }

    @Test func `a run within a run is refused`() throws {
        let runner = try ScriptRunner(samples: 0)
        try runner.host.vm.register("nested") { [unowned host = runner.host] (call) throws(LuaError) in
            try call.returning(host.run("return 1"))
        }
        #expect(
            try runner.errorText("nested()") == "test:2: a script of this host is running; a host runs one at a time"
        )
    }

    @Test(arguments: [
        "while true do end", "task.sleep(60)", "while true do pcall(task.sleep, 60) end",
        "table.sort({ 1, 2 }, function() task.sleep(60) end)",
    ])
    func `a time limit, and a run after it`(source: String) throws {
        let runner = try ScriptRunner(
            samples: 1,
            // Time for the last run on a busy machine too.
            configuration: ScriptHost.Configuration(timeout: .milliseconds(500))
        )
        for _ in 0..<2 {
            let error = #expect(throws: LuaError.self) { try runner.run(source) }
            #expect(error?.code == .interrupted)
            #expect(error?.message == "time limit reached")
        }
        #expect(try runner.run("return 1") == [1])
    }

    @Test(arguments: [
        "distribution.get(ids[1])", "for d in distribution.get_many(ids) do end", "task.map(ids, distribution.get)",
    ])
    func `an interrupt during a wait cancels the request`(source: String) async throws {
        let service = ScriptRunner.service(1)
        service.script("get", .hold)
        let running = Task { [source] in
            try await ScriptHost.run("ids = { '\(ScriptRunner.numberedIDs(1)[0])' } \(source)", over: service)
        }
        while service.heldCount == 0 { await Task.yield() }
        running.cancel()
        let result = await running.result
        #expect(throws: LuaError.self) { try result.get() }
        #expect(service.cancelCount == 1)
    }

    @Test func `async code runs scripts with functions of its own`() async throws {
        let values = try await ScriptHost.run(
            "return add(...), distribution.find '00000000-0000-4000-8000-000000000000'",
            over: ScriptRunner.service(0),
            arguments: [1, 2]
        ) { (host) throws(LuaError) in
            try host.vm.register("add") { (call) throws(LuaError) in
                try call.returning(.integer((call.integer(at: 1) ?? 0) + (call.integer(at: 2) ?? 0)))
            }
        }
        #expect(values == [3, .nil])
    }
}
