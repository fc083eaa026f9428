import LuaRuntime
import Testing

@testable import REPL

@Suite("Errors of running code", .timeLimit(.minutes(2)))
struct RuntimeErrorTests {
    /// Programs, and what is shown below the message that the interpreter has for them.
    static let cases: [ErrorCase] = [
        ErrorCase(
            "null.x = 1",
            "  1 │ null.x = 1",
            "    │ ^^^^",
            "  Lua writes nil for null"
        ),
        ErrorCase(
            "if True.x then end",
            "  1 │ if True.x then end",
            "    │    ^^^^",
            "  Lua writes true for True"
        ),
        ErrorCase(
            "pritn(\"x\")",
            "  1 │ pritn(\"x\")",
            "    │ ^^^^^",
            "  did you mean 'print'?"
        ),
        ErrorCase(
            "Print(\"x\")",
            "  1 │ Print(\"x\")",
            "    │ ^^^^^",
            "  did you mean 'print'?"
        ),
        ErrorCase(
            "local x = nil; x.y = 1",
            "  1 │ local x = nil; x.y = 1",
            "    │                ^"
        ),
        ErrorCase(
            "local t = {}; t.fisrt.b = 1",
            "  1 │ local t = {}; t.fisrt.b = 1",
            "    │                 ^^^^^",
            "  did you mean 'first'?"
        ),
        ErrorCase(
            "local t = {}; t[\"first\"].b = 1",
            "  1 │ local t = {}; t[\"first\"].b = 1",
            "    │                 ^^^^^^^"
        ),
        ErrorCase(
            "local t = {}; t:frist()",
            "  1 │ local t = {}; t:frist()",
            "    │                 ^^^^^",
            "  did you mean 'first'?"
        ),
        ErrorCase(
            "local t = {}; t.name()",
            "  1 │ local t = {}; t.name()",
            "    │                 ^^^^",
            "  did you mean 'Name'?"
        ),
        ErrorCase(
            "math.foor(1)",
            "  1 │ math.foor(1)",
            "    │      ^^^^",
            "  did you mean 'floor'?"
        ),
        ErrorCase(
            "(\"x\"):uper()",
            "  1 │ (\"x\"):uper()",
            "    │       ^^^^",
            "  did you mean 'upper'?"
        ),
        ErrorCase(
            "d = { github = {} }; print(d.github.gits.name)",
            "  1 │ d = { github = {} }; print(d.github.gits.name)",
            "    │                                     ^^^^",
            "  did you mean 'gist'?"
        ),
        ErrorCase(
            "string.rep()",
            "  1 │ string.rep()",
            "    │        ^^^"
        ),
        ErrorCase(
            "(\"x\").rep()",
            "  1 │ (\"x\").rep()",
            "    │       ^^^"
        ),
        ErrorCase(
            "error(\"custom\")",
            "  1 │ error(\"custom\")"
        ),
        ErrorCase(
            "error(\"custom\", 0)",
            "  1 │ error(\"custom\", 0)"
        ),
        ErrorCase(
            "error()",
            "  1 │ error()"
        ),
        ErrorCase(
            "local up; local function f() return up.x end f()",
            "  1 │ local up; local function f() return up.x end f()",
            "    │                                     ^^",
            "stack traceback:",
            "  stdin:1: in local 'f'",
            "  stdin:1: in main chunk"
        ),
        ErrorCase(
            "local up; local function f() up() end f()",
            "  1 │ local up; local function f() up() end f()",
            "    │                              ^^",
            "stack traceback:",
            "  stdin:1: in local 'f'",
            "  stdin:1: in main chunk"
        ),
        ErrorCase(
            "table.sort({3,2,1}, function(a,b) return a.x<b.x end)",
            "  1 │ table.sort({3,2,1}, function(a,b) return a.x<b.x end)",
            "    │                                          ^",
            "stack traceback:",
            "  stdin:1: in function <stdin:1>",
            "  [C]: in function 'table.sort'",
            "  stdin:1: in main chunk"
        ),
        ErrorCase(
            "coroutine.wrap(function() error(\"in\") end)()",
            "  1 │ coroutine.wrap(function() error(\"in\") end)()"
        ),
        ErrorCase(
            "local s = \"a\" .. nil",
            "  1 │ local s = \"a\" .. nil"
        ),
        ErrorCase(
            "local n; local s = \"a\" .. n",
            "  1 │ local n; local s = \"a\" .. n",
            "    │                           ^"
        ),
        ErrorCase(
            "local a, b = 1, {}; return a + b",
            "  1 │ local a, b = 1, {}; return a + b",
            "    │                                ^"
        ),
        ErrorCase(
            "local count = 1; print(coutn.x)",
            "  1 │ local count = 1; print(coutn.x)",
            "    │                        ^^^^^",
            "  did you mean 'count'?"
        ),
        ErrorCase(
            "local function total(amount) return amuont.x end total(1)",
            "  1 │ local function total(amount) return amuont.x end total(1)",
            "    │                                     ^^^^^^",
            "  did you mean 'amount'?",
            "stack traceback:",
            "  stdin:1: in local 'total'",
            "  stdin:1: in main chunk"
        ),
        ErrorCase(
            "print(distributon.list())",
            "  1 │ print(distributon.list())",
            "    │       ^^^^^^^^^^^",
            "  did you mean 'distribution'?"
        ),
        ErrorCase(
            "local function a() error(\"deep\") end local function b() a() end\nlocal function c()\n  b()\nend\nc()",
            "  1 │ local function a() error(\"deep\") end local function b() a() end",
            "stack traceback:",
            "  stdin:1: in upvalue 'a'",
            "  stdin:1: in upvalue 'b'",
            "  stdin:3: in local 'c'",
            "  stdin:5: in main chunk"
        ),
        ErrorCase(
            "return #nil",
            "  1 │ return #nil"
        ),
        ErrorCase(
            "return 1 < \"2\"",
            "  1 │ return 1 < \"2\""
        ),
        ErrorCase(
            "for i = 1, \"x\" do end",
            "  1 │ for i = 1, \"x\" do end"
        ),
        ErrorCase(
            "t = {}; t[nil] = 1",
            "  1 │ t = {}; t[nil] = 1"
        ),
        ErrorCase(
            "assert(false)",
            "  1 │ assert(false)"
        ),
        ErrorCase(
            "assert(nil, \"told\")",
            "  1 │ assert(nil, \"told\")"
        ),
        ErrorCase(
            "math.floor(\"x\")",
            "  1 │ math.floor(\"x\")",
            "    │      ^^^^^"
        ),
        ErrorCase(
            "local t = setmetatable({}, { __index = function(t, k) error(\"no \" .. k) end }); return t.foo",
            "  1 │ local t = setmetatable({}, { __index = function(t, k) error(\"no \" .. k) e…",
            "stack traceback:",
            "  stdin:1: in metamethod 'index'",
            "  stdin:1: in main chunk"
        ),
        ErrorCase(
            "return 1 // 0",
            "  1 │ return 1 // 0"
        ),
        ErrorCase(
            "return 2^53 | 1.5",
            "  1 │ return 2^53 | 1.5"
        ),
        ErrorCase(
            "local f = function() return nil end; f().x = 1",
            "  1 │ local f = function() return nil end; f().x = 1"
        ),
        ErrorCase(
            "local t = {}; local x = t.x.y",
            "  1 │ local t = {}; local x = t.x.y",
            "    │                           ^"
        ),
        ErrorCase(
            "local co = coroutine.create(function() error(\"in\") end)\nlocal ok, e = coroutine.resume(co)\nerror(debug.traceback(co, e), 0)",
            "  1 │ local co = coroutine.create(function() error(\"in\") end)",
            "stack traceback:",
            "  stdin:1: in function <stdin:1>",
            "  resumed by:",
            "  stdin:3: in main chunk"
        ),
        ErrorCase(
            "local ok, e = xpcall(function() local n = nil; return n.x end, debug.traceback)\nerror(e, 0)",
            "  1 │ local ok, e = xpcall(function() local n = nil; return n.x end, debug.trac…",
            "    │                                                       ^",
            "stack traceback:",
            "  stdin:1: in function <stdin:1>",
            "  [C]: in function 'xpcall'",
            "  stdin:1: in main chunk"
        ),
        ErrorCase(
            "select(0)",
            "  1 │ select(0)",
            "    │ ^^^^^^"
        ),
        ErrorCase(
            "local long = \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"; print(undefined_thing.y)",
            "  1 │ …xxxxxxxxxxxxxxxxxxxxxxxxxxxx\"; print(undefined_thing.y)",
            "    │                                       ^^^^^^^^^^^^^^^"
        ),
        ErrorCase(
            "local function f(n) if n == 0 then error(\"end\") end f(n - 1) end local function g(n) if n == 0 then f(3) else g(n - 1) end end g(2)",
            "  1 │ local function f(n) if n == 0 then error(\"end\") end f(n - 1) end local fu…",
            "stack traceback:",
            "  stdin:1: in upvalue 'f'  (4 times)",
            "  stdin:1: in upvalue 'g'  (2 times)",
            "  stdin:1: in local 'g'",
            "  stdin:1: in main chunk"
        ),
        ErrorCase(
            "return require(\"no.such.module.here\").x and nil",
            "  1 │ return require(\"no.such.module.here\").x and nil",
            "    │        ^^^^^^^"
        ),
    ]

    @Test(arguments: cases)
    func `the name is marked, what was meant is said, and calls are traced`(errorCase: ErrorCase) throws {
        let error = try Lua54.error(of: errorCase.source)
        #expect(error.code == .runtime)
        #expect(errorCase.lines(of: error) == errorCase.expected)
    }
}
