import Dispatch
import DistributionAPI
import Testing

@testable import Migration

/// One bad record, then good ones: `row` tells which is which.
@Suite("Code that does not behave", .timeLimit(.minutes(2)))
struct HostileScriptTests {
    @Test(
        "is stopped, and the next record is not touched by it",
        arguments: [
            ("while true do end", "instructions"),
            ("while true do pcall(function() while true do end end) end", "instructions"),
            ("repeat local ok = pcall(error, 'x') until false", "instructions"),
            ("for i = 1, math.huge do end", "instructions"),
            ("while true do coroutine.wrap(function() end)() end", "limits."),
            ("coroutine.wrap(function() while true do end end)()", "instructions"),
            ("while true do pcall(coroutine.wrap(function() while true do end end)) end", "limits."),
            ("local function f() pcall(f) f() end f()", "limits."),
            ("local function f() return f() + 1 end f()", "memory"),
            ("error(setmetatable({}, { __tostring = function() while true do end end }))", "instructions"),
            ("local x <close> = setmetatable({}, { __close = function() while true do end end })", "instructions"),
            ("local t = {} for i = 1, 1e9 do t[i] = { i } end", "limits."),
            ("local s = ('x'):rep(1 << 30)", "memory"),
            ("local s = 'x' while true do s = s .. s end", "memory"),
            ("local s = 'x' while true do pcall(function() s = s .. s end) end", "memory"),
            ("pcall(string.rep, 'x', 1 << 30) return d", "memory"),
            ("xpcall(string.rep, print, 'x', 1 << 30) return d", "memory"),
            ("coroutine.resume(coroutine.create(string.rep), 'x', 1 << 30) return d", "memory"),
            ("table.concat({ ('x'):rep(3000000), ('y'):rep(3000000) })", "memory"),
            ("d.x = ('x'):rep(6000000) return d", "memory"),
            ("string.rep('x', 100, ('y'):rep(1000000))", "memory"),
            ("string.gsub(('a'):rep(1000), 'a', ('b'):rep(100000))", "memory"),
        ]
    )
    func isStopped(code: String, limit: String) throws {
        let transform = try ScriptFixture.transform(
            up: "if row then \(code) end; d.count = 1; return d",
            fields: ScriptFixture.limits(for: limit)
        )
        let good = try ScriptFixture.item()
        let expected = transform.apply(to: ScriptFixture.body, of: good)
        #expect(expected.changedText != nil)
        for _ in 0..<2 {
            let answer = transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item(input: "{}"))
            let refusal = try #require(answer.refusal, "\(answer)")
            #expect(refusal.failure == .limit)
            #expect(refusal.message.contains(limit), "\(refusal.message)")
            #expect(transform.apply(to: ScriptFixture.body, of: good) == expected)
        }
    }

    @Test("that waits for the clock in vain is stopped by the time limit")
    func keepsTheTimeLimit() throws {
        let transform = try ScriptFixture.transform(
            up: "if row then while true do end end; return d",
            // Time for the good record on a busy machine too.
            fields: "limits = { instructions = 1000000000000, time = \"1s\" }"
        )
        let start = ContinuousClock.now
        let refusal = transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item(input: "{}")).refusal
        #expect(refusal?.failure == .limit)
        #expect(refusal?.message == "took longer than 1.0 s (limits.time)")
        #expect(ContinuousClock.now - start >= .seconds(1))
        #expect(transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item()) == .unchanged)
    }

    @Test("is stopped by the time limit whichever other sandboxes its thread has")
    func keepsTheTimeLimitBesideOthers() throws {
        let looping = try ScriptFixture.transform(
            up: "while true do end",
            fields: "limits = { instructions = 1000000000000, time = \"200ms\" }"
        )
        let other = try ScriptFixture.transform(up: "return d")
        let item = try ScriptFixture.item()
        #expect(other.apply(to: ScriptFixture.body, of: item) == .unchanged)
        #expect(looping.apply(to: ScriptFixture.body, of: item).refusal?.failure == .limit)
        #expect(other.apply(to: ScriptFixture.body, of: item) == .unchanged)
    }

    @Test("works in the least memory and the fewest instructions that can be asked for")
    func hasSensibleLeastLimits() throws {
        let transform = try ScriptFixture.transform(
            up: "d.count = 1; return d",
            fields: "limits = { memory = \"2MB\", instructions = 10000, time = \"10s\" }"
        )
        for _ in 0..<500 {
            let answer = transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item())
            #expect(answer.changedText != nil, "\(answer)")
        }
    }

    @Test(
        "that only fails is refused, and the next record is not touched by it",
        arguments: [
            "error()", "error({})", "error(print)", "local t = nil; t.x = 1", "coroutine.yield(1)",
            "coroutine.close(coroutine.running())",
            "error(setmetatable({}, { __tostring = error }))", "load('(')()",
            "coroutine.wrap(error)('x')", "string.rep()", "('x'):rep(-1).x.y = 1",
            "d.x = setmetatable({}, { __index = error, __len = error, __pairs = error }); d.share = nil; return d",
            "setmetatable(d, { __index = error }); d.share = nil; return d.share",
            "local x <close> = setmetatable({}, { __close = function() error('late') end }) error('early')",
        ]
    )
    func isRefused(code: String) throws {
        let transform = try ScriptFixture.transform(
            up: "if row then \(code) end; d.count = 1; return d",
            fields: ScriptFixture.tight
        )
        let good = try ScriptFixture.item()
        let expected = transform.apply(to: ScriptFixture.body, of: good)
        let answer = transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item(input: "{}"))
        #expect(answer.refusal != nil, "\(answer)")
        #expect(transform.apply(to: ScriptFixture.body, of: good) == expected)
    }

    @Test("has as much memory at the last of many records as at the first")
    func doesNotLeak() async throws {
        let transform = try ScriptFixture.transform(
            up: "local t = {} for i = 1, 2000 do t[i] = { i } end d.count = #t return d",
            fields: "limits = { memory = \"4MB\" }"
        )
        let item = try ScriptFixture.item()
        let first = transform.apply(to: ScriptFixture.body, of: item)
        #expect(first.changedText != nil)
        for number in 1...2000 {
            #expect(transform.apply(to: ScriptFixture.body, of: item) == first)
            // Tests that wait for something are not to wait for all of them.
            if number % 50 == 0 { await Task.yield() }
        }
    }

    @Test("is stopped on whichever thread it runs")
    func movesBetweenThreads() async throws {
        let up = "while true do end"
        let transform = Handed(try ScriptFixture.transform(up: up, fields: ScriptFixture.tight))
        let item = try ScriptFixture.item()
        for _ in 0..<4 {
            let answer = await withCheckedContinuation { continuation in
                DispatchQueue(label: "test").async {
                    continuation.resume(returning: transform.value.apply(to: ScriptFixture.body, of: item))
                }
            }
            #expect(answer.refusal?.failure == .limit)
        }
    }

    @Test("is stopped on many threads at once")
    func runsBesideOthers() async throws {
        let text = ScriptFixture.text("up = function(d, row) while true do end end, \(ScriptFixture.tight)")
        let file = try ScriptFixture.file(text)
        let item = try ScriptFixture.item()
        let answers = await withTaskGroup(of: TransformAnswer?.self) { group in
            for _ in 0..<8 {
                group.addTask { (try? LuaTransform(file))?.apply(to: ScriptFixture.body, of: item) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 8)
        #expect(answers.allSatisfy { $0?.refusal?.failure == .limit })
    }
}

/// What one thread gives to another, and does not use meanwhile.
private struct Handed<Value>: @unchecked Sendable {
    // `@unchecked Sendable`: the test waits for the other thread before it goes on.
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}
