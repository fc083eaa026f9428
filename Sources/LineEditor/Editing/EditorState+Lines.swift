extension EditorState {
    /// Types a character; a word that ends a block moves its line out.
    mutating func type(_ character: Character, _ assistant: (any EditorAssistant)?) -> EditorAction {
        guard hasRoom(for: character.utf8.count) else { return .bell }
        edit(.typing) { $0.insert(String(character)) }
        var outdented: Int?
        if case .typing(let indentation) = previousEffect { outdented = indentation }
        effect = .typing(outdentedFrom: indented(assistant, outdentedFrom: outdented))
        return .redraw
    }

    /// Asks for the line's indentation again while its first word is typed, and follows when the word moves it out, or
    /// back again when it went on.
    ///
    /// - Returns: The indentation the line had before it was moved out.
    private mutating func indented(_ assistant: (any EditorAssistant)?, outdentedFrom outdented: Int?) -> Int? {
        let line = buffer.cursor.line
        guard line > 0, let assistant else { return nil }
        let current = buffer.indentation(ofLine: line)
        guard current > 0 || outdented != nil, buffer.cursor.column > current,
            !buffer.currentLine.characters[current..<buffer.cursor.column].contains(where: \.isWhitespace)
        else { return nil }
        let offset = buffer.offset(ofLine: line)
        let wanted = assistant.indentation(of: buffer.text, at: offset)
        if wanted < current, wanted < indentationBeforeLastCharacter(assistant, offset) {
            buffer.indent(line: line, by: max(0, wanted))
            return outdented ?? current
        }
        guard let outdented, wanted > current else { return outdented }
        buffer.indent(line: line, by: min(wanted, outdented))
        return nil
    }

    /// A line that was indented otherwise by hand stays, unless it is the last character that moves it.
    private func indentationBeforeLastCharacter(_ assistant: any EditorAssistant, _ offset: Int) -> Int {
        var earlier = buffer
        _ = earlier.remove(to: earlier.position(.left, from: earlier.cursor))
        return assistant.indentation(of: earlier.text, at: offset)
    }

    /// Hands in a complete entry; within an entry of several lines it begins a line.
    mutating func enter(_ assistant: (any EditorAssistant)?) -> EditorAction {
        guard buffer.cursor.line == buffer.lines.count - 1 else { return newline(assistant) }
        let text = buffer.text
        return assistant?.isComplete(text) ?? true ? .submit(text) : newline(assistant)
    }

    /// Begins a line at the cursor, indented as the assistant says.
    mutating func newline(_ assistant: (any EditorAssistant)?) -> EditorAction {
        guard hasRoom(for: 1 + Self.maxIndentation) else { return .bell }
        edit(.other) { buffer in
            let blanks = buffer.currentLine.characters[buffer.cursor.column...].prefix { $0 == " " || $0 == "\t" }.count
            let end = TextBuffer.Position(line: buffer.cursor.line, column: buffer.cursor.column + blanks)
            buffer.replace(buffer.cursor..<end, with: "\n")
        }
        let offset = buffer.offset(ofLine: buffer.cursor.line)
        let wanted = assistant?.indentation(of: buffer.text, at: offset) ?? 0
        buffer.insert(String(repeating: " ", count: min(max(wanted, 0), Self.maxIndentation)))
        return .redraw
    }

    /// Completes the word before the cursor or, where there is nothing before it, indents.
    mutating func tab(_ assistant: (any EditorAssistant)?) -> EditorAction {
        let before = buffer.currentLine.characters[..<buffer.cursor.column]
        guard before.allSatisfy(\.isWhitespace) else { return complete(assistant) }
        return insert(String(repeating: " ", count: configuration.indentationColumns))
    }

    mutating func outdent() -> EditorAction {
        let line = buffer.cursor.line
        let indentation = buffer.indentation(ofLine: line)
        guard indentation > 0 else { return .none }
        let columns = configuration.indentationColumns
        edit(.other) { $0.indent(line: line, by: max(0, indentation - columns)) }
        return .redraw
    }
}
