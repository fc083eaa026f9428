import LuaRuntime
import Testing

@testable import REPL

@Suite("Entries as expressions and statements")
struct EntryReadingTests {
    @Test(arguments: [
        ("1 + 1", "return 1 + 1"), ("=1", "return 1"), ("x = 1", "x = 1"), ("f()", "return f()"),
        ("1 + * 2", "stdin:1: unexpected symbol near '*'"), ("x = = 3", "stdin:1: unexpected symbol near '='"),
        ("if x != 3 then end", "stdin:1: 'then' expected near '!'"), (")", "stdin:1: unexpected symbol near ')'"),
        ("f(1,", "more"), ("for i = 1, 2 do", "more"), ("{ 1,", "more"), ("x.y", "return x.y"),
    ])
    func `are told apart, and explained by what is wrong in them`(text: String, expected: String) throws {
        switch EntryReading(vm: try LuaVM()).form(of: text) {
        case .chunk(let chunk): #expect(chunk == expected)
        case .incomplete: #expect(expected == "more")
        case .wrong(let error): #expect(error.message == expected)
        }
    }
}
