/// A piece of a Lua text. The tokens of a text tile it: each byte is in just one.
public struct Token: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case whitespace
        case name
        case keyword(Keyword)
        case `operator`(Operator)
        /// `::`, of which a label has two.
        case labelMark
        /// A number that Lua can read.
        case number
        /// `"…"` or `'…'` on one line or over several by escapes. Whether its escapes are right is not looked at.
        case string
        /// `[[…]]` or `[==[…]==]`.
        case longString
        /// Of either sort, `-- …` without the line's end, and `--[[…]]`.
        case comment
        /// Ends at the line's end, which is not part of it, or at the text's.
        case unfinishedString
        /// Ends with the text.
        case unfinishedLongString
        /// Ends with the text. Only a long comment can be unfinished.
        case unfinishedComment
        /// What Lua has no word for: a malformed number, characters beyond ASCII outside strings, a stray `\`.
        case invalid
    }

    public var kind: Kind
    /// UTF-8 offsets into the text.
    public var range: Range<Int>

    public init(_ kind: Kind, _ range: Range<Int>) {
        self.kind = kind
        self.range = range
    }

    func `is`(_ symbol: Operator) -> Bool {
        kind == .operator(symbol)
    }

    func `is`(_ keyword: Keyword) -> Bool {
        kind == .keyword(keyword)
    }

    /// Whether it means nothing to the compiler.
    public var isTrivia: Bool {
        switch kind {
        case .whitespace, .comment, .unfinishedComment: true
        default: false
        }
    }

    var isString: Bool {
        switch kind {
        case .string, .longString, .unfinishedString, .unfinishedLongString: true
        default: false
        }
    }
}
