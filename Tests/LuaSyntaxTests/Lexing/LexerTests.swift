import LuaSyntax
import Testing

@Suite("The lexer")
struct LexerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var text: String
        var tokens: [(String, Token.Kind)]

        init(_ text: String, _ tokens: (String, Token.Kind)...) {
            self.text = text
            self.tokens = tokens
        }

        var testDescription: String { text }
    }

    static let words: [Case] = [
        Case("x _y1 end ending", ("x", .name), ("_y1", .name), ("end", .keyword(.end)), ("ending", .name)),
        Case(
            "goto l ::l::",
            ("goto", .keyword(.goto)),
            ("l", .name),
            ("::", .labelMark),
            ("l", .name),
            ("::", .labelMark)
        ),
        Case("a <const>", ("a", .name), ("<", .operator(.less)), ("const", .name), (">", .operator(.greater))),
        Case(
            "a//b/c",
            ("a", .name),
            ("//", .operator(.floorDivide)),
            ("b", .name),
            ("/", .operator(.divide)),
            ("c", .name)
        ),
        Case("~=~ ==", ("~=", .operator(.notEqual)), ("~", .operator(.bitXor)), ("==", .operator(.equal))),
        Case("<<=>>", ("<<", .operator(.shiftLeft)), ("=", .operator(.assign)), (">>", .operator(.shiftRight))),
        Case(
            "<=>=<>",
            ("<=", .operator(.lessOrEqual)),
            (">=", .operator(.greaterOrEqual)),
            ("<", .operator(.less)),
            (">", .operator(.greater))
        ),
        Case("....", ("...", .operator(.varargs)), (".", .operator(.dot))),
        Case("a..b", ("a", .name), ("..", .operator(.concatenate)), ("b", .name)),
        Case("a:b", ("a", .name), (":", .operator(.colon)), ("b", .name)),
        Case("é=1", ("é", .invalid), ("=", .operator(.assign)), ("1", .number)),
        Case("$ \\ !", ("$", .invalid), ("\\", .invalid), ("!", .invalid)),
        Case("\0", ("\0", .invalid)),
    ]

    static let strings: [Case] = [
        Case("'a' \"b\"", ("'a'", .string), ("\"b\"", .string)),
        Case(#"'\'' "\"""#, (#"'\''"#, .string), (#""\"""#, .string)),
        Case(#"'\\'x"#, (#"'\\'"#, .string), ("x", .name)),
        Case("'a\\\nb'", ("'a\\\nb'", .string)),
        Case("'a\\\r\nb'", ("'a\\\r\nb'", .string)),
        Case("'a\\z \n\n  b' c", ("'a\\z \n\n  b'", .string), ("c", .name)),
        Case("'a\nb", ("'a", .unfinishedString), ("b", .name)),
        Case("'a\\", ("'a\\", .unfinishedString)),
        Case("'", ("'", .unfinishedString)),
        Case("[[a\nb]]c", ("[[a\nb]]", .longString), ("c", .name)),
        Case("[==[]]]=]]==]x", ("[==[]]]=]]==]", .longString), ("x", .name)),
        Case("[=[]]", ("[=[]]", .unfinishedLongString)),
        Case("[=", ("[=", .invalid)),
        Case("[=x", ("[=", .invalid), ("x", .name)),
        Case(
            "a[b[1]]",
            ("a", .name),
            ("[", .operator(.openBracket)),
            ("b", .name),
            ("[", .operator(.openBracket)),
            ("1", .number),
            ("]", .operator(.closeBracket)),
            ("]", .operator(.closeBracket))
        ),
        Case("-- a\nb", ("-- a", .comment), ("b", .name)),
        Case("--[[a\n]]b", ("--[[a\n]]", .comment), ("b", .name)),
        Case("--[=[a]]", ("--[=[a]]", .unfinishedComment)),
        Case("--[=a\nb", ("--[=a", .comment), ("b", .name)),
        Case("--", ("--", .comment)),
    ]

    @Test("tokens are those of Lua", arguments: words + strings)
    func tokens(example: Case) {
        let source = LuaSource(example.text)
        let found = source.tokens.filter { $0.kind != .whitespace }
        #expect(found.map { source.text(of: $0) } == example.tokens.map(\.0))
        #expect(found.map(\.kind) == example.tokens.map(\.1))
    }

    static let numbers = [
        "0", "12", "1.", ".5", "1.5", "1e5", "1E+5", "1e-5", ".5e1", "0x1F", "0X.8", "0x1p4", "0xA.8P-2", "0x.p1",
        "1..2", "1.2.3",
        "1e", "1e+", "0x", "0xg", "3x", "08", "1e5e", "0x1p", "0xep1", "0x1e+1", "12_3", "9007199254740993", "1ee",
        "0x1.2.3",
    ]

    @Test("a number is one when Lua can read it")
    func numbersAreLuas() throws {
        let script = Self.numbers.map { "io.write(load('return (\($0))') and 1 or 0)" }.joined(separator: "\n")
        let expected = try outputOfFile(script)
        // `0x1e+1` is a sum.
        let found = Self.numbers.map { text in
            LuaSource(text).tokens.allSatisfy { $0.kind != .invalid } ? "1" : "0"
        }
        #expect(found.joined() == expected)
        #expect(expected.contains("0") && expected.contains("1"))
    }

    @Test("every keyword is one")
    func keywords() {
        for keyword in Keyword.allCases {
            #expect(LuaSource(keyword.rawValue).tokens.map(\.kind) == [.keyword(keyword)])
            #expect(LuaSource(keyword.rawValue + "1").tokens.map(\.kind) == [.name])
        }
        #expect(Keyword.allCases.count == 22)
    }

    @Test("every operator is one")
    func operators() {
        for symbol in Operator.allCases {
            #expect(LuaSource(symbol.rawValue).tokens.map(\.kind) == [.operator(symbol)])
        }
    }
}
