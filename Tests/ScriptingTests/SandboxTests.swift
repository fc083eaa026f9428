import LuaRuntime
import Scripting
import Testing

@Suite("A sandboxed script cannot get out", .timeLimit(.minutes(4)))
struct SandboxTests {
    private func sandbox(_ vm: LuaVM.Configuration = LuaVM.Configuration()) throws -> ScriptRunner {
        try ScriptRunner(
            samples: 1,
            configuration: ScriptHost.Configuration(vm: vm, timeout: .seconds(20), isSandboxed: true)
        )
    }

    /// Each gives `nil` or `false`, or fails.
    static let escapes = [
        "return io", "return os.execute", "return os.exit", "return os.remove", "return os.rename", "return os.tmpname",
        "return os.getenv", "return os.setlocale", "return package.loadlib", "return package.searchpath",
        "return package.loaded.io", "return package.loaded._G.io", "return package.loaded.debug.getregistry",
        "return debug.getregistry", "return debug.getmetatable", "return debug.sethook", "return debug.getupvalue",
        "return debug.setupvalue", "return debug.getinfo", "return debug.getlocal", "return debug.setmetatable",
        "return debug.upvaluejoin", "return string.dump", "return ('x').dump", "return dofile", "return loadfile",
        "return input", "return require 'io'", "return require 'os.execute'", "return require 'socket'",
        "return package.preload.io", "return #package.searchers > 1", "return getmetatable('')",
        "getmetatable('').__index = {}", "return setmetatable('', {})", "return load('\\27Lua')",
        "return load('\\27Lua', 'x', 'b')", "return load('\\27Lua', 'x', 'bt')", "return load('\\27Lua', 'x', 'tb')",
        "return load(function() return nil end, 'x', 'b')",
        "local n = 0 return load(function() n = n + 1 return n == 1 and '\\27Lua' or nil end)",
        "return load('return io', 'x', 't', {})()", "return load('return ...', 'x', 't', nil)(io)",
        "select = function() return 0 end return load('\\27Lua', 'x', 'b', {})",
        "return coroutine.wrap(function() return io end)()", "return coroutine.resume(coroutine.running())",
        "return coroutine.close(coroutine.running())", "return task.spawn(print)[2]",
        "return coroutine.resume(task.spawn(print)[1])", "return coroutine.close(task.spawn(task.sleep, 0)[1])",
        "return _G.__distsh", "return _ENV.__distsh", "return rawget(_G, '__distsh')",
        "local seen setmetatable = function(t) seen = t return t end distribution.list() return seen and seen.list_open",
        "local leak ipairs = function(t) leak = t return next, t end pcall(task.join, { 1 }) return leak and leak.spawn",
        "return os.setlocale and 1", "return warn('@on') and 1", "package.path = '/tmp/?.lua' return require 'x'",
        "package.cpath = '/tmp/?.so' return require 'x'", "return package.loaded['_G'].dofile",
    ]

    @Test(arguments: escapes)
    func escaping(source: String) throws {
        let runner = try sandbox()
        let values: [LuaValue]
        do {
            values = try runner.run(source)
        } catch is LuaError {
            return
        }
        let first = values.first ?? .nil
        #expect(first == .nil || first == false, "\(first)")
    }

    @Test func `what a script needs is there`() throws {
        let values = try sandbox().run(
            """
            local d = distribution.get(ids[1])
            return d.id == ids[1], load("return 1 + ...")(1), ("x"):rep(2), type(os.time()), json.encode { 1 },
              #debug.traceback() > 0, require "cjson".encode {}
            """
        )
        #expect(values == [true, 2, "xx", "number", "[1]", true, "{}"])
    }

    @Test func `a binary chunk is refused as the program too`() throws {
        let runner = try sandbox()
        #expect(throws: LuaError.self) { try runner.host.run([0x1B, 0x4C, 0x75, 0x61], name: "=binary") }
    }

    static let limits: [(source: String, code: LuaError.Code)] = [
        ("while true do end", .interrupted),
        ("while true do pcall(function() while true do end end) end", .interrupted),
        ("setmetatable({}, { __gc = function() while true do end end }) collectgarbage()", .interrupted),
        ("local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end", .memory),
        ("return ('x'):rep(1 << 30)", .memory),
    ]

    @Test(arguments: limits)
    func limiting(source: String, code: LuaError.Code) throws {
        let runner = try sandbox(LuaVM.Configuration(memoryLimitBytes: 8 << 20, instructionLimit: 20_000_000))
        let error = #expect(throws: LuaError.self) { try runner.run(source) }
        #expect(error?.code == code, "\(error?.message ?? "")")
        #expect(try runner.run("return 1") == [1])
    }
}
