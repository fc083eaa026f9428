/// Candidates below the entry, one of which is put into the text to be looked at.
struct CompletionMenu: Sendable {
    /// How many candidates are shown at a time.
    static let maxRows = 8
    /// How wide the column of labels gets at most.
    static let maxLabelColumns = 40

    /// The text as it was typed.
    let typed: TextBuffer
    let replaced: Range<TextBuffer.Position>
    let candidates: [Completions.Candidate]
    private let isWhole: Bool
    /// Which candidate stands in the text; none while typing narrows the choice.
    private(set) var selection: Int?
    /// Whether the selection was made by hand; what is typed then goes on from it.
    private(set) var isChosen = false

    init(_ completions: Completions, typed: TextBuffer, selection: Int? = nil) {
        self.typed = typed
        replaced = Self.range(completions, in: typed)
        candidates = completions.candidates
        isWhole = completions.isWhole
        self.selection = selection
    }

    static func range(_ completions: Completions, in buffer: TextBuffer) -> Range<TextBuffer.Position> {
        let start = buffer.position(ofOffset: completions.replaced.lowerBound)
        return start..<max(start, buffer.position(ofOffset: completions.replaced.upperBound))
    }

    /// The text with the selected candidate in it.
    var preview: TextBuffer {
        guard let selection else { return typed }
        var buffer = typed
        buffer.replace(replaced, with: candidates[selection].text)
        return buffer
    }

    /// Goes to the next candidate or the one before; behind the last comes the first.
    mutating func select(next step: Int) {
        let count = candidates.count
        isChosen = true
        selection = selection.map { ($0 + step + count) % count } ?? (step > 0 ? 0 : count - 1)
    }

    mutating func selectPage(_ step: Int) {
        isChosen = true
        selection = min(max((selection ?? 0) + step * Self.maxRows, 0), candidates.count - 1)
    }

    /// The rows to show.
    ///
    /// - Parameter maxRows: how many there may be, the one that tells how many are not shown included.
    func rows(maxRows: Int, usesColor: Bool) -> [StyledText] {
        guard maxRows > 0 else { return [] }
        let fits = candidates.count <= min(Self.maxRows, maxRows)
        let shown = fits ? candidates.count : min(Self.maxRows, max(1, maxRows - 1))
        let first = min((selection ?? 0) / shown * shown, candidates.count - shown)
        let visible = first..<first + shown
        let widths = Widths(candidates[visible])
        var rows = visible.map { row(candidates[$0], isSelected: $0 == selection, widths, usesColor) }
        if !fits || !isWhole, maxRows > shown {
            let text = "… \(isWhole ? "" : "at least ")\(candidates.count - shown) more"
            rows.append(StyledText(usesColor ? text : "  " + text, usesColor ? Style(isDim: true) : .plain))
        }
        return rows
    }

    /// The widths of the columns, in the terminal's.
    private struct Widths {
        var label = 0
        var kind = 0

        init(_ candidates: ArraySlice<Completions.Candidate>) {
            for candidate in candidates {
                label = max(label, min(ColumnWidth.of(candidate.label), CompletionMenu.maxLabelColumns))
                kind = max(kind, ColumnWidth.of(candidate.kind))
            }
        }
    }

    private func row(
        _ candidate: Completions.Candidate,
        isSelected: Bool,
        _ widths: Widths,
        _ usesColor: Bool
    ) -> StyledText {
        let label = Self.padded(candidate.label, widths.label)
        let kind = widths.kind > 0 ? "  " + Self.padded(candidate.kind, widths.kind) : ""
        let summary = candidate.summary.isEmpty ? "" : "  " + Self.oneLine(candidate.summary)
        guard usesColor else { return StyledText((isSelected ? "> " : "  ") + label + kind + summary) }
        if isSelected { return StyledText(label + kind + summary, Style(isReversed: true)) }
        let runs = [
            StyledText.Run(label), StyledText.Run(kind, Style(.cyan)), StyledText.Run(summary, Style(isDim: true)),
        ]
        return StyledText(runs.filter { !$0.text.isEmpty })
    }

    private static func padded(_ text: String, _ columns: Int) -> String {
        let text = oneLine(text)
        return text + String(repeating: " ", count: max(0, columns - ColumnWidth.of(text)))
    }

    private static func oneLine(_ text: String) -> String {
        String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    }
}
