import TestSupport
import Testing

/// A program that runs on the stock interpreter runs here, with the same output.
@Suite("Programs of the stock interpreter", .timeLimit(.minutes(2)))
struct LuaCompatibilityTests {
    struct Program: Sendable, CustomTestStringConvertible {
        let name: String
        var arguments: [String] = []
        var script: String?
        var input = ""
        var environment: [String: String] = [:]
        /// Whether standard error is compared, too.
        var comparesErrors = true

        var testDescription: String { name }
    }

    @Test("The same output, errors and exit status", arguments: Self.programs)
    func sameAsStock(_ program: Program) async throws {
        let shell = Shell()
        try shell.write("return { name = ... , value = 42 }", to: "module.lua")
        try shell.write("print('from the file')", to: "init.lua")
        var arguments = program.arguments
        if let script = program.script {
            try shell.write(script, to: "script.lua")
            arguments = arguments.map { $0 == "SCRIPT" ? "script.lua" : $0 }
        }
        let stock = try await shell.run(
            arguments,
            input: .text(program.input),
            environment: program.environment,
            program: Shell.lua
        )
        let ours = try await shell.run(arguments, input: .text(program.input), environment: program.environment)
        #expect(ours.output == stock.output)
        #expect(ours.status == stock.status)
        if program.comparesErrors { #expect(ours.errors == Self.asOurs(stock.errors)) }
    }

    /// Messages are headed by the program's name.
    private static func asOurs(_ errors: String) -> String {
        guard errors.hasPrefix(Shell.lua + ":") else { return errors }
        return "distsh:" + errors.dropFirst(Shell.lua.count + 1)
    }

    static let programs: [Program] = options + scripts + errors + libraries

    private static let options: [Program] = [
        Program(name: "-e", arguments: ["-e", "print(1, 2)"]),
        Program(name: "-e joined", arguments: ["-eprint(1)"]),
        Program(name: "-e twice, in order", arguments: ["-e", "x = 1", "-e", "print(x)"]),
        Program(name: "-e empty", arguments: ["-e", ""]),
        Program(name: "-l", arguments: ["-l", "module", "-e", "print(module.value, module.name)"]),
        Program(name: "-l joined", arguments: ["-lmodule", "-e", "print(module.value)"]),
        Program(name: "-l with a name", arguments: ["-l", "m=module", "-e", "print(m.value, module)"]),
        Program(name: "-l of nothing", arguments: ["-l", "nothing.there"], comparesErrors: false),
        Program(name: "-e before -l", arguments: ["-e", "print(module)", "-lmodule", "-e", "print(module.value)"]),
        Program(name: "stops at the first error", arguments: ["-e", "error('a')", "-e", "print('b')"]),
        Program(name: "-W", arguments: ["-W", "-e", "warn('a', 'b')"]),
        Program(name: "warnings are off", arguments: ["-e", "warn('a')"]),
        Program(name: "-E", arguments: ["-E", "-e", "print(1)"], environment: ["LUA_INIT": "print('init')"]),
        Program(name: "LUA_INIT", arguments: ["-e", "print(1)"], environment: ["LUA_INIT": "print('init')"]),
        Program(
            name: "LUA_INIT_5_4 first",
            arguments: ["-e", "print(1)"],
            environment: ["LUA_INIT": "print('init')", "LUA_INIT_5_4": "print('5.4')"]
        ),
        Program(name: "LUA_INIT of a file", arguments: ["-e", "print(1)"], environment: ["LUA_INIT": "@init.lua"]),
        Program(name: "LUA_INIT fails", arguments: ["-e", "print(1)"], environment: ["LUA_INIT": "error('x')"]),
        Program(
            name: "LUA_PATH",
            arguments: ["-e", "print(package.path:sub(1, 6))"],
            environment: ["LUA_PATH": "./?.xx"]
        ),
        Program(
            name: "-E without LUA_PATH",
            arguments: ["-E", "-e", "print(package.path:find('xx', 1, true))"],
            environment: ["LUA_PATH": "./?.xx"]
        ),
        Program(name: "-- and a script", arguments: ["--", "SCRIPT"], script: "print('ran')"),
        Program(name: "- is standard input", arguments: ["-", "a"], input: "print(..., arg[0], arg[1])"),
        Program(name: "standard input without -", input: "print('piped')\nprint(2)"),
        Program(name: "standard input is one program", input: "local x = 1\nprint(x)"),
        Program(name: "-e leaves standard input alone", arguments: ["-e", "print(io.read('a'))"], input: "text"),
        Program(name: "-l goes on to standard input", arguments: ["-lmodule"], input: "print(module.value)"),
        Program(name: "a script that is not there", arguments: ["./none.lua"], comparesErrors: false),
    ]

    private static let scripts: [Program] = [
        Program(name: "arguments", arguments: ["SCRIPT", "a", "", "c d"], script: "print(select('#', ...), ...)"),
        Program(
            name: "arg",
            arguments: ["-e", "x = 1", "SCRIPT", "a", "b"],
            script: "print(#arg, arg[0], arg[1], arg[2], arg[-1], arg[-2], arg[-4])"
        ),
        Program(name: "arg without a script", arguments: ["-e", "print(#arg, arg[1], arg[2])"]),
        Program(
            name: "a first line with #!",
            arguments: ["SCRIPT"],
            script: "#!/usr/bin/env lua\nprint('x')\nerror('line 3')"
        ),
        Program(name: "a first line with # alone", arguments: ["SCRIPT"], script: "#"),
        Program(name: "a byte order mark", arguments: ["SCRIPT"], script: "\u{FEFF}print('x')"),
        Program(name: "the chunk's name", arguments: ["SCRIPT"], script: "print(debug.getinfo(1, 'S').source)"),
        Program(name: "returns are ignored", arguments: ["SCRIPT"], script: "return 1, 2"),
        Program(name: "returns a cycle", arguments: ["SCRIPT"], script: "return _G"),
        Program(name: "os.exit", arguments: ["SCRIPT"], script: "io.write('x') os.exit(7)"),
        Program(name: "os.exit true", arguments: ["SCRIPT"], script: "os.exit(true)"),
        Program(name: "os.exit false", arguments: ["SCRIPT"], script: "os.exit(false)"),
        Program(name: "os.exit and close", arguments: ["SCRIPT"], script: "io.write('x') os.exit(3, true)"),
        Program(name: "requires a neighbour", arguments: ["SCRIPT"], script: "print(require('module').value)"),
        Program(
            name: "finalizers at the end",
            arguments: ["SCRIPT"],
            script: "x = setmetatable({}, {__gc = function() print('gone') end})"
        ),
        Program(
            name: "coroutines",
            arguments: ["SCRIPT"],
            script: """
                local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) error(b, 0) end)
                print(co(1)) print(pcall(co, 5)) print(type(coroutine.running()))
                """
        ),
    ]

    private static let errors: [Program] = [
        Program(name: "error", arguments: ["SCRIPT"], script: "local function f() error('boom') end\nf()"),
        Program(name: "error without position", arguments: ["SCRIPT"], script: "error('boom', 0)"),
        Program(name: "error of a number", arguments: ["SCRIPT"], script: "error(42)"),
        Program(name: "error of nil", arguments: ["SCRIPT"], script: "error()"),
        Program(name: "error of a table", arguments: ["SCRIPT"], script: "error({})"),
        Program(name: "error of a function", arguments: ["SCRIPT"], script: "error(print)"),
        Program(
            name: "error with __tostring",
            arguments: ["SCRIPT"],
            script: "error(setmetatable({}, {__tostring = function() return 'mine' end}))"
        ),
        Program(name: "syntax error", arguments: ["SCRIPT"], script: "x = = 1"),
        Program(name: "incomplete", arguments: ["SCRIPT"], script: "for i = 1, 2 do"),
        Program(name: "syntax error of -e", arguments: ["-e", "x = "]),
        Program(
            name: "a deep traceback",
            arguments: ["SCRIPT"],
            script: "local function f(n) if n == 0 then error('deep') end return 1 + f(n - 1) end f(40)"
        ),
        Program(name: "a nil call", arguments: ["SCRIPT"], script: "local t = {} t.x.y = 1"),
        Program(
            name: "an error in a coroutine",
            arguments: ["SCRIPT"],
            script: "coroutine.wrap(function() error('in') end)()"
        ),
        Program(
            name: "stack overflow",
            arguments: ["SCRIPT"],
            script: "local function f() return 1 + f() end print(pcall(f))",
            comparesErrors: false
        ),
        Program(
            name: "xpcall",
            arguments: ["SCRIPT"],
            script: "print(xpcall(function() error('x') end, function(m) return 'H:' .. m end))"
        ),
    ]

    private static let libraries: [Program] = [
        Program(
            name: "strings",
            arguments: ["SCRIPT"],
            script:
                "print(('x'):rep(3), ('%5.2f'):format(3.14159), #'ü', ('a,b'):find(','), string.pack('<i4', 7):byte(1, -1))"
        ),
        Program(
            name: "numbers",
            arguments: ["SCRIPT"],
            script: "print(1/0, -1/0, 2^53, 10 // 3, 10 % -3, 7 // 0.0, 1e15, 0x10, math.maxinteger + 1, 3 | 4, 1e100)"
        ),
        Program(
            name: "tables",
            arguments: ["SCRIPT"],
            script:
                "local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) print(table.concat(t, ' '), #t, table.unpack(t))"
        ),
        Program(
            name: "goto, close, const",
            arguments: ["SCRIPT"],
            script:
                "do local x <close> = setmetatable({}, {__close = function() print('closed') end}) local y <const> = 1 goto out end ::out:: print('end')"
        ),
        Program(
            name: "load",
            arguments: ["SCRIPT"],
            script: "print(load('return ...', 'c', 't', {})(5)) print(load('x x'))"
        ),
        Program(
            name: "files",
            arguments: ["SCRIPT"],
            script:
                "local f = io.open('f.txt', 'w') f:write('a\\nb\\n') f:close() for l in io.lines('f.txt') do print(l) end print(io.open('/none/there'))"
        ),
        Program(
            name: "io.read of numbers",
            arguments: ["SCRIPT"],
            script: "print(io.read('n', 'l', 'L', 2))",
            input: "12 rest\nline\nxyz"
        ),
        Program(
            name: "utf8",
            arguments: ["SCRIPT"],
            script: "print(utf8.char(228, 8364), utf8.len('äé'), utf8.codepoint('€'))"
        ),
        Program(
            name: "dump and load",
            arguments: ["SCRIPT"],
            script: "print(load(string.dump(function() return 9 end), 'b', 'b')())"
        ),
        Program(
            name: "popen",
            arguments: ["SCRIPT"],
            script: "local p = io.popen('echo out; exit 3') print(p:read('a')) print(p:close())"
        ),
        Program(name: "stderr", arguments: ["SCRIPT"], script: "io.stderr:write('to stderr\\n')"),
        Program(
            name: "no os.exit in a finalizer",
            arguments: ["SCRIPT"],
            script: "print(os.getenv('HOME') ~= nil, os.time{year=2020,month=1,day=1,hour=12} > 0)"
        ),
    ]
}
