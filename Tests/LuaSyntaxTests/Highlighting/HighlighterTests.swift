import LuaSyntax
import Testing

@Suite("Highlighting")
struct HighlighterTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var text: String
        /// Each highlight: the part, and its category.
        var parts: String
        var cursor: Int?

        init(_ text: String, _ parts: String, cursor: Int? = nil) {
            self.text = text
            self.parts = parts
            self.cursor = cursor
        }

        var testDescription: String { text }
    }

    static let known: Set<String> = ["print", "string", "distribution", "t"]
    static let session: Set<String> = ["d"]

    static let simple: [Case] = [
        Case("return nil, true", "return:keyword nil:constant true:constant"),
        Case("return 1 + 0x2 -- c", "return:keyword 1:number 0x2:number -- c:comment"),
        Case("return 3x", "return:keyword 3x:error"),
        Case("print(x)", "print:function x:unknownGlobal"),
        Case("t = t.a.b", "a:member b:member"),
        Case("t.a.f(1)", "a:member f:function 1:number"),
        Case("d:update 'x'", "d:local update:function 'x':string"),
        Case("distribution.list{ page = 1, [2] = t }", "list:function page:member 1:number 2:number"),
        Case("goto l ::l::", "goto:keyword l:label :::label l:label :::label"),
        Case(#"t = "a\n\q\u{48}""#, #""a:string \n:escape \q:error \u{48}:escape ":string"#),
        Case(
            #"t = '\x4G\256\1234\u{'"#,
            #"':string \x4:error G:string \256:error \123:escape 4:string \u{:error ':string"#
        ),
        Case("t = 'ab", "'ab:string"),
        Case("t = 'ab\nt = 1", "'ab:error 1:number"),
        Case("t = [[a\\n", "[[a\\n:string"),
        Case("--[[ a", "--[[ a:comment"),
        Case("é = 1", "é:error 1:number"),
    ]

    static let scopes: [Case] = [
        Case("local a = a", "local:keyword a:local a:unknownGlobal"),
        Case("local a <const> = 1 return a", "local:keyword a:local const:keyword 1:number return:keyword a:local"),
        Case(
            "local function f() return f end",
            "local:keyword function:keyword f:function return:keyword f:local end:keyword"
        ),
        Case(
            "local f = function() return f end",
            "local:keyword f:local function:keyword return:keyword f:unknownGlobal end:keyword"
        ),
        Case("do local a end return a", "do:keyword local:keyword a:local end:keyword return:keyword a:unknownGlobal"),
        Case(
            "for i, j in t do print(i) end print(i)",
            "for:keyword i:local j:local in:keyword do:keyword print:function i:local end:keyword print:function i:unknownGlobal"
        ),
        Case("for i = i, 2 do end", "for:keyword i:local i:unknownGlobal 2:number do:keyword end:keyword"),
        Case(
            "repeat local a until a t = a",
            "repeat:keyword local:keyword a:local until:keyword a:local a:unknownGlobal"
        ),
        Case(
            "if t then local a elseif a then else print(a) end",
            "if:keyword then:keyword local:keyword a:local elseif:keyword a:unknownGlobal then:keyword else:keyword print:function a:unknownGlobal end:keyword"
        ),
        Case(
            "function t.a:b(c) return self, c end",
            "function:keyword a:member b:function c:local return:keyword self:local c:local end:keyword"
        ),
        Case(
            "function t.b() return self end",
            "function:keyword b:function return:keyword self:unknownGlobal end:keyword"
        ),
        Case(
            "function f.g() end f.g()",
            "function:keyword f:unknownGlobal g:function end:keyword f:unknownGlobal g:function"
        ),
        Case("x = 1 print(x)", "1:number print:function"),
        Case("x, y = y, x", ""),
        Case("function g() end g()", "function:keyword g:function end:keyword g:function"),
        Case("x.y = 1", "x:unknownGlobal y:member 1:number"),
        Case("t[x] = 1", "x:unknownGlobal 1:number"),
        Case("local _ENV = t print(x)", "local:keyword _ENV:local print:function x:member"),
        Case("local a <cons> = 1", "local:keyword a:local cons:error 1:number"),
        Case("local a = {} (t)(a)", "local:keyword a:local a:local"),
        Case("return _ENV", "return:keyword"),
        Case("pri", "pri:unknownGlobal"),
        Case("pri", "", cursor: 3),
        Case("pri", "pri:unknownGlobal", cursor: 2),
        Case("local x <const> y = 1", "local:keyword x:local const:keyword 1:number"),
        Case("t = { x = x, y; z = 1 }", "x:member x:unknownGlobal y:unknownGlobal z:member 1:number"),
        Case(
            "t = { f = function() a = 1 end, b = 2 }",
            "f:member function:keyword 1:number end:keyword b:member 2:number"
        ),
        Case(
            "while t do local a = 1 end return a",
            "while:keyword do:keyword local:keyword a:local 1:number end:keyword return:keyword a:unknownGlobal"
        ),
        Case(
            "local function f(d, ...) return d end",
            "local:keyword function:keyword f:function d:local return:keyword d:local end:keyword"
        ),
    ]

    @Test("parts get their categories", arguments: simple + scopes)
    func highlights(example: Case) {
        let found = Highlighter.highlights(
            of: LuaSource(example.text),
            cursor: example.cursor,
            isSessionLocal: Self.session.contains,
            isKnownGlobal: Self.known.contains
        )
        let parts = found.map { "\(slice(example.text, $0.range)):\($0.category)" }
        #expect(parts.joined(separator: " ") == example.parts)
    }
}
