/// Which keys the sequences of the terminals in use stand for: xterm and its like, rxvt, the Linux console, and the
/// protocols of xterm (`modifyOtherKeys`) and kitty (`CSI u`).
enum SequenceKeys {
    /// - Returns: `nil` for a sequence that is no key press.
    static func key(for sequence: ControlSequence, final: UInt8) -> KeyPress? {
        guard !sequence.isOverlong, let parameters = sequence.parameters else { return nil }
        switch sequence.introducer {
        case .control: return controlKey(parameters, Character(UnicodeScalar(final)))
        case .singleShift: return singleShiftKey(parameters, Character(UnicodeScalar(final)))
        }
    }

    // MARK: CSI

    private static func controlKey(_ parameters: [[Int?]], _ final: Character) -> KeyPress? {
        guard !isRelease(parameters) else { return nil }
        let held = modifiers(parameters, at: 1)
        switch final {
        case "~": return numberedKey(parameters, held)
        case "u": return number(parameters, 0).flatMap { CodePointKeys.key($0, held) }
        case "^": return number(parameters, 0).flatMap(numbered).map { KeyPress($0, .control) }
        case "$": return number(parameters, 0).flatMap(numbered).map { KeyPress($0, .shift) }
        case "@": return number(parameters, 0).flatMap(numbered).map { KeyPress($0, [.control, .shift]) }
        case "Z": return KeyPress(.tab, held.union(.shift))
        case "a", "b", "c", "d": return arrow(final).map { KeyPress($0, .shift) }
        // A report of the cursor's place ends in R, too.
        case "R" where (number(parameters, 0) ?? 1) != 1: return nil
        default: return lettered(final).map { KeyPress($0, held) }
        }
    }

    private static func numberedKey(_ parameters: [[Int?]], _ held: KeyPress.Modifiers) -> KeyPress? {
        guard let first = number(parameters, 0) else { return nil }
        if first == 27, parameters.count == 3 { return number(parameters, 2).flatMap { CodePointKeys.key($0, held) } }
        return numbered(first).map { KeyPress($0, held) }
    }

    private static func numbered(_ number: Int) -> KeyPress.Code? {
        switch number {
        case 1, 7: .home
        case 2: .insert
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        case 11...15: .function(number - 10)
        case 17...21: .function(number - 11)
        case 23...26: .function(number - 12)
        case 28, 29: .function(number - 13)
        case 31...34: .function(number - 14)
        default: nil
        }
    }

    private static func lettered(_ final: Character) -> KeyPress.Code? {
        switch final {
        case "H": .home
        case "F": .end
        case "P": .function(1)
        case "Q": .function(2)
        case "R": .function(3)
        case "S": .function(4)
        default: final.isUppercase ? arrow(final) : nil
        }
    }

    private static func arrow(_ final: Character) -> KeyPress.Code? {
        switch final {
        case "A", "a": .up
        case "B", "b": .down
        case "C", "c": .right
        case "D", "d": .left
        default: nil
        }
    }

    // MARK: SS3

    private static func singleShiftKey(_ parameters: [[Int?]], _ final: Character) -> KeyPress? {
        let held = modifiers(parameters, at: parameters.count - 1)
        switch final {
        case "a", "b", "c", "d": return arrow(final).map { KeyPress($0, .control) }
        case "M": return KeyPress(.enter, held)
        case "I": return KeyPress(.tab, held)
        case "X": return KeyPress(.character("="), held)
        case "j"..."y":
            // The keypad in application mode: the character's code, 64 lower.
            return final.asciiValue.map { KeyPress(.character(Character(UnicodeScalar($0 - 64))), held) }
        default: return lettered(final).map { KeyPress($0, held) }
        }
    }

    /// The Linux console's F1–F5: `CSI [ A` to `CSI [ E`.
    static func consoleKey(_ final: UInt8) -> KeyPress? {
        guard (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(final) else { return nil }
        return KeyPress(.function(Int(final - UInt8(ascii: "A")) + 1))
    }

    // MARK: Parameters

    private static func number(_ parameters: [[Int?]], _ position: Int) -> Int? {
        position < parameters.count ? parameters[position].first ?? nil : nil
    }

    /// One more than a sum of 1 for Shift, 2 for Alt, 4 for Control, 8 for Meta; the locks and Super do not count.
    private static func modifiers(_ parameters: [[Int?]], at position: Int) -> KeyPress.Modifiers {
        guard let code = number(parameters, position), code > 1 else { return [] }
        var held = KeyPress.Modifiers(rawValue: UInt8((code - 1) & 7))
        if (code - 1) & 0b10_1000 != 0 { held.insert(.alt) }
        return held
    }

    /// kitty can tell when a key is let go: the modifiers' subparameter is 3.
    private static func isRelease(_ parameters: [[Int?]]) -> Bool {
        parameters.count > 1 && parameters[1].count > 1 && parameters[1][1] == 3
    }
}
