import LuaRuntime
import Testing

@testable import REPL

@Suite("Errors of the compiler", .timeLimit(.minutes(2)))
struct SyntaxErrorTests {
    /// Programs, and what is shown below the message that the interpreter has for them.
    static let cases: [ErrorCase] = [
        ErrorCase(
            "x = 1 != 2",
            "  1 │ x = 1 != 2",
            "    │       ^",
            "  Lua writes ~= for !="
        ),
        ErrorCase(
            "x++",
            "  1 │ x++",
            "    │  ^",
            "  Lua has no ++; write x = x + 1"
        ),
        ErrorCase(
            "x += 1",
            "  1 │ x += 1",
            "    │   ^",
            "  Lua has no +=; write x = x + …"
        ),
        ErrorCase(
            "t.a.b -= 1",
            "  1 │ t.a.b -= 1",
            "    │       ^",
            "  Lua has no -=; write t.a.b = t.a.b - …"
        ),
        ErrorCase(
            "s ..= \"x\"",
            "  1 │ s ..= \"x\"",
            "    │   ^^",
            "  Lua has no ..=; write s = s .. …"
        ),
        ErrorCase(
            "if x = 1 then end",
            "  1 │ if x = 1 then end",
            "    │      ^",
            "  a comparison is written =="
        ),
        ErrorCase(
            "while x = 1 do end",
            "  1 │ while x = 1 do end",
            "    │         ^",
            "  a comparison is written =="
        ),
        ErrorCase(
            "if x && y then end",
            "  1 │ if x && y then end",
            "    │       ^",
            "  Lua writes and for &&"
        ),
        ErrorCase(
            "if x || y then end",
            "  1 │ if x || y then end",
            "    │       ^",
            "  Lua writes or for ||"
        ),
        ErrorCase(
            "if !x then end",
            "  1 │ if !x then end",
            "    │    ^",
            "  Lua writes not for !"
        ),
        ErrorCase(
            "if x elif y then end",
            "  1 │ if x elif y then end",
            "    │      ^^^^",
            "  Lua writes elseif for elif"
        ),
        ErrorCase(
            "if x then y() elif z then w() end",
            "  1 │ if x then y() elif z then w() end",
            "    │                    ^",
            "  Lua writes elseif for elif"
        ),
        ErrorCase(
            "if x then y() else if z then w() end",
            "  1 │ if x then y() else if z then w() end",
            "    │                                     ^",
            "  'else if' of line 1 opens another 'if' with an 'end' of its own; write elseif"
        ),
        ErrorCase(
            "if x y() end",
            "  1 │ if x y() end",
            "    │      ^",
            "  'then' stands after the condition of 'if' and 'elseif'"
        ),
        ErrorCase(
            "while x y() end",
            "  1 │ while x y() end",
            "    │         ^",
            "  'do' stands after the head of 'while' and 'for'"
        ),
        ErrorCase(
            "for i = 1, 3 print(i) end",
            "  1 │ for i = 1, 3 print(i) end",
            "    │              ^^^^^",
            "  'do' stands after the head of 'while' and 'for'"
        ),
        ErrorCase(
            "s = \"abc",
            "  1 │ s = \"abc",
            "    │     ^^^^",
            "  the string that begins here has no quote at its end"
        ),
        ErrorCase(
            "s = 'abc\nprint(s)",
            "  1 │ s = 'abc",
            "    │     ^^^^",
            "  the string that begins here has no quote at its end"
        ),
        ErrorCase(
            "s = [[abc",
            "  1 │ s = [[abc",
            "    │     ^^^^^",
            "  the text that begins with [[ has no ]]"
        ),
        ErrorCase(
            "--[[ a comment",
            "  1 │ --[[ a comment",
            "    │ ^^^^^^^^^^^^^^",
            "  the comment that begins with --[[ has no ]]"
        ),
        ErrorCase(
            "function f()\n  print(1)\n",
            "  1 │ function f()",
            "    │ ^^^^^^^^",
            "  the 'function' of line 1 has no 'end'"
        ),
        ErrorCase(
            "function f()\n  if x then\n    g()\nend",
            "  1 │ function f()",
            "    │ ^^^^^^^^",
            "  the 'if' of line 2 may be the one without an 'end': that of line 4 is indented differently"
        ),
        ErrorCase(
            "local t = { a = 1 b = 2 }",
            "  1 │ local t = { a = 1 b = 2 }",
            "    │                   ^",
            "  a comma stands between the entries of a table"
        ),
        ErrorCase(
            "local t = { a: 1 }",
            "  1 │ local t = { a: 1 }",
            "    │                ^",
            "  an entry of a table is written key = value"
        ),
        ErrorCase(
            "local t = { \"a\": 1 }",
            "  1 │ local t = { \"a\": 1 }",
            "    │                ^",
            "  an entry of a table is written key = value"
        ),
        ErrorCase(
            "x = = 1",
            "  1 │ x = = 1",
            "    │     ^"
        ),
        ErrorCase(
            "x = y => 1",
            "  1 │ x = y => 1",
            "    │       ^",
            "  a function is written function(…) … end"
        ),
        ErrorCase(
            "x = y = 2",
            "  1 │ x = y = 2",
            "    │       ^",
            "  an assignment gives no value"
        ),
        ErrorCase(
            "end",
            "  1 │ end",
            "    │ ^^^",
            "  there is an 'end' more than there are blocks"
        ),
        ErrorCase(
            "x = 5 y = )",
            "  1 │ x = 5 y = )",
            "    │           ^"
        ),
        ErrorCase(
            "do goto nope end",
            "  1 │ do goto nope end",
            "    │         ^^^^",
            "  a label is written ::name::, in the same or an outer block"
        ),
        ErrorCase(
            "break",
            "  1 │ break",
            "    │ ^^^^^",
            "  'break' stands in a loop: while, for or repeat"
        ),
        ErrorCase(
            "local x <const> = 1; x = 2",
            "  1 │ local x <const> = 1; x = 2",
            "    │                      ^",
            "  it was declared <const> or <close>"
        ),
        ErrorCase(
            "x = \"a\\q\"",
            "  1 │ x = \"a\\q\"",
            "    │     ^^^^^",
            "  write \\\\ for a backslash"
        ),
        ErrorCase(
            "x = 3..4",
            "  1 │ x = 3..4",
            "    │     ^^^^"
        ),
        ErrorCase(
            "f(",
            "  1 │ f(",
            "    │   ^"
        ),
        ErrorCase(
            "print(1 2)",
            "  1 │ print(1 2)",
            "    │         ^",
            "  a comma stands between arguments, and a ) after them"
        ),
        ErrorCase(
            "a.b:c = 1",
            "  1 │ a.b:c = 1",
            "    │       ^",
            "  ':' calls a method; a field is written with '.'"
        ),
        ErrorCase(
            "x = @",
            "  1 │ x = @",
            "    │     ^"
        ),
        ErrorCase(
            "é = 1",
            "  1 │ é = 1",
            "    │ ^",
            "  names are made of the letters a to z, digits and _"
        ),
        ErrorCase(
            "x = “a”",
            "  1 │ x = “a”",
            "    │     ^",
            "  a string is written with \" or '"
        ),
        ErrorCase(
            "local function",
            "  1 │ local function",
            "    │               ^"
        ),
        ErrorCase(
            "x = {1, 2",
            "  1 │ x = {1, 2",
            "    │          ^",
            "  a { has no }"
        ),
        ErrorCase(
            "x = (1 + 2",
            "  1 │ x = (1 + 2",
            "    │           ^",
            "  a ( has no )"
        ),
        ErrorCase(
            "// comment",
            "  1 │ // comment",
            "    │ ^^",
            "  a comment begins with --"
        ),
        ErrorCase(
            "x = 1\n# comment",
            "  2 │ # comment",
            "    │ ^",
            "  a comment begins with --"
        ),
        ErrorCase(
            "/* comment */",
            "  1 │ /* comment */",
            "    │ ^",
            "  a comment begins with --"
        ),
        ErrorCase(
            "let x = 1",
            "  1 │ let x = 1",
            "    │     ^",
            "  Lua writes local for let"
        ),
        ErrorCase(
            "const x = 1",
            "  1 │ const x = 1",
            "    │       ^",
            "  Lua writes local for const"
        ),
        ErrorCase(
            "def f() end",
            "  1 │ def f() end",
            "    │     ^",
            "  Lua writes function for def"
        ),
        ErrorCase(
            "for i = 1, 2 do continue end",
            "  1 │ for i = 1, 2 do continue end",
            "    │                          ^^^",
            "  Lua has no continue; goto a label before the loop's end does it"
        ),
        ErrorCase(
            "x = a ? b : c",
            "  1 │ x = a ? b : c",
            "    │       ^",
            "  Lua has no ?: operator; write condition and a or b"
        ),
        ErrorCase(
            "function f() { return 1 }",
            "  1 │ function f() { return 1 }",
            "    │              ^",
            "  a block has no braces: it ends with 'end'"
        ),
        ErrorCase(
            "return x = 1",
            "  1 │ return x = 1",
            "    │          ^",
            "  a comparison is written =="
        ),
        ErrorCase(
            "x = `a`",
            "  1 │ x = `a`",
            "    │     ^",
            "  a string is written with \" or '"
        ),
        ErrorCase(
            "local x = 1\n\tlocal y == 2",
            "  2 │  local y == 2",
            "    │          ^^",
            "  an assignment is written ="
        ),
    ]

    @Test(arguments: cases)
    func `the token is marked, and what Lua writes instead is said`(errorCase: ErrorCase) throws {
        let error = try Lua54.error(of: errorCase.source)
        #expect(error.code == .syntax)
        #expect(errorCase.lines(of: error) == errorCase.expected)
    }
}
