import LuaSyntax

/// One token of a Lua source, with its place as Lua's messages count.
struct LuaToken {
    enum Kind {
        case name, keyword, number, string, comment, symbol
    }

    var kind: Kind
    var text: String
    /// Counted from 1; a token of several lines ends here, as Lua's messages count.
    var line: Int
    /// How many bytes of its line stand before the token.
    var column: Int
    /// Where the token is in the source, in bytes.
    var range: Range<Int>
}

/// The tokens of a source, whether it is valid or not.
enum LuaTokens {
    /// No more of a source than this is looked at.
    static let maxBytes = 1 << 20

    /// The tokens of a source, comments included.
    static func tokens(of text: String) -> [LuaToken] {
        let source = LuaSource(String(decoding: Array(text.utf8.prefix(maxBytes)), as: UTF8.self))
        var tokens: [LuaToken] = []
        var line = 1
        var lineStart = 0
        for token in source.tokens {
            let column = token.range.lowerBound - lineStart
            for offset in token.range where source.bytes[offset] == UInt8(ascii: "\n") {
                line += 1
                lineStart = offset + 1
            }
            guard let kind = kind(of: token, source) else { continue }
            let text = source.text(of: token)
            tokens.append(LuaToken(kind: kind, text: text, line: line, column: column, range: token.range))
        }
        return tokens
    }

    /// - Returns: `nil` for what is no token to Lua either.
    private static func kind(of token: Token, _ source: LuaSource) -> LuaToken.Kind? {
        switch token.kind {
        case .whitespace: nil
        case .name: .name
        case .keyword: .keyword
        case .number: .number
        case .string, .longString, .unfinishedString, .unfinishedLongString: .string
        case .comment, .unfinishedComment: .comment
        case .operator, .labelMark: .symbol
        case .invalid:
            switch source.bytes[token.range.lowerBound] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): .number
            case 0x80...: .name
            default: .symbol
            }
        }
    }
}
