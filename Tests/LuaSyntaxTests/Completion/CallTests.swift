import LuaSyntax
import Testing

@Suite("Calls around a cursor, and their results")
struct CallTests {
    /// The cursor is at `¦`; then the function, empty for none, and the argument.
    static let calls: [(String, String, Int)] = [
        ("f(¦", "f", 0), ("f(¦)", "f", 0), ("f(1, ¦", "f", 1), ("f(1, g(2, 3), ¦", "f", 2), ("f(1, g(2, ¦", "g", 1),
        ("f(1)¦", "", 0),
        ("distribution.get(\"¦", "distribution.get", 0), ("distribution.get '¦", "distribution.get", 0),
        ("distribution.get 'a'¦", "", 0), ("distribution.list{ a = 1, ¦", "distribution.list", 0),
        ("f(1, { a, b, ¦", "f", 1), ("f((1 + ¦", "f", 0), ("f(a[¦", "f", 0), ("d:update(1, ¦", "d:update", 1),
        ("d.a['k'][1].f(¦", "d.a[\"k\"][1].f", 0), ("f(function(a, b) ¦", "", 0), ("f(function(a, ¦", "", 0),
        ("f(function(a, b) return a, b end, ¦", "f", 1), ("function f(¦", "", 0), ("function t:f(a, ¦", "", 0),
        ("(f)(¦", "", 0),
        ("f(1)(¦", "", 0), ("x = (¦", "", 0), ("f(-- ¦", "", 0), ("f(--[[ x ]] ¦", "f", 0), ("f(', ', ¦", "f", 1),
        ("f(', ¦", "f", 0),
        ("f(1,\n  ¦2)", "f", 1), ("if f(¦", "f", 0), ("f(\nlocal x = ¦", "", 0), ("return f(g 'a', ¦", "f", 1),
        ("x = { f(¦", "f", 0), ("¦f()", "", 0),
    ]

    @Test("the innermost open call is found", arguments: calls)
    func findsCall(marked: String, function: String, argument: Int) {
        let example = MarkedText(marked)
        let call = CallContext.around(cursor: example.cursor, in: example.text)
        #expect(call?.function.text ?? "" == function)
        #expect(call?.argumentIndex ?? 0 == argument)
    }

    /// The cursor is at `¦`, or the whole text counts; then `name=function` in order.
    static let assignments: [(String, String)] = [
        ("local d = distribution.get 'x'", "d=distribution.get"), ("d = distribution.get('x')", "d=distribution.get"),
        ("local d <const> = distribution.get { id = f() }", "d=distribution.get"),
        ("local d, e = f(1), g 'x'", "d=f e=g"),
        ("local d, err = f()", "d=f"), ("local a, b = 1, f()", "b=f"), ("if x then d = f() end", "d=f"),
        ("local function g() local d = o:f() end", "d=o:f"), ("local d = f().x", ""), ("local d = f() + 1", ""),
        ("local d = not f()", ""),
        ("local d = f()(1)", ""), ("d = f() d = nil", ""), ("d = f() d = g()", "d=g"), ("local d = f() local d", ""),
        ("x.d = f()", ""),
        ("t = { d = f() }", ""), ("local d = f(¦", ""), ("local d = f()¦ local e = g()", "d=f"),
        ("local d = f()\n(g or h)()", ""),
        ("local d = (f())", ""), ("for d = f(), 2 do end", ""), ("local d = f() -- e = g()", "d=f"),
        ("d = t['f']()", "d=t[\"f\"]"),
    ]

    @Test("names of calls' results are found", arguments: assignments)
    func findsAssignments(marked: String, expected: String) {
        let example = MarkedText(marked)
        let cursor = marked.contains("¦") ? example.cursor : nil
        let found = CallAssignments.functions(in: example.text, before: cursor)
        #expect(found.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ") == expected)
    }
}
