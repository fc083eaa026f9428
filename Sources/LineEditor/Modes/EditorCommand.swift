/// What a key makes an editor do.
enum EditorCommand: Hashable, Sendable {
    case type(Character)
    /// Hands in when the entry is complete, otherwise begins a line.
    case enter
    case submit
    case newline
    /// Completes, or indents at a line's beginning.
    case tab
    case outdent
    case move(Motion)
    case up, down
    case delete(Motion)
    case kill(Motion)
    case yank, yankPrevious
    case transpose
    case changeCase(LetterCase)
    case undo, redo
    case prefixSearch(isOlder: Bool)
    case incrementalSearch(isOlder: Bool)
    case expect(EditorState.Expectation)
    case editExternally
    case cancel
    /// Ctrl-D: the end of the input when nothing is typed.
    case deleteOrEnd
    case suspend
    case clearScreen
    case nothing
}
