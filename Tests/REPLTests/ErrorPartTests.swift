import LuaRuntime
import TestSupport
import Testing

@testable import REPL

@Suite("Parts of explanations")
struct ErrorPartTests {
    @Test(arguments: [
        ("stdin:3: boom", "stdin", 3, "boom"), ("stdin:3: stdin:4: boom", "stdin", 4, "boom"),
        ("C:\\a b.lua:12: x: 1", "C:\\a b.lua", 12, "x: 1"),
        ("[string \"a:1: b\"]:7: x", "[string \"a:1: b\"]", 7, "x"),
    ])
    func `a place heads a message`(message: String, name: String, line: Int, rest: String) {
        let (position, text) = ErrorPosition.split(message, chunkNames: ["stdin"])
        #expect(position == ErrorPosition(chunkName: name, line: line))
        #expect(text == rest)
    }

    @Test(arguments: ["boom", "", "id: 12", "http://localhost:1000: refused", "a:b: c", ":1: x", "stdin:x: y"])
    func `other messages have none`(message: String) {
        #expect(ErrorPosition.split(message, chunkNames: ["stdin"]).position == nil)
        #expect(ErrorPosition.split(message, chunkNames: ["stdin"]).rest == message)
    }

    @Test(arguments: [
        ("x=1--c", ["x", "=", "1", "--c"]), ("a..b...c", ["a", "..", "b", "...", "c"]), ("3..4", ["3..4"]),
        ("a.b:c'x\\'y'", ["a", ".", "b", ":", "c", "'x\\'y'"]), ("[==[a]]]==]x", ["[==[a]]]==]", "x"]),
        ("--[[a\nb]]c", ["--[[a\nb]]", "c"]), ("'open\nx", ["'open", "x"]), ("[[open", ["[[open"]),
        ("0x1p-3 1e+5", ["0x1p-3", "1e+5"]), ("t[1]", ["t", "[", "1", "]"]), ("a~=b//c", ["a", "~=", "b", "//", "c"]),
        ("\"a\\\nb\" c", ["\"a\\\nb\"", "c"]), ("\\", ["\\"]), ("", []),
    ])
    func `a source is split into tokens`(source: String, expected: [String]) {
        let tokens = LuaTokens.tokens(of: source)
        #expect(tokens.map(\.text) == expected)
        #expect(tokens.allSatisfy { String(decoding: Array(source.utf8)[$0.range], as: UTF8.self) == $0.text })
    }

    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func `no source and no message does harm`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let parts = [
            "stdin:", "1: ", "near '", "'", "(global 'x')", "attempt to index a nil value ", "\n", "end", "function ",
            "\"",
            "[[", "]]", "--", "x", ".y", "(", "{", "é", "\u{1B}", "'end' expected ", "(to close 'if' at line 2)",
            "<eof>",
            "bad argument #1 to '", "unfinished string", "\t[C]: in ?", "stack traceback:", "99999999999999999999",
        ]
        for _ in 0..<400 {
            let texts = (0..<3).map { _ in
                (0..<Int.random(in: 0...8, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
                    .joined()
            }
            for code in [LuaError.Code.syntax, .runtime, .incomplete] {
                let error = LuaError(code, value: .string(texts[0]), message: texts[0], traceback: texts[1])
                let text = ErrorPrinter(columnCount: 30).text(of: error, sources: [ErrorSource(texts[2])])
                #expect(!text.contains("\u{1B}"), "seed \(seed)")
            }
        }
    }
}
