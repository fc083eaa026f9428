/// How an editor behaves and looks.
public struct EditorConfiguration: Hashable, Sendable {
    /// Which keys do what.
    public enum Mode: Hashable, Sendable {
        case emacs, vi
    }

    public var mode: Mode
    /// Whether the terminal shows colours and looks. Without them nothing is styled and no ghost text is shown, because
    /// it could not be told from what is typed.
    public var usesColor: Bool
    /// Whether the assistant is asked for the looks of the text.
    public var usesHighlighting: Bool
    /// Whether the rest of an earlier entry is offered behind the cursor.
    public var usesGhostText: Bool
    /// What follows the prompt in the normal mode of vi.
    public var viMarker: String
    /// How many spaces Tab puts at the beginning of a line.
    public var indentationColumns: Int
    /// What the name of the file ends in that an external editor is given, such as ".txt".
    public var temporaryFileSuffix: String

    public init(
        mode: Mode = .emacs,
        usesColor: Bool = true,
        usesHighlighting: Bool = true,
        usesGhostText: Bool = true,
        viMarker: String = "[N] ",
        indentationColumns: Int = 2,
        temporaryFileSuffix: String = ""
    ) {
        self.mode = mode
        self.usesColor = usesColor
        self.usesHighlighting = usesHighlighting
        self.usesGhostText = usesGhostText
        self.viMarker = viMarker
        self.temporaryFileSuffix = temporaryFileSuffix
        self.indentationColumns = min(max(indentationColumns, 0), EditorState.maxIndentation)
    }
}
