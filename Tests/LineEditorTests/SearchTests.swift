import Testing

@testable import LineEditor

@Suite("The search in the history")
struct SearchTests {
    static let history = ["alpha one", "beta\nONE", "gamma", "alpha one", "Delta one"]

    @Test(
        "Finds, and leaves what was found",
        arguments: [
            EditCase("draft|", "<C-r>one<esc>", "Delta |one"),
            EditCase("draft|", "<C-r>one<C-r><esc>", "alpha |one"),
            EditCase("draft|", "<C-r>one<C-r><C-r><esc>", "beta\n|ONE"),
            EditCase("draft|", "<C-r>one<C-r><C-r><C-r><esc>", "alpha |one"),
            EditCase("draft|", "<C-r>one<C-r><C-r><C-s><esc>", "alpha |one"),
            EditCase("draft|", "<C-r>one<C-r><C-s><esc>", "Delta |one"),
            EditCase("draft|", "<C-r>ONE<esc>", "beta\n|ONE"),
            EditCase("draft|", "<C-r>gax<bs><esc>", "|gamma"),
            EditCase("draft|", "<C-r>gamma<right>", "g|amma"),
            EditCase("draft|", "<C-r>gamma<C-e>!", "gamma!|"),
            EditCase("draft|", "<C-r>one<C-g>", "draft|"),
            EditCase("draft|", "<C-r>one<C-c>", "draft|"),
            EditCase("dr|aft", "<C-r>zzz<esc>", "dr|aft"),
            EditCase("draft|", "<C-r><esc>", "draft|"),
            EditCase("draft|", "<C-r>gamma<C-g><C-r><C-r><esc>", "|gamma"),
            EditCase("draft|", "<C-r>gamma<esc><down><down>", "Delta one|"),
            EditCase("draft|", "<up><up><up><C-s>delta<esc>", "|Delta one"),
            EditCase("draft|", "<C-r>gamma<esc><C-_>", "|gamma"),
        ]
    )
    func searching(_ row: EditCase) {
        var state = EditorState(row.before, history: Self.history)
        state.type(row.typed)
        #expect(state.buffer.marked == row.after)
    }

    @Test("Shows the entry with the match marked, and what is looked for below")
    func view() {
        var state = EditorState("draft|", history: Self.history)
        state.type("<C-r>amm")
        #expect(state.shown() == "> gamma\n---\nsearch: amm")
        let view = state.view(assistant: nil, maxBelow: 3)
        #expect(view.lines[0].runs.map(\.text) == ["> ", "g", "amm", "a"])
        #expect(view.lines[0].runs[2].style.isReversed)
        #expect(view.cursorCharacters == 3)
        let action = state.type("x")
        #expect(action == .bell)
        #expect(state.shown() == "> gamma\n---\nsearch, nothing found: ammx")
        state.type("<bs><C-s>")
        #expect(state.shown().hasSuffix("search forwards, nothing found: amm"))
    }

    @Test("Enter hands the entry in")
    func handingIn() {
        var state = EditorState("draft|", history: Self.history)
        let action = state.type("<C-r>beta<ret>")
        #expect(action == .submit("beta\nONE"))
    }

    @Test("A paste goes on with what is looked for")
    func pasting() {
        var state = EditorState("draft|", history: Self.history)
        state.type("<C-r>g")
        _ = state.apply(.paste("am\nx"), assistant: nil)
        #expect(state.shown() == "> gamma\n---\nsearch: gam")
    }

    @Test("A match is marked above the other looks")
    func overlay() {
        let red = Style(.red)
        let styles = [StyledRange(0..<4, red), StyledRange(5..<9, red)]
        let shown = StyledLines.overlay(styles, 3..<6, .plain)
        #expect(shown == [StyledRange(0..<3, red), StyledRange(3..<6, .plain), StyledRange(6..<9, red)])
        #expect(
            StyledLines.overlay([StyledRange(0..<9, red)], 3..<6, .plain)
                == [StyledRange(0..<3, red), StyledRange(3..<6, .plain), StyledRange(6..<9, red)]
        )
    }
}
