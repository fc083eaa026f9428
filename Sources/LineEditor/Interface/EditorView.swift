/// What an editor shows, before it is laid out for a terminal's size.
struct EditorView: Hashable, Sendable {
    /// The lines of the entry, prompts included; each may be wider than the terminal, and then wraps.
    var lines: [StyledText]
    /// Where the cursor is: the line, and how many characters of it (prompt included) stand before the cursor.
    var cursorLine: Int
    var cursorCharacters: Int
    /// Lines below the entry (hint, menu): cut at the terminal's width, never wrapped.
    var below: [StyledText] = []
}
