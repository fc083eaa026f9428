import DistributionAPI
import LuaRuntime
import Scripting
import TestSupport
import Testing

@Suite("workers.map", .timeLimit(.minutes(4)))
struct WorkersTests {
    private func runner(
        workers: Int = 2,
        _ configure: (inout ScriptHost.Configuration) -> Void = { _ in }
    ) throws -> ScriptRunner {
        var configuration = ScriptHost.Configuration(workerCount: { workers })
        configure(&configuration)
        return try ScriptRunner(samples: 10, configuration: configuration)
    }

    @Test(arguments: [1, 2, 5])
    func `results come in the order of the items`(workers: Int) throws {
        let values = try runner(workers: workers).run(
            """
            local sum = 0
            local results = workers.map(ids, function(id) return distribution.get(id).id end)
            for i, id in ipairs(ids) do if results[i] == id then sum = sum + 1 end end
            local numbers, i = workers.map(function() i = (i or 0) + 1 return i <= 3000 and i or nil end, function(n)
              if n % 2 == 0 then return n end
            end, { concurrency = 3 })
            return sum, numbers[3000], numbers[2999] == nil, #workers.map({}, print)
            """
        )
        #expect(values == [10, 3000, true, 0])
    }

    /// What a function uses goes with it.
    static let copied: [(program: String, expected: LuaValue)] = [
        ("local n = 2 return workers.map({ 20 }, function(x) return x + n end)[1]", 22),
        ("local f = string.format return workers.map({ 7 }, function(x) return f('%02d', x) end)[1]", "07"),
        ("local lib = math return workers.map({ -7 }, function(x) return lib.abs(x) end)[1]", 7),
        ("function double(x) return 2 * x end return workers.map({ 4 }, function(x) return double(x) end)[1]", 8),
        ("return workers.map({ 'a' }, string.upper)[1]", "A"),
        (
            "local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end return workers.map({ 15 }, fib)[1]",
            610
        ),
        (
            """
            local n = 0
            local function up() n = n + 1 end
            return workers.map({ 1 }, function() up() up() return n end)[1] * 10 + n
            """, 20
        ),
        ("return workers.map({ { a = { 1, { b = 1.5 } } } }, function(t) return t.a[2].b end)[1]", 1.5),
        ("return workers.map({ json.array {} }, json.encode)[1]", "[]"),
        ("return workers.map({ json.null }, function(x) return x == json.null end)[1]", true),
        ("return workers.map({ print, 1 }, function(x) return x == print end)[1]", true),
        ("return workers.map({ 1 }, function() return _ENV == _G end)[1]", true),
        ("local env = _ENV return workers.map({ 1 }, function() return env == _G end)[1]", true),
        ("hidden = coroutine.create(print) return workers.map({ 1 }, function() return type(hidden) end)[1]", "nil"),
        ("package.path = 'x/?.lua' return workers.map({ 1 }, function() return package.path end)[1]", "x/?.lua"),
        ("x = 1 workers.map({ 1 }, function() x = 2 end) return x", 1),
        ("return workers.map({ math.mininteger }, function(x) return x end)[1]", .integer(.min)),
        ("return workers.map({ 'a\\0\\xff' }, function(x) return #x end)[1]", 3),
        ("return workers.map({ function() return 'called' end }, function(f) return f() end)[1]", "called"),
        ("return workers.map({ 1 }, function() return function() return 'back' end end)[1]()", "back"),
    ]

    @Test(arguments: copied)
    func `what the function uses is copied`(program: String, expected: LuaValue) throws {
        #expect(try runner().run(program) == [expected])
        #expect(try runner { $0.isSandboxed = true }.run(program) == [expected])
    }

    @Test func `a distribution keeps its text on the way there and back`() throws {
        let text = #"{"z":1E400,"id":"x","a":[1.50,{"u":"A"}],"n":null}"#
        let service = ScriptRunner.service(0)
        let runner = try ScriptRunner(
            over: .local(service),
            configuration: ScriptHost.Configuration(workerCount: { 2 })
        )
        try runner.host.vm.register("document") { (call) throws(LuaError) in
            try call.returning(.document(Array(text.utf8)))
        }
        try runner.host.vm.register("text") { (call) throws(LuaError) in
            try call.returning(.string(call.mergedJSON(at: 1, maxBytes: 1 << 20)))
        }
        let values = try runner.run(
            """
            local d = document()
            d.a[2].u = "B"
            return text(workers.map({ d }, function(d) d.id = "y" return d end)[1])
            """
        )
        #expect(values == [.string(#"{"z":1E400,"id":"y","a":[1.50,{"u":"B"}],"n":null}"#)])
    }

    static let failures: [(program: String, message: String)] = [
        ("workers.map({ 1 }, function() error('boom') end)", "test:2: boom"),
        ("workers.map({ 1 }, function() error({ 'value' }) end)", "table"),
        ("local co = coroutine.create(print) workers.map({ 1 }, function() return co end)", "the local 'co'"),
        ("workers.map({ coroutine.create(print) }, print)", "item 1: a value of type thread cannot be copied"),
        ("workers.map({ 1 }, function() return setmetatable({}, {}) end)", "the result of item 1: a table with a meta"),
        ("local t = {} t.t = t workers.map({ t }, print)", "item 1: a table that contains itself"),
        ("workers.map({ 1 }, function() workers.map({ 1 }, print) end)", "a worker cannot start workers"),
        ("table.sort({ 1, 2 }, function() workers.map({ 1 }, print) end)", "cannot be called inside a sort"),
        ("workers.map({ 1 }, print, { concurrency = 0 })", "options.concurrency"),
        ("workers.map(function() error('no items') end, print)", "no items"),
        ("workers.map({ 1, 2 }, function() return ('x'):rep(1 << 30) end)", "not enough memory"),
    ]

    @Test(arguments: failures)
    func `an error names what went wrong`(program: String, message: String) throws {
        let text = try runner { $0.vm.memoryLimitBytes = 64 << 20 }.errorText(program)
        #expect(text?.contains(message) == true, "\(text ?? "no error")")
    }

    @Test func `an error of a service stays one`() throws {
        let values = try runner().run(
            """
            local ok, e = pcall(workers.map, { "00000000-0000-4000-8000-000000000000" }, distribution.get)
            return ok, e.code, getmetatable(e).__name
            """
        )
        #expect(values == [false, "notFound", "distribution.error"])
    }

    @Test func `the first error stops endless work`() throws {
        let text = try runner().errorText(
            "workers.map({ 1, 2 }, function(x) if x == 2 then error('enough', 0) end while true do end end)"
        )
        #expect(text == "enough")
    }

    @Test func `a time limit stops workers`() throws {
        let runner = try runner { $0.timeout = .milliseconds(300) }
        let error = #expect(throws: LuaError.self) {
            try runner.run("workers.map({ 1, 2 }, function() while true do end end)")
        }
        #expect(error?.message.contains("time limit reached") == true)
    }

    @Test func `over HTTP each worker has connections of its own`() async throws {
        let record = String(
            decoding: ScriptedService.minimalBody(id: ScriptRunner.numberedIDs(1)[0]),
            as: UTF8.self
        )
        try await RawHTTPServer.with(script: { _ in [.waitForRelease, .send(RawHTTPServer.answer(200, record))] }) {
            server in
            async let values = ScriptHost.run(
                """
                local ids = {}
                for i = 1, 8 do ids[i] = ("aaaaaaaa-0000-4000-8000-%012x"):format(i) end
                return #workers.map(ids, distribution.get)
                """,
                over: .http(server),
                configuration: ScriptHost.Configuration(workerCount: { 2 })
            )
            await server.wait { $0.requests.count == 8 }
            server.release()
            try await #expect(values == [8])
        }
    }

    @Test func `cancelling the script ends its workers`() async throws {
        let (starts, continuation) = AsyncStream<Void>.makeStream()
        let running = Task {
            try await ScriptHost.run(
                """
                local n = 0
                workers.map(function()
                  n = n + 1
                  if n == 3 then started() end
                  return n
                end, function() while true do end end)
                """,
                over: ScriptRunner.service(0),
                configuration: ScriptHost.Configuration(workerCount: { 2 })
            ) { host throws(LuaError) in
                try host.vm.register("started") { call throws(LuaError) in
                    continuation.yield()
                    return try call.returning()
                }
            }
        }
        for await _ in starts { break }
        running.cancel()
        await #expect(throws: LuaError.self) { try await running.value }
    }
}
