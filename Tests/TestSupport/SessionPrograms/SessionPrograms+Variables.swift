extension SessionProgram {
    static let variables: [SessionProgram] = [
        .init("one local", "local x = 1", "print(x)"),
        .init("no value", "local x", "print(x)", "x = 3", "print(x)"),
        .init("assignment goes on", "local x = 1", "x = x + 1", "x = x * 10", "print(x)"),
        .init("no global is made", "local x = 1", "print(_G.x, rawget(_G, 'x'))"),
        .init(
            "a global of the name stays",
            "x = 'global'",
            "local x = 'local'",
            "print(x, _G.x)",
            "x = 2",
            "print(x, _G.x)"
        ),
        .init(
            "shadowing keeps what older functions saw",
            "local x = 1",
            "local function old() return x end",
            "local x = 2",
            "print(old(), x)",
            "x = 3",
            "print(old(), x)"
        ),
        .init("shadowing uses the older value", "local x = 1", "local x = x + 1", "local x = x * 10", "print(x)"),
        .init(
            "shadowing a library",
            "local print = print",
            "local string = { format = 'mine' }",
            "print(string.format, ('%d'):format(3))"
        ),
        .init(
            "a function sees globals made later",
            "local function f() return y end",
            "print(f())",
            "y = 5",
            "print(f())",
            "local y = 6",
            "print(f(), y)"
        ),
        .init("several names", "local a, b, c = 1, 2", "print(a, b, c)", "a, b, c = c, a, b", "print(a, b, c)"),
        .init("the same name twice", "local a, a = 1, 2", "print(a)"),
        .init(
            "values from a call",
            "local function three() return 1, 2, 3 end",
            "local a, b = three()",
            "local c, d = 0, three()",
            "local e, g = (three())",
            "print(a, b, c, d, e, g)"
        ),
        .init(
            "varargs",
            "local function count(...) local n = select('#', ...) return n, ... end",
            "local n, first = count('a', nil, nil)",
            "print(n, first)",
            "local t = { count() }",
            "print(#t, t[1])"
        ),
        .init("varargs of the entry", "local n = select('#', ...)", "print(n)", "local a = ...", "print(a)"),
        .init(
            "const",
            "local limit <const> = 10",
            "print(limit + 1)",
            "local function f() return limit end",
            "print(f())"
        ),
        .init(
            "const that is not folded",
            "local t <const> = { 1 }",
            "t[2] = 2",
            "print(#t)",
            "local s <const> = ('x'):rep(3)",
            "print(s)"
        ),
        .init(
            "const kinds",
            "local i <const>, f <const>, s <const>, n <const>, b <const> = 1, 2.5, 'text', nil, false",
            "print(i, f, s, n, b)"
        ),
        .init(
            "const and variable together",
            "local a <const>, b, c <const> = 1, 2, 3",
            "b = b + a + c",
            "print(a, b, c)"
        ),
        .init("const shadowed by a variable", "local a <const> = 1", "local a = a + 1", "a = a + 1", "print(a)"),
        .init(
            "const shadowing a variable",
            "local a = 1",
            "local f = function() return a end",
            "local a <const> = 2",
            "print(a, f())"
        ),
        .init("spaces and comments in attributes", "local a < const --[[ here ]] > = 4", "print(a)"),
        .init("several statements on a line", "local a = 1 local b = 2 print(a, b) local c = a + b", "print(a, b, c)"),
        .init("semicolons", "local a = 1; local b = 2;; print(a + b);", ";;print(a)", "local c;", "print(c)"),
        .init(
            "statements over lines",
            "local a\n =\n 1\n +\n 2",
            "print(a)",
            "local\nb\n,\nc\n=\n1\n,\n2",
            "print(b, c)",
            "local t = {\n  x = 1,\n  y = {\n    2,\n  },\n}",
            "print(t.x, t.y[1])"
        ),
        .init(
            "integers and floats",
            "local a, b, c = 7, 2, 7.0",
            "print(a // b, a / b, c // b, a % -b, c ^ 2, 1e3, 0x10, 3 | 4)"
        ),
        .init(
            "long strings",
            "local s = [[\nfirst\nlocal t = 1]]",
            "print(s)",
            "local u = [==[ ]] ]=] ]==]",
            "print(u)"
        ),
        .init(
            "comments",
            "local a = 1 -- local b = 2",
            "--[[ local c = 3\n]] local d = 4 --",
            "print(a, b, c, d)",
            "-- nothing",
            "print(a)"
        ),
        .init("strings with words in them", "local a = 'local b = 2' local c = \"end\"", "print(a, b, c)"),
        .init("escapes", #"local a = "\u{48}\x49\74\z"# + "\n   end\\\nline\"", "print(a)"),
        .init(
            "an _ENV of one's own",
            "local print = print",
            "local _ENV = { x = 1 }",
            "print(x)",
            "y = 2",
            "print(y, _ENV.y)"
        ),
        .init("an _ENV within a block", "local p = print", "do local _ENV = { z = 1 } p(z) end", "print(z)"),
        .init(
            "a new _ENV",
            "_ENV = setmetatable({}, { __index = _G })",
            "w = 1",
            "print(w, _G.w)",
            "local v = w",
            "print(v)"
        ),
        .init(
            "names like the rewriter's",
            "local _keep, _keep2 = 1, 2",
            "print(_keep)",
            "print(_keep2)",
            "local _keep3 = _keep + _keep2",
            "print(_keep3)"
        ),
        .init(
            "unused values are collected",
            "local t = setmetatable({}, { __mode = 'k' })",
            "do local k = {} t[k] = 1 end",
            "collectgarbage()",
            "print(next(t))"
        ),
        .init(
            "shadowed values are collected",
            "local weak = setmetatable({}, { __mode = 'v' })",
            "local a = {}",
            "weak[1] = a",
            "a = nil",
            "collectgarbage()",
            "print(weak[1])"
        ),
        SessionProgram("more names than a function has", entries: manyNames),
        SessionProgram("a statement with many names", entries: manyNamesAtOnce),
        SessionProgram("as many names as a function has", entries: fullFunction),
    ]

    /// Blocks let the one file have more than the 200 locals of a function, which a session may have at its top level.
    private static let manyNames: [String] = {
        let declarations = (1...180).map { "local name\($0) = \($0)" }
        let reads = stride(from: 1, through: 180, by: 45).map { "print(name\($0), name\($0 + 40))" }
        let sum = "print(" + (1...180).map { "name\($0)" }.joined(separator: " + ") + ")"
        return declarations + reads + [sum, "name7 = 'changed'", "print(name6, name7, name8)"]
    }()

    private static let manyNamesAtOnce: [String] = {
        let names = (1...150).map { "n\($0)" }.joined(separator: ", ")
        return [
            "local \(names) = table.unpack((function() local t = {} for i = 1, 150 do t[i] = i end return t end)())",
            "print(n1, n75, n150)", "n75 = n75 + n150", "print(n75)",
        ]
    }()

    private static let fullFunction: [String] = [
        (1...198).map { "local v\($0) = \($0)" }.joined(separator: " "), "print(v1, v99, v198)", "v99 = v1",
        "print(v99)",
    ]
}
