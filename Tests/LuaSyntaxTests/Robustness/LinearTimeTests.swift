import Glibc
import LuaSyntax
import Testing

@Suite("Large texts")
struct LinearTimeTests {
    /// A text that takes long when anything in it is looked at again and again.
    struct Case: CustomTestStringConvertible, Sendable {
        var start: String
        var repeated: String
        var end: String

        init(_ repeated: String, after start: String = "", then end: String = "") {
            self.start = start
            self.repeated = repeated
            self.end = end
        }

        func text(count: Int) -> String {
            start + String(repeating: repeated, count: count) + String(repeating: end, count: count)
        }

        var testDescription: String { "\(start)\(repeated)…\(end)…" }
    }

    static let cases = [
        Case("("), Case("(", then: "]"), Case("(", then: ")"),
        Case("local a = function() ", then: "end "), Case("local a = f(function() "),
        Case("{a="), Case("{a,", then: "}"), Case("(1)", after: "f"),
        Case(".b", after: "a"),
        Case(",a", after: "a"), Case("a "), Case("- ", after: "a = "), Case("a = "),
        Case("local a = a + 1\n"), Case("local a, b"), Case("while a do "), Case("end "),
        Case("repeat ", then: "until a "), Case("if a then ", then: "else x() end "),
        Case("[=[ ]==] "), Case("[="), Case("'\n"), Case("a = f(1) "),
        Case("a = 1, ", after: "f{"), Case("::a:: goto a "), Case("--[[ "), Case("f(a)\n"),
    ]

    /// Work in proportion to the square of the size would take 64 times as long for a text of eight times the size.
    @Test("time grows in proportion to the text's size", .serialized, arguments: cases)
    func linear(example: Case) {
        let short = shortestTime(of: example.text(count: 400))
        let long = shortestTime(of: example.text(count: 3200))
        #expect(long < short * 30)
    }

    private func shortestTime(of text: String) -> Duration {
        (0..<3).map { _ in
            let start = Self.processorTime
            workOn(text)
            return Self.processorTime - start
        }.min() ?? .zero
    }

    /// That of this thread, in which other programs have no part.
    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    private func workOn(_ text: String) {
        let source = LuaSource(text)
        let end = text.utf8.count
        #expect(source.tokens.last?.range.upperBound == end)
        _ = Highlighter.highlights(of: source, isKnownGlobal: { _ in false })
        _ = BracketMatcher.match(in: source, cursor: end)
        _ = Indentation.spaces(in: source, lineAt: end)
        _ = CompletionContext.at(cursor: end, in: text)
        _ = CallContext.around(cursor: end, in: text)
        _ = CallAssignments.functions(in: text)
        #expect(SessionLocals.rewrite(entry: text, visible: []).text.utf8.count > end)
    }
}
