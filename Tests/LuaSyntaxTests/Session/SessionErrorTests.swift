import LuaSyntax
import Testing

@Suite("Errors in a session's entries")
struct SessionErrorTests {
    /// An entry after others, and the message that it ends with.
    struct Case: CustomTestStringConvertible, Sendable {
        var before: [String]
        var entry: String
        var message: String

        init(_ entry: String, after before: String..., message: String) {
            self.before = before
            self.entry = entry
            self.message = message
        }

        var testDescription: String { entry }
    }

    static let cases: [Case] = [
        Case("x = 2", after: "local x <const> = 1", message: "stdin:1: attempt to assign to const variable 'x'"),
        Case("\n\nx = 2", after: "local x <const> = {}", message: "stdin:3: attempt to assign to const variable 'x'"),
        Case(
            "function x() end",
            after: "local x <close> = nil",
            message: "stdin:1: attempt to assign to const variable 'x'"
        ),
        Case("local x <const> = 1 x = 2", message: "stdin:1: attempt to assign to const variable 'x'"),
        Case("local x <close> = nil x = 2", message: "stdin:1: attempt to assign to const variable 'x'"),
        Case("local x <close> = 42", message: "stdin:1: variable 'x' got a non-closable value"),
        Case("local a\nlocal x <close> =\n{}\n", message: "stdin:3: variable 'x' got a non-closable value"),
        Case("local a <close>, b <close> = nil", message: "stdin:1: multiple to-be-closed variables in local list"),
        Case("local a <odd> = 1", message: "stdin:1: unknown attribute 'odd'"),
        Case("local a = 1 error('raised')", message: "stdin:1: raised"),
        Case("local a = 1\nlocal b = a +\nnil", message: "stdin:2: attempt to perform arithmetic on a nil value"),
        Case("local a = f\n(1)", message: "stdin:1: attempt to call a nil value (global 'f')"),
        Case("local a = ", message: "stdin:1: unexpected symbol near <eof>"),
        Case("local a = (1", message: "stdin:1: ')' expected near <eof>"),
        Case("local a = 'x", message: "stdin:1: unfinished string near <eof>"),
        Case("end return function()", message: "stdin:1: <eof> expected near 'end'"),
        Case("end, function()", message: "stdin:1: <eof> expected near 'end'"),
        Case(
            "f() function x() end -- why",
            after: "f = print local x <const> = {}",
            message: "stdin:1: attempt to assign to const variable 'x'"
        ),
        Case("break", message: "stdin:1: break outside loop at line 1"),
        Case("goto nowhere", message: "stdin:1: no visible label 'nowhere' for <goto> at line 1"),
        Case("goto f local x ::f:: print(x)", message: "stdin:1: <goto f> at line 1 jumps into the scope of local 'x'"),
        Case("a.b = 1", after: "local a", message: "stdin:1: attempt to index a nil value (upvalue 'a')"),
        Case("print(y)", after: "_ENV = nil", "local y", message: ""),
    ]

    @Test("messages are Lua's own, with the entry's lines", arguments: cases)
    func messages(example: Case) throws {
        let session = try LuaSession()
        for entry in example.before { try #expect(session.run(entry).message == "") }
        let message = try session.run(example.entry).message
        #expect(message == example.message)
        // The session goes on.
        try #expect(session.run("print = 'still there'").message == "")
        _ = try session.finish()
    }

    @Test("an error keeps the locals declared before it, and later entries go on")
    func errorKeepsEarlierLocals() throws {
        let session = try LuaSession()
        try session.run("local shadowed = 'old'")
        let answer = try session.run("local a, b <const> = 1, 2 local shadowed = shadowed .. '!' error 'x' local c = 3")
        #expect(answer.names == [SessionLocal("shadowed"), SessionLocal("b", isConstant: true), SessionLocal("a")])
        try session.run("a = a + b")
        try session.run("print(a, b, shadowed, c)")
        try #expect(session.finish() == "3\t2\told!\tnil\n")
    }

    /// Each has one local, and then an error that is no part of its values.
    static let endings = [
        "local a = { 1 }\n(nothing)()", "local a = 'x'\n(nothing)()", "local a = 1 (nothing)()",
        "local a = function() end\n(nothing)()", "local a = ... (nothing)()", "local a (nothing)()",
        "local a = #'x' nothing()",
        "local a = print and 1 nothing()", "local a = (print) nothing()", "local a = tostring 'x' nothing()",
        "local a <const> = 2 ^ -1 nothing()", "local a = tostring { } nothing 'x'",
        "local function a() end (nothing)()",
        "local a = ('x'):rep(2) nothing()", "local a = _G['x'] nothing()", "local a = not nil nothing()",
        "local a; nothing()",
    ]

    @Test("a local is kept as soon as its statement ends", arguments: endings)
    func endOfStatement(entry: String) throws {
        let session = try LuaSession()
        let answer = try session.run(entry)
        #expect(answer.names.map(\.name) == ["a"])
        #expect(answer.message.contains("nothing"))
        _ = try session.finish()
    }

    @Test("a value that cannot be closed declares nothing")
    func unclosableDeclaresNothing() throws {
        let session = try LuaSession()
        try #expect(session.run("local a, x <close> = 1, {}").names.isEmpty)
        try session.run("print(a, x)")
        try #expect(session.finish() == "nil\tnil\n")
    }

    @Test("closing goes on after an error, which the next one gets")
    func closeErrors() throws {
        let session = try LuaSession()
        try session.run("local function res(f) return setmetatable({}, { __close = f }) end")
        try session.run("local a <close> = res(function(_, e) print('a', e) end)")
        try session.run("local b <close> = res(function(_, e) error('b ' .. tostring(e), 0) end)")
        try session.run("local c <close> = res(function(_, e) error('c ' .. tostring(e), 0) end)")
        try #expect(session.finish() == "a\tb c nil\nclose error: c nil\nclose error: b c nil\n")
    }

    @Test("a session may have more names than a function has locals")
    func manyNames() throws {
        let session = try LuaSession()
        for number in 1...400 { try session.run("local v\(number) = \(number)") }
        try session.run("v399 = v400 + v1")
        let answer = try session.run("print(v1, v200, v201, v399)")
        #expect(answer.names.count == 400)
        #expect(answer.names.first == SessionLocal("v400"))
        try #expect(session.finish() == "1\t200\t201\t401\n")
    }

    @Test("names that an entry has no room for are told")
    func omittedNames() {
        let visible = (1...300).map { SessionLocal("v\($0)") }
        let entry = "print(" + (1...200).map { "v\($0)" }.joined(separator: ",") + ")"
        let rewrite = SessionLocals.rewrite(entry: entry, visible: visible)
        #expect(rewrite.omittedNames == (191...200).map { "v\($0)" })
    }

    @Test("names are newest first, each once")
    func namesInOrder() throws {
        let session = try LuaSession()
        for number in 1...300 { try session.run("local a = \(number) local b\(number % 3) <const> = a") }
        let answer = try session.run("print(a, b0, b1, b2)")
        #expect(answer.names.map(\.name) == ["b0", "a", "b2", "b1"])
        #expect(answer.names.map(\.isConstant) == [true, false, true, true])
        try #expect(session.finish() == "300\t300\t298\t299\n")
    }

    @Test("modules and loaded files see no session locals")
    func modulesSeeNone() throws {
        let session = try LuaSession()
        try session.run("local secret = 1")
        try session.run("package.preload.m = load('return { secret = secret }')")
        try session.run("print(require('m').secret, load('return secret')(), secret)")
        try #expect(session.finish() == "nil\tnil\t1\n")
    }

    @Test("an expression is given as a return statement")
    func expressions() throws {
        let session = try LuaSession()
        try session.run("local f = function() return 1, 2 end")
        try #expect(session.run("return f()").message == "")
        try #expect(session.run("return f() -- comment").message == "")
        _ = try session.finish()
    }

    @Test("declarations are told with their attributes")
    func declarations() {
        let entry = "local a, b <const> = 1 do local c end local function d() local e end local f <close> = nil"
        let rewrite = SessionLocals.rewrite(entry: entry, visible: [])
        #expect(
            rewrite.declarations == [
                [.init("a"), .init("b", .const)], [.init("d")], [.init("f", .close)],
            ]
        )
    }
}
