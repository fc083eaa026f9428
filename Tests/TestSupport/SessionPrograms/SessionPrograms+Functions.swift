extension SessionProgram {
    static let functions: [SessionProgram] = [
        .init("local function", "local function double(x) return x * 2 end", "print(double(4))"),
        .init(
            "recursion",
            "local function fact(n) if n < 2 then return 1 end return n * fact(n - 1) end",
            "print(fact(20))"
        ),
        .init(
            "a function's value is no recursion",
            "local f = function(n) return f and 'sees itself' or 'sees the global' end",
            "print(f())"
        ),
        .init(
            "mutual recursion",
            "local even, odd",
            "function even(n) if n == 0 then return true end return odd(n - 1) end",
            "function odd(n) if n == 0 then return false end return even(n - 1) end",
            "print(even(10), odd(10), even(7))"
        ),
        .init(
            "a later definition is seen through the variable",
            "local helper",
            "local function run() return helper() end",
            "helper = function() return 'first' end",
            "print(run())",
            "helper = function() return 'second' end",
            "print(run())"
        ),
        .init(
            "closures share a variable",
            "local n = 0",
            "local function up() n = n + 1 return n end",
            "local function get() return n end",
            "up() up()",
            "print(get(), n)",
            "n = 10",
            "print(up(), get())"
        ),
        .init(
            "closures of one entry share with the next",
            "local n = 1 local function add(k) n = n + k end",
            "add(5)",
            "print(n)",
            "n = 0 add(1) print(n)",
            "print(n)"
        ),
        .init(
            "counters of their own",
            "local function counter() local c = 0 return function() c = c + 1 return c end end",
            "local a, b = counter(), counter()",
            "a() a()",
            "print(a(), b())"
        ),
        .init(
            "a variable behind debug",
            "local n = 5",
            "local function f() return n end",
            "print(debug.getupvalue(f, 1))",
            "debug.setupvalue(f, 1, 6)",
            "print(n)"
        ),
        .init(
            "methods",
            "local Point = {}",
            "Point.__index = Point",
            "function Point.new(x, y) return setmetatable({ x = x, y = y }, Point) end",
            "function Point:length() return (self.x ^ 2 + self.y ^ 2) ^ 0.5 end",
            "local p = Point.new(3, 4)",
            "print(p:length())"
        ),
        .init(
            "metatables",
            "local V = {}",
            "V.__add = function(a, b) return setmetatable({ a[1] + b[1] }, V) end",
            "V.__tostring = function(v) return 'V' .. v[1] end",
            "local a, b = setmetatable({ 1 }, V), setmetatable({ 2 }, V)",
            "print(tostring(a + b))",
            "local c = a + b + a",
            "print(tostring(c))"
        ),
        .init(
            "a coroutine over entries",
            "local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) return b * 2 end)",
            "print(coroutine.resume(co, 1))",
            "print(coroutine.status(co))",
            "local ok, v = coroutine.resume(co, 21)",
            "print(ok, v, coroutine.status(co))"
        ),
        .init(
            "a coroutine that shares a variable",
            "local n = 0",
            "local step = coroutine.wrap(function() while true do n = n + 1 coroutine.yield() end end)",
            "step() step()",
            "n = n * 10",
            "step()",
            "print(n)"
        ),
        .init(
            "a generator in a for",
            "local function range(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end",
            "local sum = 0",
            "for i in range(4) do sum = sum + i end",
            "print(sum)"
        ),
        .init("a call with a string", "local s = string.format 'plain'", "local n = tonumber '7'", "print(s, n)"),
        .init(
            "string and table suffixes",
            "local function id(x) return x end",
            "local a = id 'text'",
            "local b = id { 1, 2 }",
            "local c = id [[long]]",
            "local d = id { 'x' } [1]",
            "print(a, #b, c, d)"
        ),
        .init(
            "a call goes on in the next line",
            "local function id(x) return x end",
            "local a = id\n(5)\nlocal b = id\n'text'\nlocal c = a\nlocal d = id(a)\n+ 1",
            "print(a, b, c, d)"
        ),
        .init(
            "a parenthesis after a table is no call",
            "local f = print",
            "local t = { 1 };(f or print)(#t)\nlocal u = 'str'\n;(f)(u)",
            "f(#t, u)"
        ),
        .init(
            "a parenthesis after a function body",
            "local f = function() return 1 end\n(print)('not an argument')\nlocal g = 2",
            "print(f(), g)"
        ),
        .init(
            "a string after a literal",
            "local a = 1\nlocal b = nil\n(print)('statement')\nlocal c = '%d'\n;('x'):rep(2)",
            "print(a, b, c)"
        ),
        .init(
            "method calls in values",
            "local s = ('abc'):upper():lower():rep(2)",
            "print(s)",
            "local n = #s + -#s // 2",
            "print(n)"
        ),
        .init(
            "functions in tables",
            "local t = { f = function() local a = 1 return a end, g = function() return 2 end }",
            "print(t.f(), t.g(), a)"
        ),
        .init(
            "all operators",
            "local a = not nil and -1 + #'abc' * 2 ^ 3 // 1 % 7 .. 'x' == 'y' or 1 << 2 >> 1 & 3 ~ ~0 | 8",
            "print(a)",
            "local b = 1 < 2 and 2 <= 2 and 3 > 2 and 3 >= 3 and 1 ~= 2",
            "print(b)"
        ),
        .init(
            "a function that returns functions",
            "local function add(a) return function(b) return a + b end end",
            "local r = add(1)(2)",
            "print(r)"
        ),
        .init(
            "sorting with a local comparison",
            "local function desc(a, b) return a > b end",
            "local t = { 3, 1, 2 }",
            "table.sort(t, desc)",
            "print(table.concat(t, ' '))"
        ),
        .init(
            "pcall and error",
            "local function bad() error({ code = 7 }) end",
            "local ok, e = pcall(bad)",
            "print(ok, e.code)",
            "local ok2 = pcall(error)",
            "print(ok2)"
        ),
        .init(
            "load does not see locals",
            "local hidden = 1",
            "print(load('return hidden')())",
            "hidden2 = 2",
            "print(load('return hidden2')())"
        ),
        .init(
            "line numbers",
            "local function where() return debug.getinfo(2, 'l').currentline end",
            "local a = 1 local b = where() local c = where()",
            "print(b == c)"
        ),
        .init(
            "a global function uses a local",
            "local base = 100",
            "function plus(n) return base + n end",
            "base = 200",
            "print(plus(1), _G.plus(2))"
        ),
        .init(
            "string methods after the string library is gone",
            "local upper = string.upper",
            "string = nil",
            "local s = upper('gone')",
            "print(s, string)"
        ),
        .init("print is replaced", "local out = print", "print = nil", "local x = 1", "out(x, print)"),
        .init(
            "the libraries are gone",
            "local print = print",
            "debug, load, error, table, pcall = nil",
            "local x <const> = 1",
            "local y = x + 1",
            "print(x, y)"
        ),
        .init(
            "the string metatable is changed",
            "local print, set = print, debug.setmetatable",
            "set('', { __index = function() return 'odd' end })",
            "local x = ('a').b",
            "local y <const> = x",
            "print(x, y)"
        ),
    ]
}
