import TestSupport
import Testing

@testable import LineEditor

@Suite("Whatever is typed")
struct EditorPropertyTests {
    static let history = ["print(1)", "begin\n  é\nend", "👩‍👩‍👧‍👦 family", "pairs", "begin\nbegin\nx"]
    static let special = [
        "ret", "tab", "S-tab", "bs", "del", "esc", "left", "right", "up", "down", "home", "end", "pgup", "pgdn",
        "C-left",
        "C-right", "M-ret", "M-bs", "M-b", "M-f", "M-d", "M-y", "M-u", "M-l", "M-c", "M-p", "M-n", "M-_", "M-<", "M->",
    ]
    static let controls = "abcdefghijklmnopqrstuvwxyz_"
    static let typed = "pabegin end 12();,.é👩\u{200D}\u{301}\u{1F1E9}\u{1F1EA}字hjklwbeftFTGgxXrRiIaAoOsSCDcdyYuP~J$^0/"

    private static func event(_ random: inout SeededGenerator) -> InputEvent {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<10: .key(KeyPress(.character(typed.randomElement(using: &random) ?? "x")))
        case 10..<15: .key(keys("<\(special.randomElement(using: &random) ?? "ret")>")[0])
        case 15..<19: .key(.control(controls.randomElement(using: &random) ?? "a"))
        default: .paste(["", "x\ny", "> a\n. b", "\u{301}", "👩", "end", "\n"].randomElement(using: &random) ?? "")
        }
    }

    @Test("The text and the view stay whole, and undo leads back to the first text", arguments: 0..<300)
    func invariants(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let assistant = ToyAssistant()
        let configuration = EditorConfiguration(
            mode: seed.isMultiple(of: 2) ? .emacs : .vi,
            usesColor: !seed.isMultiple(of: 5)
        )
        var state = EditorState("|", history: Self.history, configuration)
        for step in 0..<200 {
            let event = Self.event(&random)
            _ = state.apply(event, assistant: Bool.random(using: &random) ? assistant : nil)
            check(state, "seed \(seed), step \(step), \(event)")
        }
        let first = state.browser.position < Self.history.count ? Self.history[state.browser.position] : ""
        state.search = nil
        state.menu = nil
        while let earlier = state.undoStack.undo(state.buffer) { state.buffer = earlier }
        #expect(state.buffer.text == first, "seed \(seed)")
    }

    private func check(_ state: EditorState, _ comment: Comment) {
        let buffer = state.buffer
        #expect(buffer.clamped(buffer.cursor) == buffer.cursor, comment)
        #expect(buffer.text == buffer.lines.map(\.text).joined(separator: "\n"), comment)
        #expect(buffer.byteCount == buffer.text.utf8.count, comment)
        #expect(buffer.lines.allSatisfy { $0.characters == Array($0.text) }, comment)
        let view = state.view(assistant: ToyAssistant(), maxBelow: 5)
        #expect(view.below.count <= 5, comment)
        #expect(view.lines.indices.contains(view.cursorLine), comment)
        guard view.lines.indices.contains(view.cursorLine) else { return }
        let count = view.lines[view.cursorLine].runs.reduce(0) { $0 + $1.text.count }
        #expect((0...count).contains(view.cursorCharacters), comment)
    }

    @Test("Every edit can be taken back and made again", arguments: 0..<100)
    func undoAndRedo(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var state = EditorState()
        for _ in 0..<100 { _ = state.apply(Self.event(&random), assistant: nil) }
        state.search = nil
        let last = state.buffer.text
        var count = 0
        while let earlier = state.undoStack.undo(state.buffer) {
            state.buffer = earlier
            count += 1
        }
        for _ in 0..<count { state.buffer = state.undoStack.redo(state.buffer) ?? state.buffer }
        #expect(state.buffer.text == last, "seed \(seed)")
    }
}
