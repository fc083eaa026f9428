import CLuaBridge
import Testing

@testable import LuaRuntime

@Suite("A traceback leads through coroutines and tasks", .timeLimit(.minutes(4)))
struct CoroutineTracebackTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let source: String
        /// The sections, innermost first: what is left of each call, joined by ` < `.
        let sections: [String]

        var testDescription: String { name }

        init(_ name: String, _ source: String, _ sections: String...) {
            self.name = name
            self.source = source
            self.sections = sections
        }
    }

    static let passing: [Case] = [
        Case("no coroutine", "error('x')", "error < 1 main"),
        Case(
            "one coroutine",
            "local function f() error('x') end coroutine.wrap(function() f() end)()",
            "error < 1 upvalue f < 1 ?",
            "1 main"
        ),
        Case(
            "an error of Lua's own",
            "coroutine.wrap(function()\nlocal n\nreturn n.x end)()",
            "3 ?",
            "1 main"
        ),
        Case(
            "global functions",
            "function named() string.rep() end\ncoroutine.wrap(function() named() end)()",
            "string.rep < 1 named < 2 ?",
            "2 main"
        ),
        Case(
            "nested coroutines",
            "local w = coroutine.wrap\nw(function()\nw(function()\nw(error)('x') end)() end)()",
            "error",
            "4 ?",
            "3 ?",
            "2 main"
        ),
        Case(
            "an iterator",
            "for n in coroutine.wrap(function() coroutine.yield(1)\nerror({}) end) do end",
            "error < 2 ?",
            "for iterator for iterator < 1 main"
        ),
        Case("no value", "coroutine.wrap(function() error() end)()", "error < 1 ?", "1 main"),
        Case("after a wait", "coroutine.wrap(function() wait()\nfail() end)()", "fail < 2 ?", "1 main"),
        Case(
            "a pcall that nothing failed in",
            "pcall(type, 1) coroutine.wrap(function() pcall(error)\nerror('x') end)()",
            "error < 2 ?",
            "1 main"
        ),
        Case(
            "through a function of C",
            "table.sort({ 1, 2 }, coroutine.wrap(function() error('x') end))",
            "error < 1 ?",
            "table.sort < 1 main"
        ),
        Case("a tail call", "return coroutine.wrap(function() error('x') end)()", "error < 1 ?", "1 main"),
        Case(
            "a variable to be closed",
            "coroutine.wrap(function() local c <close> = setmetatable({}, { __close = type })\nerror('x') end)()",
            "error < 2 ?",
            "1 main"
        ),
        Case(
            "a variable to be closed that uses a coroutine",
            """
            local function close() pcall(coroutine.wrap(error), 'other') end
            coroutine.wrap(function() local c <close> = setmetatable({}, { __close = close }) error('x') end)()
            """,
            "error < 2 ?",
            "2 main"
        ),
        Case(
            "a joined task",
            "task.join(task.spawn(function()\nerror('x') end))",
            "error < 2 ?",
            "field join < 1 main"
        ),
        Case(
            "a task that failed before it was joined",
            "local t = task.spawn(function() error('x') end)\nwait()\ntask.join(t)",
            "error < 1 ?",
            "field join < 3 main"
        ),
        Case(
            "a task joined again",
            "local t = task.spawn(function() error('x') end)\npcall(task.join, t)\ntask.join(t)",
            "error < 1 ?",
            "field join < 3 main"
        ),
        Case(
            "tasks and coroutines",
            """
            local t = task.spawn(function()
              coroutine.wrap(function() error('x') end)()
            end)
            coroutine.wrap(function() task.join(t) end)()
            """,
            "error < 2 ?",
            "2 ?",
            "field join < 4 ?",
            "4 main"
        ),
        Case("a task that nobody joins", "task.spawn(function() coroutine.wrap(error)('x') end)", "error", "1 ?"),
    ]

    static let replaced: [Case] = [
        Case(
            "another error after one was caught",
            "pcall(coroutine.wrap(error), 'x')\nerror('x')",
            "error < 2 main"
        ),
        Case(
            "the same text after one was caught",
            "local ok, e = pcall(coroutine.wrap(error), 'x')\nerror('x', 0)",
            "error < 2 main"
        ),
        Case(
            "another error within a coroutine",
            "coroutine.wrap(function() pcall(coroutine.wrap(error), 'x')\nerror('y') end)()",
            "error < 2 ?",
            "1 main"
        ),
        Case(
            "another error of Lua's own",
            "coroutine.wrap(function() pcall(coroutine.wrap(error), 'x')\nlocal n = nil + 1 end)()",
            "2 ?",
            "1 main"
        ),
        Case(
            "a message handler's error",
            "error(select(2, xpcall(coroutine.wrap(error), function(e) return e end, 'x')), 0)",
            "error < 1 main"
        ),
        Case(
            "a dead coroutine",
            "local f = coroutine.wrap(error) pcall(f, 'x')\nf()",
            "local f < 2 main"
        ),
        Case(
            "the same text of a dead coroutine",
            "local f = coroutine.wrap(error) pcall(f, 'cannot resume dead coroutine') pcall(f)\nlocal _ = f(), 1",
            "local f < 2 main"
        ),
        Case(
            "an error in a variable to be closed",
            "coroutine.wrap(function() local c <close> = setmetatable({}, { __close = function() error('y') end })\nerror('x') end)()",
            "1 main"
        ),
        Case(
            "a coroutine that was resumed",
            "coroutine.resume(coroutine.create(error), 'x')\nerror('x', 0)",
            "error < 2 main"
        ),
        Case(
            "a host's error with the text of a task's",
            "pcall(task.join, task.spawn(error, 'test:2: expected a task, got no value', 0))\ntask.join()",
            "field join < 2 main"
        ),
        Case(
            "a host's error after a task's",
            "pcall(task.join, task.spawn(error))\ntask.join()",
            "field join < 2 main"
        ),
        Case(
            "the task's own variable to be closed",
            "local c <close> = setmetatable({}, { __close = function() error('y') end })\ncoroutine.wrap(error)('x')",
            "error < 1 ?"
        ),
        Case(
            "finalizers that run while the message is headed by positions",
            """
            local message = ("x"):rep(1 << 16)
            local function nest(n)
              setmetatable({}, { __gc = function() pcall(coroutine.wrap(error), 'other') end })
              if n == 0 then error(message, 0) end
              coroutine.wrap(nest)(n - 1)
            end
            collectgarbage("incremental", 1, 1000, 30)
            nest(4)
            """,
            "error < 4 ?",
            "5 ?",
            "5 ?",
            "5 ?",
            "5 local nest < 8 main"
        ),
        Case(
            "a finalizer that runs while a variable is closed",
            """
            coroutine.wrap(function()
              setmetatable({}, { __gc = function() pcall(coroutine.wrap(error), 'other') end })
              local c <close> = setmetatable({}, { __close = function() collectgarbage() end })
              error('x')
            end)()
            """,
            "error < 4 ?",
            "1 main"
        ),
    ]

    @Test(arguments: passing + replaced)
    func traceback(_ example: Case) throws {
        let error = try failure(of: example.source)
        #expect(Self.sections(of: error.traceback).map(Self.summary) == example.sections, "\(error.traceback)")
        let last = try #require(Self.sections(of: error.traceback).last)
        #expect(error.outermostTraceback == last.joined(separator: "\n"))
    }

    /// Each leaves the traceback of a dead coroutine, as the debug library gives it, in the global `expected`.
    static let bodies: [(name: String, source: String)] = [
        ("one call", "error('x')"),
        ("no call of Lua", "string.rep()"),
        ("methods", "local t = {} function t:m() error('x') end function t.f() t:m() end t.f()"),
        ("metamethods", "local t = setmetatable({}, { __index = function(t, k) error(k) end }) local _ = t.x"),
        ("arithmetic", "local t = setmetatable({}, { __add = function() error('x') end }) local _ = t + 1"),
        ("tail calls", "local function f() error('x') end local function g() return f() end return g()"),
        ("deep", "local function f(n) if n == 0 then error('x') end f(n - 1) end f(18)"),
        ("deeper", "local function f(n) if n == 0 then error('x') end f(n - 1) end f(19)"),
        ("deepest", "local function f(n) if n == 0 then error('x') end return 1 + f(n - 1) end f(20)"),
        ("very deep", "local function f(n) if n == 0 then error('x') end return 1 + f(n - 1) end f(5000)"),
        ("stack overflow", "local function f() return 1 + f() end f()"),
        ("a comparator", "table.sort({ 3, 2, 1 }, function(a, b) error('x') end)"),
        ("pcall", "pcall(error) select(2, pcall(type, 1)).x.y = 1"),
        ("a loaded chunk", "load('local a = 1\\nerror(a)', '=chunk')()"),
        ("a chunk without a name", "load('error(1)')()"),
        (
            "a module's function",
            "package.loaded.m = { f = function() error('x') end } local f = package.loaded.m.f f()"
        ),
        ("a loaded function", "package.loaded.m = function() error('x') end local f = package.loaded.m f()"),
        ("a global function", "function a_global() error('x') end local f = a_global f()"),
        ("stripped", "load(string.dump(load('local function f() error(1) end f()'), true), 'x', 'b')()"),
        ("an iterator", "for _ in function() error('x') end do end"),
        ("a hook", "debug.sethook(function() debug.sethook() error('x') end, 'l')\nlocal x = 1"),
    ]

    @Test(arguments: bodies)
    func `a section is what the debug library makes of the coroutine`(name: String, body: String) throws {
        let harness = try LuaHarness()
        let error = #expect(throws: LuaError.self) {
            try harness.run(
                """
                local function run() \(body) end
                local co = coroutine.create(run)
                coroutine.resume(co)
                expected = debug.traceback(co)
                coroutine.wrap(run)()
                """
            )
        }
        let expected = try harness.run("return expected")
        #expect(
            expected == [.string(Self.sections(of: error?.traceback ?? "").dropLast().joined().joined(separator: "\n"))]
        )
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `sections belong to the error that ends the task, whatever was caught before`(seed: UInt64) throws {
        var generator = FailingProgramGenerator(state: seed)
        let harness = try LuaHarness()
        for number in 1...100 {
            let program = generator.program(depth: 6)
            let error = #expect(throws: LuaError.self) { try harness.run(program.source) }
            let count = Self.sections(of: error?.traceback ?? "").count
            #expect(count == program.sections, "seed \(seed), program \(number): \(program.source)")
        }
    }

    // MARK: Limits

    @Test(arguments: [6, 7, 8, 100])
    func `sections are limited in number`(depth: Int) throws {
        let error = try failure(
            of: """
                local function nest(n)
                  if n == 0 then error('x') end
                  coroutine.wrap(function() nest(n - 1) end)()
                end
                nest(\(depth))
                """
        )
        let sections = Self.sections(of: error.traceback)
        #expect(sections.count == min(depth, 7) + 1)
        #expect(sections.last?.last == "\t[C]: in ?")
        let skipped = sections.flatMap(\.self).filter { $0.hasPrefix("\t...") }
        // Each coroutine has three calls: of the function that wraps, of its own and of `nest`.
        #expect(skipped == (depth > 7 ? ["\t...\t(skipping \((depth - 7) * 3) levels)"] : []))
    }

    @Test func `sections are limited through joined tasks too`() throws {
        let error = try failure(
            of: """
                local function nest(n)
                  if n == 0 then error('x') end
                  task.join(task.spawn(function() nest(n - 1) end))
                end
                nest(40)
                """
        )
        let sections = Self.sections(of: error.traceback)
        #expect(sections.count == 8)
        #expect(sections.first?[1] == "\t[C]: in function 'error'")
        #expect(sections.last?.last == "\t[C]: in ?")
    }

    @Test func `a traceback is limited in bytes`() throws {
        let error = try failure(
            of: """
                local name = ("n"):rep(100000)
                local nest = load(([[
                  local NAME
                  function NAME(n) if n == 0 then error("x") end return 1 + NAME(n - 1) end
                  return function(depth) return NAME(depth) end
                ]]):gsub("NAME", name))()
                local function wrap(n)
                  if n == 0 then return nest(60) end
                  coroutine.wrap(function() wrap(n - 1) nest(60) end)()
                end
                wrap(8)
                """
        )
        let sections = Self.sections(of: error.traceback)
        let inner = sections.dropLast().joined().joined(separator: "\n")
        #expect(sections.count > 1 && inner.utf8.count > 4096 && inner.utf8.count <= 16 << 10)
    }

    @Test func `an error outlives a traceback that memory is short for`() throws {
        var tracebacks: Set<Int> = []
        for position in 1...200 where tracebacks.max() != 3 {
            let harness = try LuaHarness()
            try harness.vm.register("exhaust") { (call) throws(LuaError) in
                bridge_vm_fail_allocation(call.vm.handle, UInt64(position))
                return try call.returning()
            }
            let error = #expect(throws: LuaError.self) {
                try harness.run(
                    """
                    local value = { "the value" }
                    local function deep(n) if n > 0 then return 1 + deep(n - 1) end return 1 end
                    deep(10)
                    local function fail() deep(10) exhaust() error(value) end
                    local inner = coroutine.wrap(fail)
                    coroutine.wrap(function() deep(10) inner() end)()
                    """
                )
            }
            bridge_vm_fail_allocation(harness.vm.handle, 0)
            #expect(error?.code == .runtime && error?.value == .array(["the value"]), "allocation \(position)")
            tracebacks.insert(Self.sections(of: error?.traceback ?? "").count)
        }
        #expect(tracebacks == [0, 3])
    }

    // MARK: What scripts see

    @Test func `values and the debug library's tracebacks are stock Lua's`() throws {
        let program = """
            local function deep() error("x") end
            local function report(...) print(...) end
            local f = coroutine.wrap(function() deep() end)
            report(pcall(f))
            report(pcall(function() coroutine.wrap(function() deep() end)() end))
            report(xpcall(function() coroutine.wrap(function() deep() end)() end, function(m) return m .. "!" end))
            report(select(2, pcall(coroutine.wrap(function() error({ 1 }) end)))[1])
            report(pcall(coroutine.wrap(function() error() end)))
            local co
            local function keep() co = coroutine.running() deep() end
            pcall(coroutine.wrap(keep))
            report(coroutine.status(co), debug.traceback(co), debug.traceback(co, "m", 1))
            co = coroutine.create(keep)
            report(coroutine.resume(co))
            report(debug.traceback(co))
            local events, counts = 0, false
            local g = coroutine.wrap(error)
            debug.sethook(function() if counts then events = events + 1 end end, "cr")
            counts = true
            pcall(g, "x")
            counts = false
            debug.sethook()
            report(events)
            """
        let harness = try LuaHarness()
        var printed: [String] = []
        try harness.vm.register("print") { (call) throws(LuaError) in
            printed.append(
                try (1...max(call.count, 1)).map { (index) throws(LuaError) in try call.text(at: index) }.joined(
                    separator: "\t"
                )
            )
            return try call.returning()
        }
        _ = try harness.run(program)
        let stock = try StockLua.output(of: program)
        #expect(printed.joined(separator: "\n").replacing("test:", with: "stdin:") + "\n" == stock)
    }

    @Test func `an error value that was caught is let go`() throws {
        let harness = try LuaHarness()
        let values = try harness.run(
            """
            local kept = setmetatable({}, { __mode = "v" })
            pcall(coroutine.wrap(function() kept[1] = {} error(kept[1]) end))
            collectgarbage()
            return #kept
            """
        )
        #expect(values == [0])
    }

    @Test func `an interrupt passes through coroutines without a traceback`() throws {
        let harness = try LuaHarness(LuaVM.Configuration(instructionLimit: 100_000))
        let error = #expect(throws: LuaError.self) {
            try harness.run(
                """
                pcall(coroutine.wrap(error), "x")
                coroutine.wrap(function() pcall(coroutine.wrap(function() while true do end end)) end)()
                """
            )
        }
        #expect(error?.code == .interrupted)
        #expect(error?.traceback.isEmpty == true)
    }

    // MARK: Reading

    private func failure(of source: String) throws -> LuaError {
        let harness = try LuaHarness()
        let error = #expect(throws: LuaError.self) { try harness.run(source) }
        return try #require(error)
    }

    private static func sections(of traceback: String) -> [[String]] {
        var sections: [[String]] = []
        for line in traceback.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line == "stack traceback:" { sections.append([]) }
            guard !sections.isEmpty else { continue }
            sections[sections.count - 1].append(line)
        }
        return sections
    }

    /// `1 upvalue f < 2 main` of `test:1: in upvalue 'f'` and `test:2: in main chunk`; calls of C without a name are left out.
    private static func summary(_ section: [String]) -> String {
        section.dropFirst().filter { $0 != "\t[C]: in ?" }.map(summary).joined(separator: " < ")
    }

    private static func summary(_ line: String) -> String {
        if line.hasPrefix("\t(") { return "tail" }
        let parts = line.dropFirst().split(separator: ": in ", maxSplits: 1)
        guard parts.count == 2 else { return line }
        let place = parts[0].split(separator: ":").last.map { $0 == "[C]" ? "" : "\($0) " } ?? ""
        let isNameless = parts[1].hasPrefix("function <")
        return place
            + (isNameless ? "?" : parts[1]).replacing("'", with: "").replacing("function ", with: "").replacing(
                "main chunk",
                with: "main"
            )
    }
}
