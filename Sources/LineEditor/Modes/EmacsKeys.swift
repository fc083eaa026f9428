/// Which key does what, as in emacs and GNU readline.
enum EmacsKeys {
    static func command(for key: KeyPress) -> EditorCommand? {
        switch key.code {
        case .character(let character):
            if key.modifiers.contains(.control) { return control(character, key.modifiers) }
            if key.modifiers.contains(.alt) { return alt(character) }
            return isTyped(character) ? .type(character) : nil
        case .up: return .up
        case .down: return .down
        default: return editing(key) ?? moving(key)
        }
    }

    /// Control characters come only as keys of their own, or quoted.
    private static func isTyped(_ character: Character) -> Bool {
        guard let byte = character.asciiValue else { return character != "\r\n" }
        return byte >= 0x20 && byte != 0x7F
    }

    private static func editing(_ key: KeyPress) -> EditorCommand? {
        let isWord = !key.modifiers.isDisjoint(with: [.alt, .control])
        switch key.code {
        case .enter: return key.modifiers.isEmpty ? .enter : .newline
        case .tab: return key.modifiers.contains(.shift) ? .outdent : .tab
        case .backspace: return isWord ? .kill(.wordLeft) : .delete(.left)
        case .delete: return isWord ? .kill(.wordRight) : .delete(.right)
        default: return nil
        }
    }

    private static func moving(_ key: KeyPress) -> EditorCommand? {
        let isWord = !key.modifiers.isDisjoint(with: [.alt, .control])
        switch key.code {
        case .left: return .move(isWord ? .wordLeft : .left)
        case .right: return .move(isWord ? .wordRight : .right)
        case .home: return .move(isWord ? .textStart : .lineStart)
        case .end: return .move(isWord ? .textEnd : .lineEnd)
        case .pageUp: return .prefixSearch(isOlder: true)
        case .pageDown: return .prefixSearch(isOlder: false)
        default: return nil
        }
    }

    private static func control(_ character: Character, _ modifiers: KeyPress.Modifiers) -> EditorCommand? {
        if modifiers.contains(.alt) { return character == "h" ? .kill(.wordLeft) : nil }
        return controlMoving(character) ?? controlEditing(character) ?? controlSession(character)
    }

    private static func controlMoving(_ character: Character) -> EditorCommand? {
        switch character {
        case "a": .move(.lineStart)
        case "e": .move(.lineEnd)
        case "b": .move(.left)
        case "f": .move(.right)
        case "p": .up
        case "n": .down
        case "r": .incrementalSearch(isOlder: true)
        case "s": .incrementalSearch(isOlder: false)
        default: nil
        }
    }

    private static func controlEditing(_ character: Character) -> EditorCommand? {
        switch character {
        case "h": .delete(.left)
        case "k": .kill(.lineEndOrBreak)
        case "u": .kill(.lineStart)
        case "w": .kill(.blankWordLeft)
        case "y": .yank
        case "t": .transpose
        case "_", "/", "7": .undo
        case "i": .tab
        case "j", "m": .enter
        case "o": .submit
        default: nil
        }
    }

    private static func controlSession(_ character: Character) -> EditorCommand? {
        switch character {
        case "c": .cancel
        case "d": .deleteOrEnd
        case "z": .suspend
        case "l": .clearScreen
        case "v", "q": .expect(.literal)
        case "x": .expect(.controlX)
        case "g": .nothing
        default: nil
        }
    }

    private static func alt(_ character: Character) -> EditorCommand? {
        switch character {
        case "b", "B": .move(.wordLeft)
        case "f", "F": .move(.wordRight)
        case "<": .move(.textStart)
        case ">": .move(.textEnd)
        case "d", "D": .kill(.wordRight)
        case "y", "Y": .yankPrevious
        case "u", "U": .changeCase(.upper)
        case "l", "L": .changeCase(.lower)
        case "c", "C": .changeCase(.capitalized)
        case "p", "P": .prefixSearch(isOlder: true)
        case "n", "N": .prefixSearch(isOlder: false)
        case "_": .redo
        case "\r", "\n": .newline
        default: nil
        }
    }

    static func commandAfterControlX(_ key: KeyPress) -> EditorCommand? {
        guard key.modifiers == .control, case .character(let character) = key.code else { return nil }
        switch character {
        case "e": return .editExternally
        case "u": return .undo
        case "r": return .redo
        case "c": return .cancel
        case "g": return .nothing
        default: return nil
        }
    }

    /// What a key puts in after Ctrl-V or Ctrl-Q.
    static func literal(_ key: KeyPress) -> String? {
        switch key.code {
        case .character(let character):
            guard key.modifiers.contains(.control) else { return String(character) }
            guard let byte = character.asciiValue, byte & 0x1F != 0x0D, byte >= 0x40 else { return nil }
            return String(UnicodeScalar(byte & 0x1F))
        case .enter: return "\n"
        case .tab: return "\t"
        case .escape: return "\u{1B}"
        case .backspace: return "\u{7F}"
        default: return nil
        }
    }
}
