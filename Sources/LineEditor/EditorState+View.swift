extension EditorState {
    private static let ghostStyle = Style(isDim: true)
    private static let matchStyle = Style(isUnderlined: true, isReversed: true)

    /// What is to be shown now.
    ///
    /// - Parameter maxBelow: how many lines there is room for below the entry.
    func view(assistant: (any EditorAssistant)?, maxBelow: Int) -> EditorView {
        let shown = search?.match?.buffer ?? buffer
        let text = shown.text
        var lines = styledLines(shown, text, assistant)
        if let ghost = ghostText(behind: text) { lines[lines.count - 1].runs.append(Self.ghostRun(ghost)) }
        let promptCount = (shown.cursor.line == 0 ? firstPrompt : plain(continuationPrompt)).runs
            .reduce(0) { $0 + $1.text.count }
        return EditorView(
            lines: lines,
            cursorLine: shown.cursor.line,
            cursorCharacters: promptCount + shown.cursor.column,
            below: below(text, assistant, maxRows: maxBelow)
        )
    }

    /// The entry as it stays on the terminal: without what is only of use while it is edited.
    func finalView(assistant: (any EditorAssistant)?) -> EditorView {
        var last = self
        last.search = nil
        last.closeMenu()
        last.vi = ViState()
        last.buffer.move(.textEnd)
        let lines = last.styledLines(last.buffer, last.buffer.text, assistant, isFinal: true)
        let count = lines[lines.count - 1].runs.reduce(0) { $0 + $1.text.count }
        return EditorView(lines: lines, cursorLine: lines.count - 1, cursorCharacters: count)
    }

    private var firstPrompt: StyledText {
        let marker = configuration.mode == .vi && vi.mode == .normal ? configuration.viMarker : ""
        return plain(StyledText(prompt.runs + StyledText(marker).runs))
    }

    /// The text without its looks, when the terminal shows none.
    private func plain(_ text: StyledText) -> StyledText {
        configuration.usesColor ? text : StyledText(text.plainText)
    }

    /// The first line of the rest; a mark stands for more.
    private static func ghostRun(_ ghost: String) -> StyledText.Run {
        let line = ghost.utf8.prefix { $0 != 0x0A }
        return StyledText.Run(String(Substring(line)) + (line.count < ghost.utf8.count ? "…" : ""), ghostStyle)
    }

    private func styledLines(
        _ shown: TextBuffer,
        _ text: String,
        _ assistant: (any EditorAssistant)?,
        isFinal: Bool = false
    ) -> [StyledText] {
        var styles: [StyledRange] = []
        if configuration.usesColor {
            if configuration.usesHighlighting, let assistant {
                styles = assistant.highlights(of: text, cursor: isFinal ? -1 : shown.offset(of: shown.cursor))
            }
            if let match = search?.match { styles = StyledLines.overlay(styles, match.range, Self.matchStyle) }
        }
        var lines = StyledLines(styles)
        let first = firstPrompt.runs
        let others = plain(continuationPrompt).runs
        return shown.lines.enumerated().map { number, line in
            StyledText((number == 0 ? first : others) + lines.next(line))
        }
    }

    private func below(_ text: String, _ assistant: (any EditorAssistant)?, maxRows: Int) -> [StyledText] {
        guard maxRows > 0 else { return [] }
        if let search { return [StyledText(Self.status(search))] }
        guard let menu else { return hint(for: text, buffer, assistant) }
        // What was typed, not what the menu shows in its place: so the line stands still while one chooses.
        let hint = maxRows > 1 ? hint(for: menu.typed.text, menu.typed, assistant) : []
        return hint + menu.rows(maxRows: maxRows - hint.count, usesColor: configuration.usesColor)
    }

    private func hint(for text: String, _ buffer: TextBuffer, _ assistant: (any EditorAssistant)?) -> [StyledText] {
        guard let hint = assistant?.hint(for: text, cursor: buffer.offset(of: buffer.cursor)) else { return [] }
        return [plain(hint)]
    }

    private static func status(_ search: HistorySearch) -> String {
        let direction = search.isOlder ? "search" : "search forwards"
        return search.isFailing ? "\(direction), nothing found: \(search.query)" : "\(direction): \(search.query)"
    }
}
