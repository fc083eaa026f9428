/// Finds the blocks of a source that have no end.
struct BlockScan {
    struct Opener: Equatable {
        /// The word that opened the block.
        var word: String
        var line: Int
        /// Where the word is in the source, in bytes.
        var range: Range<Int>
        fileprivate var indentation: Int
    }

    /// Those without an end, the outermost first.
    private(set) var unclosed: [Opener] = []
    /// The first block whose `end` stands at another indentation than its beginning.
    private(set) var misindented: (opener: Opener, endLine: Int)?

    init(tokens: [LuaToken]) {
        var line = 0
        var indentation = 0
        var hasPendingLoop = false
        for token in tokens {
            let isFirst = token.line != line
            if isFirst {
                line = token.line
                indentation = token.column
            }
            guard token.kind == .keyword else { continue }
            let opener = Opener(word: token.text, line: line, range: token.range, indentation: indentation)
            switch token.text {
            case "function", "if", "repeat": unclosed.append(opener)
            case "while", "for":
                unclosed.append(opener)
                hasPendingLoop = true
            case "do":
                if !hasPendingLoop { unclosed.append(opener) }
                hasPendingLoop = false
            case "end", "until":
                guard let closed = unclosed.popLast() else { continue }
                let differs = closed.line != line && closed.indentation != indentation
                if isFirst, differs, misindented == nil { misindented = (closed, line) }
            default: break
            }
        }
    }
}
