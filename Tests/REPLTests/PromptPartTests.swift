import LuaSyntax
import Testing

@testable import REPL

@Suite("Fuzzy matching")
struct FuzzyMatchTests {
    /// Each name fits better than the next.
    @Test(arguments: [
        ("get", ["get", "get_many", "Getter", "forget", "grep_text"], ["put", "teg", "ge"]),
        ("gm", ["gm", "gmatch", "GMT", "algm", "get_many"], ["g", "mg"]),
        ("", ["anything"], []),
        ("g", ["g", "gsub", "G1", "log"], ["a"]),
    ])
    func `names are ranked`(pattern: String, names: [String], others: [String]) {
        let match = FuzzyMatch(pattern)
        let scores = names.map { match.score($0) ?? -1 }
        #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 > $1 }, "\(scores)")
        #expect(!scores.contains(-1))
        for name in others { #expect(match.score(name) == nil, "\(name)") }
    }
}

@Suite("Secrets in entries")
struct SecretRedactionTests {
    @Test(arguments: [
        ("x = 1", "x = 1"),
        ("print 'app'", "print 'app'"),
        ("app_id = 'abc'", "app_id = \"***\""),
        ("headers['X-Application-ID'] = \"abc\"", "headers['X-Application-ID'] = \"***\""),
        ("connect { token = 'a', name = 'b' }", "connect { token = \"***\", name = \"***\" }"),
        ("f('Bearer abc')", "f(\"***\")"),
        ("s = 'ghp_0123456789abcdef'", "s = \"***\""),
        ("s = [[eyJhbGciOiJIUzI1NiJ9]]", "s = \"***\""),
        ("password = 'a' .. 'b'", "password = \"***\" .. \"***\""),
        ("print(known)", "print(***)"),
        ("-- token: abc", nil),
        ("token = 'unfinished", nil),
        (".load token.lua", nil),
    ])
    func `are not written`(entry: String, written: String?) {
        #expect(SecretRedaction(secrets: ["known", ""]).redacted(entry) == written)
    }
}

@Suite("Saved programs")
struct SavedProgramTests {
    @Test(arguments: [
        ("x = 1", "x = 1"), ("1 + 1", "print(1 + 1)"), ("=x", "print(x)"), ("_ * 2", "-- _ * 2"),
        ("f(_1)", "-- f(_1)"), ("f()", "f()"), ("return 5", "do return 5 end"),
        ("for _, v in pairs(t) do f(v) end", "for _, v in pairs(t) do f(v) end"),
    ])
    func `have what the prompt printed`(entry: String, line: String) {
        let isStatement = { (text: String) in
            ["x = 1", "f()", "return 5", "for _, v in pairs(t) do f(v) end"].contains(text)
                || text.hasSuffix("local _ = nil") && !text.hasPrefix("return")
        }
        #expect(SavedProgram.text(of: [entry], isStatement: isStatement) == line + "\n")
    }
}

@Suite("Questions and commands")
struct EntryKindTests {
    @Test(arguments: [
        ("distribution.get?", "distribution.get"), ("?x", "x"), ("  f ?", nil), ("?", ""), ("x.y:z??", "x.y:z"),
        ("1 + 1", nil), ("f('?')", nil), ("a ~= b?", nil),
    ])
    func `a question ends or begins with its mark`(text: String, subject: String?) {
        #expect(HelpQuestion(text)?.subject == subject)
    }

    @Test(arguments: [
        (".help", true), (" .quit", true), (".", true), (".5", false), ("..", false), ("...", false), ("x", false),
        ("", false),
    ])
    func `a command begins with a point and a letter`(text: String, isCommand: Bool) {
        #expect(DotCommand.isCommand(text) == isCommand)
    }
}
