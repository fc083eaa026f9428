import LineEditor
import LuaSyntax

/// The looks of Lua at the prompt.
enum HighlightStyles {
    /// The look of a part; `nil` for plain text.
    static func style(of category: Highlight.Category) -> Style? {
        switch category {
        case .keyword: Style(.magenta)
        case .string: Style(.green)
        case .escape: Style(.brightGreen)
        case .number: Style(.cyan)
        case .constant: Style(.yellow)
        case .comment: Style(.brightBlack)
        case .function: Style(.blue)
        case .label: Style(.yellow)
        case .unknownGlobal: Style(isUnderlined: true)
        case .error: Style(.red, isUnderlined: true)
        case .member, .local: nil
        }
    }

    private static let partner = Style(isBold: true, isUnderlined: true)

    /// The ranges with both partners of a match marked, or the one that has none.
    static func marking(_ match: BracketMatcher.Match?, in ranges: [StyledRange]) -> [StyledRange] {
        guard let match else { return ranges }
        // What is still open is no mistake while one types.
        guard let partner = match.partner else { return ranges }
        let marked = [match.range, partner].map { StyledRange($0, Self.partner) }
        let others = ranges.filter { range in !marked.contains { $0.range.overlaps(range.range) } }
        return (others + marked).sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
}
