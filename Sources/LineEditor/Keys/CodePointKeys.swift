/// Keys that a terminal names by a code point, as kitty's protocol (`CSI code ; modifiers u`) and xterm's
/// `modifyOtherKeys` (`CSI 27 ; modifiers ; code ~`) do.
enum CodePointKeys {
    static func key(_ code: Int, _ held: KeyPress.Modifiers) -> KeyPress? {
        switch code {
        case 8, 127: return KeyPress(.backspace, held)
        case 9: return KeyPress(.tab, held)
        case 10, 13: return KeyPress(.enter, held)
        case 27: return KeyPress(.escape, held)
        case 0xE000...0xF8FF: return functional(code).map { KeyPress($0, held) }
        default: return character(code, held)
        }
    }

    /// Letters come as an ordinary terminal would send them: Shift makes a capital, Control makes lower case.
    private static func character(_ code: Int, _ held: KeyPress.Modifiers) -> KeyPress? {
        guard code >= 0x20, !(0x80...0x9F).contains(code),
            let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init)
        else { return nil }
        let typed = Character(scalar)
        if held.contains(.control) { return KeyPress(.character(single(typed.lowercased()) ?? typed), held) }
        guard held.contains(.shift) else { return KeyPress(.character(typed), held) }
        return KeyPress(.character(single(typed.uppercased()) ?? typed), held.subtracting(.shift))
    }

    private static func single(_ text: String) -> Character? {
        text.count == 1 ? text.first : nil
    }

    /// kitty's numbers for keys that have no character, in Unicode's private area.
    private static func functional(_ code: Int) -> KeyPress.Code? {
        switch code {
        case 57_376...57_398: .function(code - 57_376 + 13)
        case 57_399...57_408: .character(Character(UnicodeScalar(UInt8(code - 57_399) + UInt8(ascii: "0"))))
        case 57_409: .character(".")
        case 57_410: .character("/")
        case 57_411: .character("*")
        case 57_412: .character("-")
        case 57_413: .character("+")
        case 57_414: .enter
        case 57_415: .character("=")
        case 57_417: .left
        case 57_418: .right
        case 57_419: .up
        case 57_420: .down
        case 57_421: .pageUp
        case 57_422: .pageDown
        case 57_423: .home
        case 57_424: .end
        case 57_425: .insert
        case 57_426: .delete
        default: nil
        }
    }
}
