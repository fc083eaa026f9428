import LineEditor
import LuaRuntime
import LuaSyntax
import Scripting

/// What the line editor asks about Lua, answered from the session as it is.
final class LuaAssistant: EditorAssistant {
    /// Longer texts are not looked at for mistakes while they are typed (64 KiB).
    static let maxCheckedBytes = 64 << 10
    /// Longer texts are shown without colours (1 MiB).
    static let maxHighlightedBytes = 1 << 20

    private let evaluator: Evaluator
    private let names: LiveNames
    private let completer: Completer
    private let signatures: SignatureLine
    /// The text that was looked at last, with its tokens.
    private var lastSource: (text: String, source: LuaSource)?

    init(evaluator: Evaluator, sources: CompletionSources) {
        self.evaluator = evaluator
        names = LiveNames(inspector: LuaInspector(evaluator.host.vm), session: evaluator.session)
        completer = Completer(names: names, sources: sources, commands: DotCommand.all)
        signatures = SignatureLine(names: names)
    }

    func isComplete(_ text: String) -> Bool {
        evaluator.isComplete(text)
    }

    func indentation(of text: String, at offset: Int) -> Int {
        Indentation.spaces(in: source(of: text), lineAt: offset)
    }

    func highlights(of text: String, cursor: Int) -> [StyledRange] {
        guard !DotCommand.isCommand(text), text.utf8.count <= Self.maxHighlightedBytes else { return [] }
        let source = source(of: text)
        let highlights = Highlighter.highlights(
            of: source,
            cursor: cursor,
            isSessionLocal: names.session.isLocal,
            isKnownGlobal: names.isGlobal
        )
        let ranges = highlights.compactMap { highlight in
            HighlightStyles.style(of: highlight.category).map { StyledRange(highlight.range, $0) }
        }
        return HighlightStyles.marking(BracketMatcher.match(in: source, cursor: cursor), in: ranges)
    }

    func hint(for text: String, cursor: Int) -> StyledText? {
        if DotCommand.isCommand(text) { return commandHint(text) }
        if let signature = signatures.text(in: text, cursor: cursor) { return signature }
        return problemHint(text)
    }

    func completions(of text: String, cursor: Int) -> Completions? {
        completer.completions(of: text, cursor: cursor)
    }

    private func source(of text: String) -> LuaSource {
        if let lastSource, lastSource.text == text { return lastSource.source }
        let source = LuaSource(text)
        lastSource = (text, source)
        return source
    }

    private func commandHint(_ text: String) -> StyledText? {
        let name = DotCommand.parse(text).name
        guard let command = DotCommand.all.first(where: { $0.name == name }) else { return nil }
        return StyledText([
            .init(command.usage, Style(isBold: true)), .init("  " + command.summary, Style(isDim: true)),
        ])
    }

    /// What no further typing can put right.
    private func problemHint(_ text: String) -> StyledText? {
        guard text.utf8.count <= Self.maxCheckedBytes, HelpQuestion(text) == nil, !text.allSatisfy(\.isWhitespace),
            case .wrong(let error) = evaluator.reading.form(of: text)
        else { return nil }
        let parts = error.message.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        // A label may still come.
        guard parts.count == 3, !parts[2].contains("no visible label") else { return nil }
        // The compiler names a byte beyond ASCII by its number.
        let message = parts[2].contains("near '<\\") ? " a character that stands outside of a string" : parts[2]
        return StyledText("line \(parts[1]):\(message)", Style(.red))
    }
}
