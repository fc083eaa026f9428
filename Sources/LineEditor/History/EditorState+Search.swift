extension EditorState {
    mutating func beginSearch(isOlder: Bool) -> EditorAction {
        undoStack.endRun()
        search = HistorySearch(isOlder: isOlder, start: browser.position)
        return .redraw
    }

    /// A key while the history is searched.
    mutating func applySearch(_ key: KeyPress, _ assistant: (any EditorAssistant)?) -> EditorAction {
        switch key.code {
        case .character(let character) where key.modifiers.contains(.control):
            return applySearchControl(character) ?? leaveSearch(performing: key, assistant)
        case .character(let character) where !key.modifiers.contains(.alt):
            return extendSearch(by: String(character))
        case .backspace: return searchResult { $0.shorten(in: $1) }
        case .escape:
            acceptSearch()
            return .redraw
        case .enter:
            acceptSearch()
            return .submit(buffer.text)
        default: return leaveSearch(performing: key, assistant)
        }
    }

    private mutating func applySearchControl(_ character: Character) -> EditorAction? {
        switch character {
        case "r": return searchAgain(isOlder: true)
        case "s": return searchAgain(isOlder: false)
        case "h": return searchResult { $0.shorten(in: $1) }
        case "g", "c":
            search = nil
            return .redraw
        case "j", "m":
            acceptSearch()
            return .submit(buffer.text)
        default: return nil
        }
    }

    mutating func extendSearch(by text: String) -> EditorAction {
        searchResult { $0.extend(by: text, in: $1) }
    }

    /// Ctrl-R on an empty query takes the last one up again.
    private mutating func searchAgain(isOlder: Bool) -> EditorAction {
        if search?.query.isEmpty ?? true, !lastQuery.isEmpty {
            search?.isOlder = isOlder
            return extendSearch(by: lastQuery)
        }
        return searchResult { $0.next(isOlder: isOlder, in: $1) }
    }

    private mutating func searchResult(_ change: (inout HistorySearch, [String]) -> Void) -> EditorAction {
        guard var changed = search else { return .none }
        change(&changed, browser.history.entries)
        search = changed
        if !changed.query.isEmpty { lastQuery = changed.query }
        return changed.isFailing ? .bell : .redraw
    }

    private mutating func acceptSearch() {
        defer { search = nil }
        guard let match = search?.match else { return }
        _ = recall(match.index)
        // An entry that was changed before is as it was left; the match may be gone from it.
        buffer.move(to: buffer.position(ofOffset: match.range.lowerBound))
    }

    /// Any other key ends the search and does what it does otherwise.
    private mutating func leaveSearch(performing key: KeyPress, _ assistant: (any EditorAssistant)?) -> EditorAction {
        acceptSearch()
        let action = applyPlain(.key(key), assistant)
        return action == .none ? .redraw : action
    }
}
