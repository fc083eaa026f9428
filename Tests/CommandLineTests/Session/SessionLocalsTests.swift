import TestSupport
import Testing

/// Programs typed line by line do what the stock interpreter does with them as a file.
@Suite("Locals at the prompt", .serialized, .timeLimit(.minutes(4)))
struct SessionLocalsTests {
    struct Program: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let lines: [String]

        init(_ testDescription: String, _ lines: String...) {
            self.testDescription = testDescription
            self.lines = lines
        }
    }

    private static let programs = [
        Program("a local lives on", "local a = 1", "a = a + 1", "print(a, _G.a)"),
        Program(
            "shadowing",
            "local a = 1",
            "local function first() return a end",
            "local a = 'two'",
            "print(first(), a)"
        ),
        Program("a local of its old self", "local a = 20", "local a = a + 1", "local a, b = a * 2, a", "print(a, b)"),
        Program(
            "closures share a variable",
            "local n = 0",
            "local function up() n = n + 1 return n end",
            "local function get() return n end",
            "up() n = n + 10 up()",
            "print(get(), n)"
        ),
        Program(
            "a function over several lines",
            "local function sum(...)",
            "  local total = 0",
            "  for _, value in ipairs { ... } do",
            "    total = total + value",
            "  end",
            "  return total",
            "end",
            "print(sum(1, 2, 3.5))"
        ),
        Program(
            "a recursive function",
            "local function f(n) if n < 2 then return 1 end return n * f(n - 1) end",
            "print(f(20))"
        ),
        Program("a local function of itself", "local f = function() return f end", "print(f())"),
        Program(
            "constants",
            "local limit <const> = 10",
            "print(limit * 2)",
            "print((load('local x <const> = 1; x = 2')))",
            "local limit = 11",
            "print(limit)"
        ),
        Program(
            "blocks keep their own",
            "local a = 1",
            "do local a = 2 print(a) end",
            "for a = 3, 3 do print(a) end",
            "if a then local a = 4 print(a) end",
            "print(a)"
        ),
        Program("several at once", "local a, b, c = (function() return 1, 2 end)()", "print(a, b, c)"),
        Program("a global of the same name", "x = 'global'", "local x = 'local'", "print(x, _G.x, _ENV == _G)"),
        Program(
            "several statements in a line",
            "local a = 1; local b = a + 1; local function f() return a + b end print(f())",
            "a = 10 print(f())"
        ),
        Program(
            "loops over locals",
            "local list = {}",
            "for i = 1, 3 do local square = i * i list[#list + 1] = function() return square end end",
            "print(list[1](), list[2](), list[3]())"
        ),
        Program(
            "coroutines",
            "local co = coroutine.wrap(function(a) while true do a = coroutine.yield(a * 2) end end)",
            "print(co(1), co(21))",
            "local thread, isMain = coroutine.running()",
            "print(type(thread))"
        ),
        Program("varargs", "print(select('#', ...))", "local first = ...", "print(first)"),
        Program("a shebang of strings", "local s = [[one", "two]] .. 'x\\z", "  y'", "print(s, #s)"),
        Program("goto", "local n = 0", "::top:: n = n + 1 if n < 3 then goto top end", "print(n)"),
        Program(
            "methods",
            "local t = { n = 1 }",
            "function t:up() self.n = self.n + 1 return self end",
            "print(t:up():up().n)"
        ),
    ]

    /// What the stock interpreter prints.
    private func expected(_ program: Program, _ shell: Shell) async throws -> String {
        let path = try shell.write(program.lines.joined(separator: "\n"), to: "program.lua")
        let result = try await shell.run([path], program: Shell.lua)
        #expect(result.errors == "")
        return result.output
    }

    @Test(arguments: programs)
    func doWhatTheyDoInAFile(_ program: Program) async throws {
        let shell = Shell()
        let wanted = try await expected(program, shell)
        let session = try await SessionTerminal(shell: shell)
        let before = session.screen.bytesSent
        for line in program.lines { try await type(line, session.screen) }
        #expect(SessionTerminal.answers(in: session.screen.output(after: before)) == wanted)
        await session.leave()
    }

    /// Types a line and waits for the next one's prompt: what is typed ahead would be shown among the answers.
    private func type(_ line: String, _ screen: TerminalScreen) async throws {
        let row = screen.cursor.row
        screen.type(line + "\r")
        try await screen.waitForScreen("the next line") {
            $0.modes.contains(2004) && $0.cursor.row > row && $0.cursorLine.hasSuffix(">")
        }
    }

    @Test func resultsHaveNames() async throws {
        let session = try await SessionTerminal()
        try await #expect(session.enter("20 + 1") == "21\n")
        try await #expect(session.enter("_ * 2") == "42\n")
        try await #expect(session.enter("_1 + _2") == "63\n")
        try await #expect(session.enter("'a', 'b'") == "\"a\"\n\"b\"\n")
        try await session.enter("x = 5")
        try await #expect(session.enter("x, _1") == "5\n21\n")
        try await #expect(session.enter("error({ code = 7 })").contains("code"))
        try await #expect(session.enter("_err.code") == "7\n")
        try await #expect(session.enter("nothing.at.all").contains("attempt to index a nil value (global 'nothing')"))
        try await #expect(session.enter("type(_err), (_err:find('nothing') ~= nil)") == "\"string\"\ntrue\n")
        try await #expect(session.enter("rawget(_G, '_'), rawget(_G, '_err'), rawget(_G, 'd')") == "nil\nnil\nnil\n")
        await session.leave()
    }

    @Test(arguments: ["\u{04}", ".quit\r", "os.exit(0, true)\r"])
    func whatIsToBeClosedIsClosedWhenLeaving(_ ending: String) async throws {
        let session = try await SessionTerminal()
        for name in ["first", "second"] {
            try await session.enter(
                "local \(name) <close> = setmetatable({}, { __close = function() print('clo' .. 'sed \(name)') end })"
            )
        }
        try await #expect(session.enter("type(first), type(second)") == "\"table\"\n\"table\"\n")
        let before = session.screen.bytesSent
        session.screen.type(ending)
        #expect(await session.screen.finish() == 0)
        try await session.screen.waitForScreen("both closed, the last one first") {
            $0.output(after: before).contains("closed second\r\nclosed first\r\n")
        }
    }

    @Test func modulesAndLoadedFilesDoNotSeeThem() async throws {
        let shell = Shell()
        try shell.write("return { seen = own }", to: "m.lua")
        try shell.write("print('loaded', own) local inner = 1", to: "f.lua")
        let session = try await SessionTerminal(environment: ["LUA_PATH": shell.path("?.lua")], shell: shell)
        try await session.enter("local own = 1")
        try await #expect(session.enter("require('m').seen") == "nil\n")
        try await #expect(session.enter(".load f.lua") == "loaded\tnil\n")
        try await #expect(session.enter("dofile('f.lua')") == "loaded\tnil\n")
        try await #expect(session.enter("inner, load('return own')()") == "nil\nnil\n")
        await session.leave()
    }

    @Test func thereMayBeMoreThanAFunctionMayHave() async throws {
        let session = try await SessionTerminal()
        let names = (1...250).map { "v\($0)" }
        for start in stride(from: 0, to: 250, by: 50) {
            let part = names[start..<(start + 50)]
            try await session.enter(
                "local \(part.joined(separator: ", ")) = \(part.map { String($0.dropFirst()) }.joined(separator: ", "))"
            )
        }
        try await #expect(session.enter("v1 + v125 + v250") == "376\n")
        await session.leave()
    }
}
