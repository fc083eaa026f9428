import DistributionAPI
import Testing

@testable import Migration

@Suite("The sandbox of migrations")
struct SandboxTests {
    private static let notPure =
        "cannot be used in a migration: up must depend on the record alone; put other data in the input"

    @Test(
        "refuses what depends on more than the record",
        arguments: [
            ("distribution.get('x')", "test.lua:4: distribution.get \(notPure) (input.csv, input.jsonl)"),
            ("distribution.update(d)", "distribution.update \(notPure)"),
            ("distribution.list()", "distribution.list is a value in a migration"),
            ("io.open('x')", "io.open \(notPure)"),
            ("os.time()", "os.time \(notPure)"),
            ("os.clock()", "os.clock \(notPure)"),
            ("os.getenv('HOME')", "os.getenv \(notPure)"),
            ("os.execute('true')", "os.execute \(notPure)"),
            ("os.date()", "os.date without a format that begins with \"!\" (UTC), and a time, cannot be used"),
            ("os.date('%c', 0)", "os.date without a format"),
            ("os.date('!%c')", "os.date without a format"),
            ("math.random()", "math.random \(notPure)"),
            ("math.randomseed(1)", "math.randomseed \(notPure)"),
            ("collectgarbage()", "collectgarbage \(notPure)"),
            ("require 'x'", "require \(notPure)"),
            ("dofile 'x'", "dofile \(notPure)"),
            ("loadfile 'x'", "loadfile \(notPure)"),
            ("package.loaded.x = 1", "package.loaded \(notPure)"),
            ("debug.getinfo(1)", "debug.getinfo \(notPure)"),
            ("debug.setmetatable(1, {})", "debug.setmetatable \(notPure)"),
            ("debug.getregistry()", "debug.getregistry \(notPure)"),
            ("string.dump(print)", "string.dump \(notPure)"),
            ("('x').dump(print)", "attempt to call a nil value (field 'dump')"),
            ("task.spawn(print)", "task.spawn \(notPure)"),
            ("workers.map({}, print)", "workers.map \(notPure)"),
            ("setmetatable({}, { __gc = print })", "test.lua:4: __gc cannot be used in a migration"),
        ]
    )
    func refuses(code: String, message: String) throws {
        let found = try Self.message(of: code)
        #expect(found.contains(message), "\(found)")
    }

    @Test(
        "lets no library be changed",
        arguments: [
            ("string.format = nil", "test.lua:4: string is read-only in a migration"),
            ("string.mine = 1", "string is read-only in a migration"),
            ("math.pi = 3", "math is read-only in a migration"),
            ("table.insert(string, 1)", "string is read-only in a migration"),
            ("table.move({1}, 1, 1, 1, math)", "math is read-only in a migration"),
            ("rawset(string, 'x', 1)", "test.lua:4: string is read-only in a migration"),
            ("rawset(json, 'x', 1)", "json is read-only in a migration"),
            ("distribution.get = 1", "distribution is read-only in a migration"),
            ("distribution.list.x = 1", "distribution.list is read-only in a migration"),
            ("input.lines = 1", "input is read-only in a migration"),
            ("json.array(string)", "string is read-only in a migration"),
            ("setmetatable(string, {})", "cannot change a protected metatable"),
            ("setmetatable(_G, {})", "cannot change a protected metatable"),
            ("setmetatable(d.extra.list, {})", "cannot change a protected metatable"),
            ("getmetatable('').__index = nil", "attempt to index a boolean value"),
            ("getmetatable(d.extra.list).__index = {}", "attempt to index a boolean value"),
            ("getmetatable(_G).__index = {}", "attempt to index a boolean value"),
            ("getmetatable(string).__index.x = 1", "attempt to index a boolean value"),
        ]
    )
    func isSealed(code: String, message: String) throws {
        let found = try Self.message(of: code)
        #expect(found.contains(message), "\(found)")
    }

    @Test(
        "has the pure part of the libraries",
        arguments: [
            "assert(('x'):rep(3) == 'xxx' and string.format('%d', 3) == '3')",
            "assert(#{ table.unpack { 1, 2 } } == 2 and table.concat({ 1, 2 }, ',') == '1,2')",
            "assert(math.floor(2.5) == 2 and math.pi > 3)",
            "assert(utf8.char(228) == 'ä')",
            "local n = 0 for name in pairs(string) do n = n + 1 end assert(n > 10)",
            "assert(select('#', pcall(error)) == 2)",
            "local co = coroutine.wrap(function() coroutine.yield(1) end) assert(co() == 1)",
            "assert(load('return 1 + 1')() == 2)",
            "x = 5 assert(load('return x')() == 5 and _G.x == 5 and load('return y', 'n', 't', { y = 7 })() == 7)",
            "assert(load(string.char(27) .. 'Lua') == nil and load('return 1', 'n', 'b') == nil)",
            "assert(os.date('!%Y-%m-%d', 0) == '1970-01-01')",
            "assert(json.encode(json.array()) == '[]' and json.encode({}) == '{}' and json.null ~= nil)",
            "assert(json.encode(json.object(json.decode '[]')) == '{}' and json.decode('[1]')[1] == 1)",
            "assert(json.pretty({ a = 1 }) == '{\\n  \"a\": 1\\n}')",
            "assert(not pcall(json.decode, '{') and not pcall(json.encode, print))",
            "assert(type(debug.traceback()) == 'string')",
            "local t = setmetatable({}, { __index = { a = 1 }, __close = print }) assert(t.a == 1)",
            "assert(rawget(rawset({}, 'a', 1), 'a') == 1 and rawlen { 1 } == 1 and rawequal(1, 1))",
            "assert(xpcall(error, function(e) return e .. '!' end, 'a') == false)",
            "print('dropped', nil)",
        ]
    )
    func hasLibraries(code: String) throws {
        let transform = try ScriptFixture.transform(up: "\(code) return d")
        #expect(transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item()) == .unchanged)
    }

    /// Each counts in some place; a count of 2 at the second record means that the place is still there.
    @Test(
        "keeps nothing from one record for the next",
        arguments: [
            ("", "count = (count or 0) + 1"),
            ("", "_G.count = (_G.count or 0) + 1; count = _G.count"),
            ("local kept = 0", "kept = kept + 1; count = kept"),
            ("kept = {}", "kept[#kept + 1] = d; count = #kept"),
            ("", "pcall(function() string.kept = 1 end); count = string.kept and 2 or 1"),
            ("", "pcall(rawset, string, 'kept', 1); count = rawget(string, 'kept') and 2 or 1"),
            ("", "count = distribution.list.kept and 2 or 1; pcall(rawset, distribution.list, 'kept', 1)"),
            ("", "count = json.null.kept and 2 or 1".replacing("json.null.kept", with: "getmetatable(json.null)")),
            ("", "local l = d.extra.list; count = rawget(l, 'kept') and 2 or 1; rawset(l, 'kept', nil)"),
            ("_ENV = setmetatable({}, { __index = _ENV })", "count = (count or 0) + 1"),
            ("", "load('count = (count or 0) + 1')()"),
            (
                "local co = coroutine.wrap(function() local n = 0 while true do n = n + 1 coroutine.yield(n) end end)",
                "count = co()"
            ),
        ]
    )
    func leaksNothing(head: String, code: String) throws {
        let transform = try ScriptFixture.transform(up: "\(code); d.count = count; return d", head: head)
        for _ in 0..<3 {
            let answer = transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item())
            let text = try #require(answer.changedText, "\(answer)")
            #expect(text.contains("\"count\":1,"))
        }
    }

    @Test("gives print to the host")
    func printsToTheHost() throws {
        var printed: [String] = []
        let file = try ScriptFixture.file(ScriptFixture.text("up = function(d) print(d.id, 1.5) return d end"))
        let transform = try LuaTransform(file, print: { printed.append($0) })
        _ = transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item())
        #expect(printed == ["\(ScriptFixture.idText)\t1.5"])
    }

    /// The error that code in `up` ends with.
    private static func message(of code: String) throws -> String {
        let transform = try ScriptFixture.transform(up: "\(code); return d")
        let answer = transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item())
        return try #require(answer.refusal, "\(answer)").message
    }
}
