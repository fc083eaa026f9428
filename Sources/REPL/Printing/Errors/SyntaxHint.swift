/// What to write in place of what Lua does not understand.
struct SyntaxHint {
    /// The message without its place.
    let message: String
    let tokens: [LuaToken]
    /// The token that the message names; `nil` at the end of the source.
    let index: Int?

    /// One sentence; `nil` when there is nothing to say.
    var text: String? {
        ofUnfinishedText ?? ofMissingEnd ?? ofForeignOperator ?? ofForeignWord ?? ofForeignSign ?? ofExpectation
    }

    private func token(_ offset: Int) -> LuaToken? {
        guard let index, tokens.indices.contains(index + offset) else { return nil }
        return tokens[index + offset]
    }

    /// Whether two tokens stand side by side, in either order of the named one.
    private func isPair(_ first: String, _ second: String) -> Bool {
        [(0, 1), (-1, 0)].contains { left, right in
            guard let left = token(left), let right = token(right) else { return false }
            return left.text == first && right.text.hasPrefix(second) && left.range.upperBound == right.range.lowerBound
        }
    }

    // MARK: What never ends

    private var ofUnfinishedText: String? {
        if message.hasPrefix("unfinished string") { return "the string that begins here has no quote at its end" }
        if message.hasPrefix("unfinished long string") { return "the text that begins with [[ has no ]]" }
        if message.hasPrefix("unfinished long comment") { return "the comment that begins with --[[ has no ]]" }
        if message.hasPrefix("invalid escape sequence") { return "write \\\\ for a backslash" }
        return nil
    }

    private var ofMissingEnd: String? {
        guard message.hasPrefix("'end' expected"), index == nil else { return nil }
        if let place = tokens.indices.dropLast().first(where: isElseIf) {
            return
                "'else if' of line \(tokens[place].line) opens another 'if' with an 'end' of its own; write elseif"
        }
        let scan = BlockScan(tokens: tokens)
        guard let opener = scan.unclosed.last else { return nil }
        if let (suspect, endLine) = scan.misindented, suspect != opener {
            return "the '\(suspect.word)' of line \(suspect.line) may be the one without an 'end':"
                + " that of line \(endLine) is indented differently"
        }
        return "the '\(opener.word)' of line \(opener.line) has no 'end'"
    }

    private func isElseIf(_ index: Int) -> Bool {
        let (first, second) = (tokens[index], tokens[index + 1])
        return first.text == "else" && second.text == "if" && first.line == second.line
    }

    // MARK: Other languages

    private var ofForeignOperator: String? {
        if isPair("!", "=") { return "Lua writes ~= for !=" }
        if isPair("&", "&") { return "Lua writes and for &&" }
        if isPair("|", "|") { return "Lua writes or for ||" }
        if isPair("+", "+") { return "Lua has no ++; write \(target ?? "x") = \(target ?? "x") + 1" }
        for sign in ["+", "-", "*", "/", "//", "%", "^", "..", "&", "|", "<<", ">>"] where isPair(sign, "=") {
            return "Lua has no \(sign)=; write \(target ?? "x") = \(target ?? "x") \(sign) …"
        }
        if isPair("=", ">") || isPair("-", ">") { return "a function is written function(…) … end" }
        return nil
    }

    /// The name that stands before the operator.
    private var target: String? {
        guard let index, let name = [index - 1, index - 2].first(where: { $0 >= 0 && tokens[$0].kind == .name })
        else { return nil }
        let path = NamePath(of: tokens, endingAt: name)
        return path.map { $0.names.joined(separator: ".") } ?? tokens[name].text
    }

    private var ofForeignWord: String? {
        for offset in [0, -1, -2] {
            guard let word = token(offset), word.kind == .name else { continue }
            switch word.text {
            case "elif", "elsif", "elseIf": return "Lua writes elseif for \(word.text)"
            case "var", "let", "const": return "Lua writes local for \(word.text)"
            case "def", "fn", "func", "fun": return "Lua writes function for \(word.text)"
            case "continue": return "Lua has no continue; goto a label before the loop's end does it"
            case "new": return "Lua has no new; call the function that makes the value"
            case "switch", "try", "throw", "import", "class": return "Lua has no \(word.text)"
            default: continue
            }
        }
        return nil
    }

    private var ofForeignSign: String? {
        guard let token = token(0) else { return nil }
        switch token.text {
        case "!": return "Lua writes not for !"
        case "?": return "Lua has no ?: operator; write condition and a or b"
        case "//" where message.hasPrefix("unexpected symbol"): return "a comment begins with --"
        case "#" where isFirstOnLine, "/" where self.token(1)?.text == "*": return "a comment begins with --"
        case "{" where message.hasPrefix("unexpected symbol"): return "a block has no braces: it ends with 'end'"
        case "}" where message.hasPrefix("unexpected symbol"): return "a block has no braces: it ends with 'end'"
        case ":" where message.hasPrefix("'}' expected"): return Self.entryForm
        case "`": return "a string is written with \" or '"
        default: break
        }
        guard message.hasPrefix("unexpected symbol near '<\\"), token.kind == .name else { return nil }
        if token.text.contains(where: { "“”„‘’«»".contains($0) }) { return "a string is written with \" or '" }
        return "names are made of the letters a to z, digits and _"
    }

    private static let entryForm = "an entry of a table is written key = value"

    private var isFirstOnLine: Bool {
        guard let token = token(0) else { return false }
        return self.token(-1).map { $0.line != token.line } ?? true
    }

    // MARK: What was expected

    private var ofExpectation: String? {
        let found = token(0)?.text
        if found == "=", isInCondition { return "a comparison is written ==" }
        if message.hasPrefix("unexpected symbol") {
            if found == "==" { return "an assignment is written =" }
            if found == "=", token(-1)?.kind == .name, token(-2)?.text == "=" { return "an assignment gives no value" }
        }
        if message.hasPrefix("<eof> expected near 'end'") { return "there is an 'end' more than there are blocks" }
        if message.hasPrefix("<eof> expected near '='") { return "a comparison is written ==" }
        if message.hasPrefix("'then' expected") { return "'then' stands after the condition of 'if' and 'elseif'" }
        if message.hasPrefix("'do' expected") { return "'do' stands after the head of 'while' and 'for'" }
        if message.hasPrefix("'}' expected") {
            return found == nil ? "a { has no }" : "a comma stands between the entries of a table"
        }
        if message.hasPrefix("')' expected") {
            return found == nil ? "a ( has no )" : "a comma stands between arguments, and a ) after them"
        }
        if message.hasPrefix("<name> expected"), token(-1)?.text == ":" { return Self.entryForm }
        if message.hasPrefix("function arguments expected") { return "':' calls a method; a field is written with '.'" }
        if message.hasPrefix("break outside loop") || message.hasPrefix("break outside a loop") {
            return "'break' stands in a loop: while, for or repeat"
        }
        if message.hasPrefix("no visible label") { return "a label is written ::name::, in the same or an outer block" }
        if message.hasPrefix("attempt to assign to const variable") { return "it was declared <const> or <close>" }
        return nil
    }

    private var isInCondition: Bool {
        guard let index else { return false }
        for token in tokens[..<index].reversed() {
            switch token.text {
            case "if", "elseif", "while", "until": return true
            case "then", "do", "end", "else", "local", "=": return false
            default: continue
            }
        }
        return false
    }
}
