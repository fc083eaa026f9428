/// Finds what closes a bracket or a block word at the cursor, and what opens it.
public enum BracketMatcher {
    public struct Match: Hashable, Sendable {
        /// The bracket or word at the cursor, in UTF-8 offsets.
        public var range: Range<Int>
        /// What belongs to it; `nil` when nothing does.
        public var partner: Range<Int>?

        public init(_ range: Range<Int>, partner: Range<Int>?) {
            self.range = range
            self.partner = partner
        }
    }

    /// The match of the token that the cursor is on, else of the one that ends before it; `nil` when neither can have one.
    public static func match(in source: LuaSource, cursor: Int) -> Match? {
        let touching = source.code.indices.last { index in
            let token = source.code[index]
            return isPaired(token) && token.range.lowerBound <= cursor && cursor <= token.range.upperBound
        }
        guard let index = touching else { return nil }
        let partners = TokenPartners(source)
        return Match(source.code[index].range, partner: partners[index].map { source.code[$0].range })
    }

    private static func isPaired(_ token: Token) -> Bool {
        switch token.kind {
        case .operator(let symbol): symbol.isOpening || symbol.opening != nil
        case .keyword(let keyword): [.function, .if, .do, .for, .while, .repeat, .end, .until].contains(keyword)
        default: false
        }
    }
}
