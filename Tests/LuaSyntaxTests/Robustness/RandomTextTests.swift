import LuaSyntax
import TestSupport
import Testing

@Suite("Random texts")
struct RandomTextTests {
    private static let fragments =
        Keyword.allCases.map(\.rawValue) + Operator.allCases.map(\.rawValue) + [
            "a", "b", "print", "::", "1", "0x", "3x", ".5", "'s'", "\"t", "'", "\\", "[[", "]]", "[=[", "]=]", "--",
            "--[[", "\n",
            "\r", " ", "<const>", "<close>", "é", "😀", "\0", "f(", "f{", "local a", "function f(", "\\z", "\\u{",
            "_ENV", "=",
        ]

    static let seeds = (0..<24).map { UInt64($0) }

    @Test("nothing that is typed breaks anything", arguments: seeds)
    func soups(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let separator = random.pick(["", " ", "\n"])
            let count = 1 + random.number(below: 30)
            check((0..<count).map { _ in random.pick(Self.fragments) }.joined(separator: separator))
        }
    }

    @Test("broken programs break nothing", arguments: seeds)
    func brokenPrograms(seed: UInt64) {
        var generator = ProgramGenerator(seed: seed)
        var random = SeededGenerator(seed: seed)
        var bytes = Array(generator.program(entryCount: 4).joined(separator: "\n").utf8)
        for _ in 0..<6 where bytes.count > 1 {
            let start = random.number(below: bytes.count)
            bytes.removeSubrange(start..<min(bytes.count, start + 1 + random.number(below: 6)))
            check(String(decoding: bytes.prefix(160), as: UTF8.self))
        }
    }

    private func check(_ text: String) {
        let source = LuaSource(text)
        checkTiling(source, text)
        checkHighlights(source, text)
        for cursor in 0...text.utf8.count {
            let context = CompletionContext.at(cursor: cursor, in: text)
            #expect(context.replaced.upperBound == cursor, "\(text)")
            let call = CallContext.around(cursor: cursor, in: text)
            #expect(call.map { $0.argumentIndex >= 0 && !$0.function.steps.isEmpty } ?? true, "\(text)")
            #expect(Indentation.spaces(in: source, lineAt: cursor) >= 0, "\(text)")
            if let match = BracketMatcher.match(in: source, cursor: cursor) { checkPartner(match, source, text) }
        }
        let rewrite = SessionLocals.rewrite(
            entry: text,
            visible: [SessionLocal("a"), SessionLocal("b", isConstant: true)]
        )
        #expect(rewrite.text.hasSuffix(" end") && rewrite.text.hasPrefix("local _keep"), "\(text)")
        #expect(CallAssignments.functions(in: text).values.allSatisfy { !$0.isEmpty }, "\(text)")
    }

    private func checkTiling(_ source: LuaSource, _ text: String) {
        var offset = 0
        for token in source.tokens {
            #expect(token.range.lowerBound == offset && !token.range.isEmpty, "\(text)")
            offset = token.range.upperBound
        }
        #expect(offset == text.utf8.count, "\(text)")
        #expect(source.tokens.map { source.text(of: $0) }.joined() == text, "no token's edge is inside of a character")
    }

    private func checkHighlights(_ source: LuaSource, _ text: String) {
        var offset = 0
        for highlight in Highlighter.highlights(of: source, isKnownGlobal: { _ in false }) {
            #expect(highlight.range.lowerBound >= offset && !highlight.range.isEmpty, "\(text)")
            offset = highlight.range.upperBound
        }
        #expect(offset <= text.utf8.count, "\(text)")
    }

    /// A partner's partner is the token itself, or the word that begins its loop.
    private func checkPartner(_ match: BracketMatcher.Match, _ source: LuaSource, _ text: String) {
        guard let partner = match.partner else { return }
        let back = BracketMatcher.match(in: source, cursor: partner.lowerBound)
        #expect(back?.range == partner, "\(text)")
        #expect(back?.partner == match.range || slice(text, match.range) == "do", "\(text)")
    }
}
