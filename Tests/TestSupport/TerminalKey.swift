/// A key as xterm sends it.
public enum TerminalKey: Sendable {
    case up, down, left, right, home, end
    case enter, tab, shiftTab, escape, backspace, delete
    case control(Character)
    case alt(Character)
    case altEnter

    var bytes: String {
        switch self {
        case .up: "\u{1B}[A"
        case .down: "\u{1B}[B"
        case .right: "\u{1B}[C"
        case .left: "\u{1B}[D"
        case .home: "\u{1B}[H"
        case .end: "\u{1B}[F"
        case .enter: "\r"
        case .tab: "\t"
        case .shiftTab: "\u{1B}[Z"
        case .escape: "\u{1B}"
        case .backspace: "\u{7F}"
        case .delete: "\u{1B}[3~"
        case .control(let character): String(UnicodeScalar((character.asciiValue ?? 0) & 0x1F))
        case .alt(let character): "\u{1B}\(character)"
        case .altEnter: "\u{1B}\r"
        }
    }
}
