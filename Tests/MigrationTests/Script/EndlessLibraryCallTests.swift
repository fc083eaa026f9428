import DistributionAPI
import Testing

@testable import Migration

/// Calls of library functions that would go on for minutes, years or ever: no hook of Lua's machine stops them.
@Suite("A library call without end", .timeLimit(.minutes(3)))
struct EndlessLibraryCallTests {
    /// The code, and the limit that ends it when all are tight.
    static let attacks: [(code: String, limit: String)] = [
        (#"("a"):rep(40):find(("a*"):rep(40) .. "b")"#, "instructions"),
        (#"string.match(("a"):rep(1000), (".-"):rep(20) .. "b")"#, "instructions"),
        (#"for _ in ("a"):rep(1000):gmatch(("a-"):rep(50) .. "b") do end"#, "instructions"),
        (#"("a"):rep(1000):gsub(("a+"):rep(20) .. "b", "")"#, "instructions"),
        (#"("x"):rep(1000000):find("(x-)%1y")"#, "instructions"),
        (#"("("):rep(1000000):gsub("%b()", "")"#, "instructions"),
        (#"for i = 1, 1e9 do ("a"):rep(1000000):find("b", 1, true) end"#, "limits."),
        (#"table.move({ 1 }, 1, math.maxinteger - 1, 2)"#, "limits."),
        (#"table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, 2)"#, "instructions"),
        (#"table.remove(setmetatable({}, { __len = function() return 1 << 60 end }), 1)"#, "instructions"),
        (
            #"table.concat(setmetatable({}, { __len = function() return 1 << 60 end, __index = function() return "" end }))"#,
            "instructions"
        ),
        (
            #"table.sort(setmetatable({}, { __len = function() return 1 << 30 end, __index = rawequal, __newindex = rawequal }), math.type)"#,
            "instructions"
        ),
        (#"for i = 1, 1e9 do string.rep("", 1 << 62) end"#, "instructions"),
        (#"load("if a then " .. ("elseif a then "):rep(200000) .. " end") while true do end"#, "limits."),
        (#"load(coroutine.wrap(function() while true do coroutine.yield(" ") end end))"#, "instructions"),
    ]

    private static func refused(_ code: String, _ limit: String, head: String = "") throws {
        let transform = try ScriptFixture.transform(
            up: "if row then \(code) end; d.count = 1; return d",
            head: head,
            fields: ScriptFixture.limits(for: limit)
        )
        let good = try ScriptFixture.item()
        let expected = transform.apply(to: ScriptFixture.body, of: good)
        #expect(expected.changedText != nil)
        let answer = transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item(input: "{}"))
        let refusal = try #require(answer.refusal, "\(code): \(answer)")
        #expect(refusal.failure == .limit, "\(code): \(refusal.message)")
        #expect(refusal.message.contains(limit), "\(code): \(refusal.message)")
        #expect(transform.apply(to: ScriptFixture.body, of: good) == expected, "\(code)")
    }

    @Test("is stopped, and the next record is not touched by it", arguments: attacks)
    func isStopped(code: String, limit: String) throws {
        try Self.refused(code, limit)
    }

    @Test(
        "is stopped wherever it is made",
        arguments: [
            "pcall(function() % end)", "xpcall(function() % end, function() % end)",
            "xpcall(error, function() % end)", "pcall(string.find, ('a'):rep(40), ('a*'):rep(40) .. 'b')",
            "coroutine.wrap(function() % end)()",
            "local c = coroutine.create(function() % end) coroutine.resume(c) coroutine.close(c)",
            "table.sort({ 1, 2, 3 }, function() % end)", "('a'):gsub('a', function() % end)",
            "('a'):gsub('a', setmetatable({}, { __index = function() % end }))",
            "table.concat(setmetatable({}, { __index = function() % end }), '', 1, 2)",
            "local x <close> = setmetatable({}, { __close = function() % end })", "load(function() % end)",
            "tostring(setmetatable({}, { __tostring = function() % end }))", "for _ in function() % end do end",
            "load('%')()",
            "local t = setmetatable({}, { __eq = function() % end }) return t == setmetatable({}, getmetatable(t))",
        ]
    )
    func isStoppedAnywhere(surrounding: String) throws {
        let code = surrounding.replacing("%", with: "(\"a\"):rep(40):find((\"a*\"):rep(40) .. \"b\")")
        try Self.refused(code, "instructions")
        try Self.refused("while true do \(code) end", "instructions")
    }

    @Test("is stopped by the time limit", arguments: attacks)
    func keepsTheTimeLimit(code: String, limit: String) throws {
        let transform = try ScriptFixture.transform(
            up: "if row then while true do pcall(function() \(code) end) end end; return d",
            fields: "limits = { instructions = 1000000000000, time = \"200ms\" }"
        )
        let refusal = transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item(input: "{}")).refusal
        #expect(refusal?.failure == .limit, "\(refusal?.message ?? "no refusal")")
        // Under other limits: a busy machine may take longer than that for any record.
        let next = try ScriptFixture.transform(up: "return d")
        #expect(next.apply(to: ScriptFixture.body, of: try ScriptFixture.item()) == .unchanged)
    }

    private static let endless = #"("a"):rep(40):find(("a*"):rep(40) .. "b")"#

    @Test("is stopped in where, down and verify")
    func isStoppedInEachFunction() throws {
        let item = try ScriptFixture.item()
        let asked = try ScriptFixture.transform(
            up: "return d",
            fields: "where = function() \(Self.endless) end, \(ScriptFixture.tight)"
        )
        #expect(asked.apply(to: ScriptFixture.body, of: item).refusal?.failure == .limit)
        let undone = try ScriptFixture.transform(
            up: "return d",
            fields: "down = function() \(Self.endless) end, \(ScriptFixture.tight)"
        )
        let answer = undone.revert(ScriptFixture.body, before: ScriptFixture.body, of: item)
        #expect(answer.refusal?.failure == .limit)
        let checked = try ScriptFixture.transform(
            up: "d.count = 1 return d",
            fields: "verify = function() \(Self.endless) end, \(ScriptFixture.tight)"
        )
        let problem = checked.problem(after: ScriptFixture.body, before: ScriptFixture.body, of: item)
        #expect(problem?.contains("limits.instructions") == true, "\(problem ?? "no problem")")
        #expect(checked.apply(to: ScriptFixture.body, of: item).changedText != nil)
    }

    @Test(
        "is stopped while the file is loaded",
        arguments: [
            endless, #"load("x" .. \#(endless))"#,
            #"local t = {} for i = 1, 32000 do t[i] = "goto a" .. i .. " ::b" .. i .. ":: " end t = table.concat(t) while true do load(t) end"#,
        ]
    )
    func isStoppedWhileLoading(code: String) throws {
        let error = #expect(throws: MigrationFileError.self) {
            try ScriptFixture.transform(up: "return d", head: code)
        }
        #expect(error?.description.contains("limits.") == true, "\(error?.description ?? "")")
    }

    @Test("is stopped in the text of the file itself")
    func isStoppedWhileCompiling() throws {
        let text = "if a then " + String(repeating: "elseif a then ", count: 70_000) + " end "
        do {
            // It may be quick enough on some machines.
            _ = try ScriptFixture.transform(up: "return d", head: text)
        } catch {
            #expect("\(error)".contains("limits."), "\(error)")
        }
    }

    @Test("is stopped in an iterator")
    func isStoppedInIterators() throws {
        let text =
            "return migration { name = \"test\", select = function() \(Self.endless) end, up = function(d) return d end }"
        let file = try ScriptFixture.file(text)
        let input = try IteratorInput(file)
        let error = #expect(throws: InputError.self) { _ = try input.next() }
        let message = error.map { "\($0)" } ?? "no error"
        #expect(message.contains("limits."), "\(message)")
    }

    @Test("cannot be hidden in weak tables")
    func refusesWeakTables() throws {
        let transform = try ScriptFixture.transform(up: "setmetatable({}, { __mode = 'k' }) return d")
        let refusal = transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item()).refusal
        #expect(refusal?.message.contains("__mode cannot be used in a migration") == true)
    }
}
