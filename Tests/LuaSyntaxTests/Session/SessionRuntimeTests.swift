import LuaSyntax
import Testing

@Suite("The session's runtime")
struct SessionRuntimeTests {
    private func output(_ script: String) throws -> String {
        let head =
            """
            local runtime = load([======[
            \(SessionRuntimeSource.lua)]======], '=runtime')()
            local prepare, closeAll, names, value = runtime.prepare, runtime.closeAll, runtime.names, runtime.value

            """
        return try outputOfFile(head + script)
    }

    private func prepare(_ entry: String, visible: [SessionLocal] = []) -> String {
        let rewrite = SessionLocals.rewrite(entry: entry, visible: visible)
        let texts = [rewrite.text, rewrite.unkeptText, entry].map { "[======[\n\($0)]======]" }
        return "prepare(\(texts.joined(separator: ", ")), '=stdin')"
    }

    @Test("an entry that cannot be kept is run without")
    func unkept() throws {
        let texts =
            "prepare('this is not Lua', 'local _keep = ... return function(...) local a = 1 print(a, ...) end', 'x()', '=stdin')"
        try #expect(output("\(texts)(2, 3)\nprint(#names())") == "1\t2\t3\n0\n")
    }

    @Test("values are told without being touched")
    func values() throws {
        let script = """
            \(prepare("local a, b <const> = setmetatable({}, { __index = print, __eq = print, __tostring = print }), nil"))()
            print(runtime.has 'a', type(value 'a'), runtime.has 'b', value 'b')
            print(runtime.has 'c', value 'c')
            """
        try #expect(output(script) == "true\ttable\ttrue\tnil\nfalse\n")
    }

    @Test("names are made and taken away from outside, and results kept")
    func fromOutside() throws {
        let script = """
            runtime.define('_', 5)
            runtime.define('x', 'old')
            runtime.define('x', 'new')
            for _, each in ipairs(names()) do io.write(each.name, ' ', value(each.name), ' ') end
            runtime.forget('x')
            runtime.forget('y')
            print(#names(), runtime.has 'x')
            local run = runtime.run('local _keep = ... return function(...) return 1, nil end', '', 'return 1, nil', '=stdin')
            run()
            print(runtime.resultCount(), runtime.result(1), runtime.result(2))
            print(pcall(runtime.run, '', '', 'x x', '=stdin'))
            """
        let expected = "x new _ 5 1\tfalse\n2\t1\tnil\nfalse\tstdin:1: syntax error near 'x'\n"
        try #expect(output(script) == expected)
    }

    @Test("arguments and results pass through")
    func argumentsAndResults() throws {
        try #expect(output("print(\(prepare("local a, b = ... return b, a, ..."))(1, 2))") == "2\t1\t1\t2\n")
    }

    @Test("preparing runs no user code, whatever scripts have done to metatables and globals")
    func noUserCode() throws {
        let script = """
            \(prepare("local a <const>, b = 1, 2"))()
            local out, rawset, globals = print, rawset, _G
            local function trap() out 'user code' end
            local traps = { __index = trap, __newindex = trap, __eq = trap, __call = trap, __len = trap, __concat = trap }
            setmetatable(_G, traps)
            for _, each in ipairs { '', 1, true, print } do debug.setmetatable(each, traps) end
            debug.setmetatable(nil, traps)
            for name in pairs(globals) do rawset(globals, name, nil) end
            local body = \(prepare("local c = a + b return c", visible: [SessionLocal("a", isConstant: true), SessionLocal("b")]))
            local before = names()
            out(before[1].name, before[2].name, before[3])
            out(body())
            out(names()[1].name)
            """
        try #expect(output(script) == "b\ta\tnil\n3\nc\n")
    }

    @Test("a coroutine of the session may be given up between two of its locals")
    func abandonedCoroutine() throws {
        let script = """
            local body = \(prepare("local a = 1 coroutine.yield() local b = 2"))
            coroutine.resume(coroutine.create(body))
            collectgarbage() collectgarbage()
            print(#names(), value 'a')
            """
        try #expect(output(script) == "1\t1\n")
    }

    @Test("a session has room for many names, and then says so", .timeLimit(.minutes(4)))
    func maximumNames() throws {
        let script = """
            for number = 1, \(SessionRuntimeSource.maximumNames) do
              local name = 'v' .. number
              prepare('local _keep=... return function(...) local x;_keep("' .. name .. '",function() return x end);end', '', '', '=stdin')()
            end
            print(#names())
            print(pcall(\(prepare("local one_more"))))
            print(pcall(\(prepare("local v1 = 'again' return v1"))))
            """
        let expected = "\(SessionRuntimeSource.maximumNames)\nfalse\tstdin:1: too many session locals\ntrue\tagain\n"
        try #expect(output(script) == expected)
    }
}
