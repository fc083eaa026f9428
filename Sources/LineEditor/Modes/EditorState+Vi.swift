extension EditorState {
    /// An event in the vi mode.
    mutating func applyVi(_ event: InputEvent, _ assistant: (any EditorAssistant)?) -> EditorAction {
        guard expectation == nil, search == nil, menu == nil else { return applyInserted(event, assistant) }
        switch event {
        case .paste: return applyInserted(event, assistant)
        case .key(let key):
            if vi.mode == .normal { return applyNormal(key, assistant) }
            if key.code == .escape || key == .control("[") { return leaveInsertMode(assistant) }
            // A terminal sends Escape and a letter typed after it as the letter with Alt.
            if case .character(let character) = key.code, key.modifiers == .alt {
                _ = leaveInsertMode(assistant)
                let action = applyNormal(KeyPress(.character(character)), assistant)
                return action == .none ? .redraw : action
            }
            return applyInserted(event, assistant)
        }
    }

    /// An event that puts text in, noted so that it can be repeated.
    private mutating func applyInserted(_ event: InputEvent, _ assistant: (any EditorAssistant)?) -> EditorAction {
        if vi.mode != .normal {
            // What an entry begins with is no change that a command began.
            if !vi.recorded.isEmpty { vi.record(event) }
            if vi.insertedEvents.count < ViState.maxRecordedEvents { vi.insertedEvents.append(event) }
        }
        if vi.mode == .replace, case .key(let key) = event, case .character = key.code, key.modifiers.isEmpty,
            expectation == nil, buffer.cursor.column < buffer.currentLine.count
        {
            let end = buffer.position(.right, from: buffer.cursor)
            edit(.typing) { $0.replace($0.cursor..<end, with: "") }
        }
        let action = applyPlain(event, assistant)
        if vi.mode == .normal { keepCursorOnCharacter() }
        return action
    }

    /// Goes back to the normal mode; what was typed after a count is put in as often.
    private mutating func leaveInsertMode(_ assistant: (any EditorAssistant)?) -> EditorAction {
        let inserted = vi.insertedEvents
        for _ in 1..<max(1, vi.insertCount) {
            for event in inserted where applyPlain(event, assistant) == .bell { vi.insertCount = 1 }
            if vi.insertCount == 1 { break }
        }
        closeMenu()
        vi.insertCount = 1
        vi.insertedEvents = []
        if !vi.recorded.isEmpty, !vi.isReplaying {
            vi.record(.key(KeyPress(.escape)))
            vi.lastChange = vi.recorded
        }
        vi.mode = .normal
        undoStack.endRun()
        if buffer.cursor.column > 0 { buffer.move(.left) }
        return .redraw
    }

    mutating func enterInsertMode(_ mode: ViState.Mode = .insert, count: Int = 1) {
        vi.mode = mode
        vi.insertCount = count
        vi.insertedEvents = []
        undoStack.endRun()
    }

    private mutating func applyNormal(_ key: KeyPress, _ assistant: (any EditorAssistant)?) -> EditorAction {
        if !vi.isPending { vi.recorded = [] }
        vi.record(.key(key))
        guard case .character(let character) = key.code, key.modifiers.subtracting([.shift, .alt]).isEmpty else {
            return applyNormalSpecial(key, assistant)
        }
        let action = applyNormal(character, assistant)
        if vi.mode == .normal { keepCursorOnCharacter() }
        return action
    }

    /// In the normal mode the cursor stands at a character, not behind the last.
    func lastColumn(_ line: Int) -> Int {
        max(0, buffer.lines[line].count - 1)
    }

    private mutating func keepCursorOnCharacter() {
        let last = lastColumn(buffer.cursor.line)
        if buffer.cursor.column > last { buffer.keepColumn(atMost: last) }
    }

    /// Keys that are no characters; they do what they do in the other modes.
    private mutating func applyNormalSpecial(_ key: KeyPress, _ assistant: (any EditorAssistant)?) -> EditorAction {
        defer { if vi.mode == .normal { keepCursorOnCharacter() } }
        let wasPending = vi.isPending
        vi.reset()
        switch key {
        case KeyPress(.escape), .control("["): return wasPending ? .none : .bell
        case KeyPress(.enter), .control("m"), .control("j"): return .submit(buffer.text)
        case KeyPress(.backspace): return applyNormal("h", assistant)
        case KeyPress(.delete): return applyNormal("x", assistant)
        case KeyPress(.tab): return .bell
        case .control("r"): return perform(.redo, assistant)
        default: return applyPlain(.key(key), assistant)
        }
    }

    private mutating func applyNormal(_ key: Character, _ assistant: (any EditorAssistant)?) -> EditorAction {
        if let awaited = vi.awaited { return complete(awaited, with: key) }
        if let digit = key.wholeNumberValue, key.isASCII, digit > 0 || vi.count != nil {
            vi.addDigit(digit)
            return .none
        }
        if let awaited = Self.awaited(after: key, isOperating: vi.pendingOperator != nil) {
            vi.awaited = awaited
            return .none
        }
        if let wanted = ViState.Operator(rawValue: key) { return begin(wanted) }
        let count = vi.givenCount
        if let action = verticalMove(key, count) { return action }
        if let target = changedWordTarget(key, count ?? 1) ?? viTarget(key, count: count) { return follow(target) }
        defer { vi.reset() }
        guard vi.pendingOperator == nil else { return .bell }
        return viCommand(key, count, assistant)
    }

    private static func awaited(after key: Character, isOperating: Bool) -> ViState.Awaited? {
        switch key {
        case "f": .find(isForward: true, isShort: false)
        case "t": .find(isForward: true, isShort: true)
        case "F": .find(isForward: false, isShort: false)
        case "T": .find(isForward: false, isShort: true)
        case "g": .g
        case "r": isOperating ? nil : .replacement
        default: nil
        }
    }

    /// `cw` changes to the word's end, as `ce` does, but for a word that ends at the cursor, which it changes alone.
    private func changedWordTarget(_ key: Character, _ count: Int) -> ViTarget? {
        guard vi.pendingOperator == .change, key == "w" || key == "W",
            buffer.character(at: buffer.cursor)?.isWhitespace == false
        else { return nil }
        let isBig = key == "W"
        let isAtEnd = buffer.endsViWord(at: buffer.cursor, isBig)
        guard !isAtEnd || count > 1 else { return ViTarget(position: buffer.cursor, extent: .inclusive) }
        return viTarget(isBig ? "E" : "e", count: isAtEnd ? count - 1 : count)
    }

    /// `j` and `k` without an operator: at the first and the last line they go through the history.
    private mutating func verticalMove(_ key: Character, _ count: Int?) -> EditorAction? {
        guard vi.pendingOperator == nil, key == "j" || key == "k" else { return nil }
        vi.reset()
        var moved = false
        for _ in 0..<(count ?? 1) {
            guard moveVertically(by: key == "j" ? 1 : -1) == .redraw else { break }
            moved = true
        }
        return moved ? .redraw : .bell
    }

    private mutating func begin(_ wanted: ViState.Operator) -> EditorAction {
        guard let pending = vi.pendingOperator else {
            vi.pendingOperator = wanted
            vi.operatorCount = vi.count
            vi.count = nil
            return .none
        }
        guard pending == wanted else {
            vi.reset()
            return .bell
        }
        return follow(viLines(to: buffer.cursor.line + (vi.givenCount ?? 1) - 1))
    }

    private mutating func complete(_ awaited: ViState.Awaited, with key: Character) -> EditorAction {
        vi.awaited = nil
        switch awaited {
        case .find(let isForward, let isShort):
            let search = CharacterSearch(character: key, isForward: isForward, isShort: isShort)
            vi.lastFind = search
            if let target = viFind(search, vi.givenCount ?? 1) { return follow(target) }
        case .g:
            if key == "g" { return follow(viLines(to: (vi.givenCount ?? 1) - 1)) }
        case .replacement:
            defer { vi.reset() }
            return replaceCharacters(by: key, count: vi.givenCount ?? 1)
        }
        vi.reset()
        return .bell
    }

    /// Moves to where a motion leads or, with an operator pending, lets it act on what is between.
    private mutating func follow(_ target: ViTarget) -> EditorAction {
        let pending = vi.pendingOperator
        vi.reset()
        if let pending { return operate(pending, on: target) }
        undoStack.endRun()
        guard target.position != buffer.cursor else { return .bell }
        buffer.move(to: target.position)
        return .redraw
    }
}
