/// What comes from a terminal, decoded.
public enum InputEvent: Hashable, Sendable {
    case key(KeyPress)
    /// A text that was pasted between the marks of bracketed paste, with `\n` for every end of line.
    case paste(String)
}

/// A key with the modifiers held.
public struct KeyPress: Hashable, Sendable {
    /// Which key. A letter typed with Control is `.character("a")` with `.control`, in lower case.
    public enum Code: Hashable, Sendable {
        case character(Character)
        case enter, tab, backspace, delete, insert, escape
        case left, right, up, down, home, end, pageUp, pageDown
        case function(Int)
    }

    public struct Modifiers: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        public static let shift = Modifiers(rawValue: 1)
        public static let alt = Modifiers(rawValue: 2)
        public static let control = Modifiers(rawValue: 4)
    }

    public var code: Code
    public var modifiers: Modifiers

    public init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    /// A letter typed with Control.
    public static func control(_ letter: Character) -> KeyPress {
        KeyPress(.character(letter), .control)
    }

    /// A letter typed with Alt (Meta).
    public static func alt(_ letter: Character) -> KeyPress {
        KeyPress(.character(letter), .alt)
    }
}
