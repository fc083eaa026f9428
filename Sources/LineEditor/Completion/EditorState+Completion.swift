extension EditorState {
    /// Completes what stands before the cursor, as far as it is certain; otherwise opens the menu.
    mutating func complete(_ assistant: (any EditorAssistant)?) -> EditorAction {
        guard let completions = completions(assistant) else { return .bell }
        let range = CompletionMenu.range(completions, in: buffer)
        let typed = buffer.string(range)
        let certain = Self.commonPrefix(completions.candidates)
        let isCertain = completions.candidates.count == 1 || certain.begins(with: typed) && certain != typed
        if isCertain, completions.isWhole {
            guard certain != typed, hasRoom(for: certain.utf8.count) else { return .bell }
            edit(.other) { $0.replace(range, with: certain) }
            return .redraw
        }
        undoStack.willEdit(buffer, .other)
        return show(CompletionMenu(completions, typed: buffer, selection: 0))
    }

    private func completions(_ assistant: (any EditorAssistant)?) -> Completions? {
        let offset = buffer.offset(of: buffer.cursor)
        guard let completions = assistant?.completions(of: buffer.text, cursor: offset) else { return nil }
        return completions.candidates.isEmpty ? nil : completions
    }

    private static func commonPrefix(_ candidates: [Completions.Candidate]) -> String {
        guard var prefix = candidates.first.map({ $0.text[...] }) else { return "" }
        for candidate in candidates.dropFirst() {
            let count = zip(prefix, candidate.text).prefix { $0 == $1 }.count
            prefix = prefix.prefix(count)
        }
        return String(prefix)
    }

    private mutating func show(_ menu: CompletionMenu) -> EditorAction {
        let preview = menu.preview
        guard preview.byteCount <= Self.maxTextBytes else { return .bell }
        self.menu = menu
        buffer = preview
        return .redraw
    }

    /// Closes the menu; the selected candidate stays in the text.
    mutating func closeMenu() {
        menu = nil
    }

    /// A key while the menu is open.
    ///
    /// - Returns: `nil` when the menu is closed and the key is to do what it does otherwise.
    mutating func applyMenu(_ key: KeyPress, _ assistant: (any EditorAssistant)?) -> EditorAction? {
        guard var changed = menu else { return nil }
        switch key.code {
        case .tab where key.modifiers.contains(.shift), .up: changed.select(next: -1)
        case .tab, .down: changed.select(next: 1)
        case .pageUp: changed.selectPage(-1)
        case .pageDown: changed.selectPage(1)
        case .escape: return restoreTyped()
        case .enter where changed.selection != nil:
            closeMenu()
            return .redraw
        case .backspace where key.modifiers.isEmpty: return shortenTyped(assistant)
        case .character(let character): return applyMenu(character, key.modifiers, assistant)
        default:
            closeMenu()
            return nil
        }
        return show(changed)
    }

    private mutating func applyMenu(
        _ character: Character,
        _ modifiers: KeyPress.Modifiers,
        _ assistant: (any EditorAssistant)?
    ) -> EditorAction? {
        guard var changed = menu else { return nil }
        if modifiers.isDisjoint(with: [.control, .alt]), character.isWordCharacter {
            return narrow(by: character, assistant)
        }
        switch (character, modifiers) {
        case ("n", .control), ("i", .control): changed.select(next: 1)
        case ("p", .control): changed.select(next: -1)
        case ("g", .control): return restoreTyped()
        case ("j", .control) where changed.selection != nil, ("m", .control) where changed.selection != nil:
            closeMenu()
            return .redraw
        case ("h", .control): return shortenTyped(assistant)
        default:
            closeMenu()
            return nil
        }
        return show(changed)
    }

    /// Types on with the menu open: behind a candidate that was chosen by hand, otherwise behind what was typed.
    private mutating func narrow(by character: Character, _ assistant: (any EditorAssistant)?) -> EditorAction? {
        if let menu, !menu.isChosen { buffer = menu.typed }
        closeMenu()
        let action = type(character, assistant)
        return action == .redraw ? askAgain(assistant) : action
    }

    private mutating func shortenTyped(_ assistant: (any EditorAssistant)?) -> EditorAction? {
        if let menu { buffer = menu.typed }
        closeMenu()
        let start = buffer.position(.left, from: buffer.cursor)
        edit(.erasing) { _ = $0.remove(to: start) }
        let before = buffer.currentLine.characters[..<buffer.cursor.column]
        return before.last?.isWhitespace ?? true ? .redraw : askAgain(assistant)
    }

    private mutating func askAgain(_ assistant: (any EditorAssistant)?) -> EditorAction {
        if let completions = completions(assistant) { menu = CompletionMenu(completions, typed: buffer) }
        return .redraw
    }

    private mutating func restoreTyped() -> EditorAction {
        if let menu { buffer = menu.typed }
        closeMenu()
        return .redraw
    }
}
