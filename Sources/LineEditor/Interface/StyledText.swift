/// How text looks.
public struct Style: Hashable, Sendable {
    /// The sixteen colours that every colour terminal has (ECMA-48 SGR 30–37 and 90–97).
    public enum Color: UInt8, Hashable, Sendable {
        case black, red, green, yellow, blue, magenta, cyan, white
        case brightBlack, brightRed, brightGreen, brightYellow, brightBlue, brightMagenta, brightCyan, brightWhite
    }

    public var color: Color?
    public var isBold = false
    public var isDim = false
    public var isUnderlined = false
    public var isReversed = false

    public init(
        _ color: Color? = nil,
        isBold: Bool = false,
        isDim: Bool = false,
        isUnderlined: Bool = false,
        isReversed: Bool = false
    ) {
        self.color = color
        self.isBold = isBold
        self.isDim = isDim
        self.isUnderlined = isUnderlined
        self.isReversed = isReversed
    }

    public static let plain = Style()
}

/// Text in runs of one look each.
public struct StyledText: Hashable, Sendable {
    public struct Run: Hashable, Sendable {
        public var text: String
        public var style: Style

        public init(_ text: String, _ style: Style = .plain) {
            self.text = text
            self.style = style
        }
    }

    public var runs: [Run]

    public init(_ runs: [Run] = []) {
        self.runs = runs
    }

    public init(_ text: String, _ style: Style = .plain) {
        runs = text.isEmpty ? [] : [Run(text, style)]
    }

    /// The text without its looks.
    public var plainText: String { runs.map(\.text).joined() }
}

/// A look for a range of a text.
public struct StyledRange: Hashable, Sendable {
    /// UTF-8 offsets.
    public var range: Range<Int>
    public var style: Style

    public init(_ range: Range<Int>, _ style: Style) {
        self.range = range
        self.style = style
    }
}
