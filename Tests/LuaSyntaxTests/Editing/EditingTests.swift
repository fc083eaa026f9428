import LuaSyntax
import Testing

@Suite("Brackets and block words")
struct BracketMatcherTests {
    /// The cursor is at `¦`; then the token that is found and where its partner begins, or -1.
    static let cases: [(String, String, Int?)] = [
        ("¦f(a)", "", nil), ("f¦(a)", "(", 3), ("f(a¦)", ")", 1), ("f(a)¦", ")", 1), ("f(¦)", ")", 1),
        ("f(¦a", "(", -1),
        ("a]¦", "]", -1), ("f(a}¦", "}", -1), ("f({1¦})", "}", 2), ("¦if a then b() end", "if", 14),
        ("if a then b() else c() en¦d", "end", 0), ("if a then x() elseif b then y() end¦", "end", 0),
        ("while a d¦o b() end", "do", 15), ("¦while a do b() end", "while", 15), ("for i = 1, 2 do ¦end", "end", 0),
        ("¦do end", "do", 3), ("repeat a() ¦until b", "until", 0), ("r¦epeat until b", "repeat", 7),
        ("x = ¦function() return 1 end", "function", 24), ("¦end", "end", -1),
        ("¦function f() if a then end", "function", -1),
        ("f(function() if x then end ¦end)", "end", 2), ("f(¦function() if x then end)", "function", -1),
        ("if a ¦then end", "", nil), ("'(¦)'", "", nil), ("-- (¦", "", nil), ("f(if a then¦ end", "", nil),
        ("f¦(if a then end", "(", -1), ("while f(function() do end end) d¦o x() end", "do", 38),
    ]

    @Test("the partner is found", arguments: cases)
    func matches(marked: String, found: String, partner: Int?) {
        let example = MarkedText(marked)
        let match = BracketMatcher.match(in: LuaSource(example.text), cursor: example.cursor)
        #expect(match.map { slice(example.text, $0.range) } ?? "" == found)
        #expect(match.map { $0.partner?.lowerBound ?? -1 } == partner)
    }
}

@Suite("Indentation")
struct IndentationTests {
    /// Texts that are indented as they should be.
    static let texts = [
        "if a then\n  b()\nelseif c then\n  d()\nelse\n  e()\nend\nf()",
        "for i = 1, 2 do\n  while true do\n    repeat\n      x()\n    until y\n  end\nend",
        "local t = {\n  a = 1,\n  b = {\n    2,\n  },\n}\nx()",
        "f(function()\n  x()\nend)\ny()",
        "f(function()\n  x()\nend, {\n  a = 1,\n})\ny()",
        "f({\n  a = {\n    1\n  }, b = {\n    2\n  }\n})",
        "local function f(a,\n  b)\n  return a\nend",
        "if a then b() end\nc()",
        "function t:f()\n  local s = [[\ntext\n]]\n  return s\nend",
        "do\n  -- end\n  x = 'end'\nend",
        "end\nx()",
        "f(\n  1,\n  2\n)\n",
        "if a then\n  f(\n    1\n  )\n  g()\nend",
        "if a then\n\n  b()\n\nend",
        "x = 1 --[[ {\n{ ]]\ny = 2",
    ]

    @Test("every line of a well indented text gets the spaces it has", arguments: texts)
    func wellIndented(text: String) {
        let source = LuaSource(text)
        var offset = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let spaces = Indentation.spaces(in: source, lineAt: offset)
            if !line.isEmpty { #expect(spaces == line.prefix { $0 == " " }.count, "\(line)") }
            offset += line.utf8.count + 1
        }
    }

    static let cases: [(String, Int)] = [
        ("if a then\n¦", 2), ("if a then\n¦end", 0), ("f({\n¦", 2), ("f(function()\n  if x then\n¦", 4),
        ("x = [[\n¦", 0),
        ("do --[[\n¦", 0), ("do\n  x = [[\n¦]]", 0), ("¦", 0), ("do\n¦\nend", 2), ("do do\n¦", 2), ("do\ndo\n¦", 4),
    ]

    @Test("a new line gets the spaces of its place", arguments: cases)
    func newLine(marked: String, spaces: Int) {
        let example = MarkedText(marked)
        #expect(Indentation.spaces(in: LuaSource(example.text), lineAt: example.cursor) == spaces)
    }
}
