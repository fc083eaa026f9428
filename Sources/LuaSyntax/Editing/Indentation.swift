/// Says how far lines are indented.
///
/// A line is one level deeper than the line that opens the innermost block or bracket around it, however much that line
/// opens; a line that begins with closing words stands where the line of their opener stands.
public struct Indentation {
    public static let spacesPerLevel = 2

    private let source: LuaSource
    private var partners: TokenPartners
    /// The level of the line that an opener stands in, by its index in `LuaSource.code`.
    private var openerLevels: [Int: Int] = [:]
    private var level = 0
    /// Whether the line has had nothing but closing words so far.
    private var isAtLineStart = true

    /// How many spaces the line that begins at a UTF-8 offset should get; 0 within a string or comment, which must not be
    /// changed.
    public static func spaces(in source: LuaSource, lineAt offset: Int) -> Int {
        guard !isInsideToken(offset, source) else { return 0 }
        var indentation = Indentation(source)
        let firstIndex = source.code.firstIndex { $0.range.lowerBound >= offset } ?? source.code.count
        for index in 0..<firstIndex { indentation.read(index) }
        indentation.beginLine()
        for index in firstIndex..<source.code.count {
            let start = source.code[index].range.lowerBound
            let isOnLine = !source.bytes[min(offset, start)..<start].contains(UInt8(ascii: "\n"))
            guard isOnLine, indentation.isAtLineStart else { break }
            indentation.readToken(index)
        }
        return indentation.level * spacesPerLevel
    }

    private init(_ source: LuaSource) {
        self.source = source
        partners = TokenPartners(tokenCount: source.code.count)
    }

    private static func isInsideToken(_ offset: Int, _ source: LuaSource) -> Bool {
        source.tokens.contains { token in
            guard token.range.lowerBound < offset else { return false }
            switch token.kind {
            case .unfinishedComment, .unfinishedLongString: return offset <= token.range.upperBound
            case .string, .longString, .comment: return offset < token.range.upperBound
            default: return false
            }
        }
    }

    private mutating func read(_ index: Int) {
        let gap = (index == 0 ? 0 : source.code[index - 1].range.upperBound)..<source.code[index].range.lowerBound
        if source.bytes[gap].contains(UInt8(ascii: "\n")) { beginLine() }
        readToken(index)
    }

    private mutating func beginLine() {
        isAtLineStart = true
        level = partners.openers.last.flatMap { openerLevels[$0.index] }.map { $0 + 1 } ?? 0
    }

    private mutating func readToken(_ index: Int) {
        let token = source.code[index]
        let depth = partners.openers.count
        partners.read(token, at: index)
        if isAtLineStart {
            if let opener = closedOpener(token, index) {
                level = openerLevels[opener] ?? 0
            } else {
                isAtLineStart = false
            }
        }
        if partners.openers.count > depth || partners.openers.last?.index == index { openerLevels[index] = level }
    }

    /// The opener whose line a closing word goes with.
    private func closedOpener(_ token: Token, _ index: Int) -> Int? {
        switch token.kind {
        case .keyword(.else), .keyword(.elseif):
            guard let last = partners.openers.last, last.kind == .conditional else { return nil }
            return last.index
        case .keyword(.end), .keyword(.until): return partners[index]
        case .operator(let symbol) where symbol.opening != nil: return partners[index]
        default: return nil
        }
    }
}
