/// A Lua text with its tokens: what the highlighter, the completer and the rewriter all start from.
///
/// Making one never fails and takes time linear in the text. Offsets are UTF-8 offsets.
public struct LuaSource: Sendable {
    public let bytes: [UInt8]
    /// All tokens, in order, without gaps.
    public let tokens: [Token]
    /// The tokens that the compiler sees: without whitespace and comments.
    public let code: [Token]

    public init(_ text: String) {
        self.init(bytes: Array(text.utf8))
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
        tokens = Lexer.tokens(of: bytes)
        code = tokens.filter { !$0.isTrivia }
    }

    /// What a token covers.
    public func text(of token: Token) -> String {
        text(in: token.range)
    }

    func text(in range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// The token of `code` at an index; `nil` beyond either end.
    func token(_ index: Int) -> Token? {
        code.indices.contains(index) ? code[index] : nil
    }

    /// The names that occur, keywords not counted, in the order of their first use.
    func nameOccurrences() -> [String] {
        var seen: Set<String> = []
        return code.compactMap { token in
            guard token.kind == .name else { return nil }
            let name = text(of: token)
            return seen.insert(name).inserted ? name : nil
        }
    }
}
