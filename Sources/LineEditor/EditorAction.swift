/// What the host of an editor has to do after an event.
enum EditorAction: Hashable, Sendable {
    /// Nothing changed.
    case none
    case redraw
    /// Draw, and tell that something was not possible.
    case bell
    /// The entry is handed in.
    case submit(String)
    /// The entry is given up.
    case cancel(hadText: Bool)
    case endOfInput
    case suspend
    case clearScreen
    /// The text is to be edited by another program; see `EditorState.replaceText`.
    case editExternally(String)
}
