extension EditorState {
    mutating func perform(_ command: EditorCommand, _ assistant: (any EditorAssistant)?) -> EditorAction {
        switch command {
        case .type(let character): return type(character, assistant)
        case .enter: return enter(assistant)
        case .submit: return .submit(buffer.text)
        case .newline: return newline(assistant)
        case .tab: return tab(assistant)
        case .outdent: return outdent()
        case .move(let motion): return move(motion)
        case .up: return moveVertically(by: -1)
        case .down: return moveVertically(by: 1)
        case .prefixSearch(let isOlder): return prefixSearch(isOlder: isOlder)
        case .incrementalSearch(let isOlder): return beginSearch(isOlder: isOlder)
        case .expect(let expectation):
            self.expectation = expectation
            return .none
        default: return performEdit(command) ?? performSession(command)
        }
    }

    private mutating func performEdit(_ command: EditorCommand) -> EditorAction? {
        switch command {
        case .delete(let motion): return delete(motion)
        case .kill(let motion): return kill(to: buffer.position(motion, from: buffer.cursor))
        case .yank: return yank()
        case .yankPrevious: return yankPrevious()
        case .transpose:
            edit(.other) { $0.transposeCharacters() }
            return .redraw
        case .changeCase(let letterCase):
            edit(.other) { $0.changeCase(letterCase) }
            return .redraw
        case .undo: return restore(undoStack.undo(buffer))
        case .redo: return restore(undoStack.redo(buffer))
        default: return nil
        }
    }

    private mutating func performSession(_ command: EditorCommand) -> EditorAction {
        switch command {
        case .editExternally: return .editExternally(buffer.text)
        case .cancel: return .cancel(hadText: !buffer.isEmpty)
        case .deleteOrEnd: return buffer.isEmpty ? .endOfInput : delete(.right)
        case .suspend: return .suspend
        case .clearScreen: return .clearScreen
        default: return .none
        }
    }

    private mutating func restore(_ earlier: TextBuffer?) -> EditorAction {
        guard let earlier else { return .bell }
        buffer = earlier
        return .redraw
    }

    mutating func move(_ motion: Motion) -> EditorAction {
        undoStack.endRun()
        if acceptGhost(for: motion) { return .redraw }
        let cursor = buffer.cursor
        buffer.move(motion)
        return buffer.cursor == cursor ? .none : .redraw
    }

    /// Moves by lines and, at the first and the last, through the history.
    mutating func moveVertically(by count: Int) -> EditorAction {
        undoStack.endRun()
        if buffer.moveVertically(by: count) { return .redraw }
        return recall(browser.position + count) ? .redraw : .none
    }

    private mutating func delete(_ motion: Motion) -> EditorAction {
        let target = buffer.position(motion, from: buffer.cursor)
        guard target != buffer.cursor else { return .none }
        edit(.erasing) { _ = $0.remove(to: target) }
        return .redraw
    }

    /// Cuts what stands between the cursor and a position; cuts in a row become one piece.
    mutating func kill(to target: TextBuffer.Position) -> EditorAction {
        effect = .kill
        guard target != buffer.cursor else { return .none }
        var joins = false
        if case .kill = previousEffect { joins = true }
        var removed = ""
        let isBackward = target < buffer.cursor
        edit(.other) { removed = $0.remove(to: target) }
        killRing.add(removed, joins: joins, isBackward: isBackward)
        return .redraw
    }

    private mutating func yank() -> EditorAction {
        guard let text = killRing.newest() else { return .bell }
        return put(text, in: buffer.cursor..<buffer.cursor)
    }

    private mutating func yankPrevious() -> EditorAction {
        guard case .yank(let range) = previousEffect, let text = killRing.next() else { return .bell }
        return put(text, in: range)
    }

    private mutating func put(_ text: String, in range: Range<TextBuffer.Position>) -> EditorAction {
        guard hasRoom(for: text.utf8.count) else { return .bell }
        edit(.other) { $0.replace(range, with: text) }
        effect = .yank(range.lowerBound..<max(range.lowerBound, buffer.cursor))
        return .redraw
    }
}
