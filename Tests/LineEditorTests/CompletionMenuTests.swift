import Testing

@testable import LineEditor

@Suite("Completion")
struct CompletionMenuTests {
    let assistant = ToyAssistant()

    @Test(
        "Tab",
        arguments: [
            EditCase("pa|", "<tab>", "pairs|"),
            EditCase("x pa| y", "<tab>", "x pairs| y"),
            EditCase("pri|", "<tab>", "print|"),
            EditCase("zz|", "<tab>", "zz|"),
            EditCase("p|", "<tab>", "print|"),
            EditCase("p|", "<tab><tab>", "printf|"),
            EditCase("p|", "<tab><down><down><down><down>", "print|"),
            EditCase("p|", "<tab><S-tab>", "position|"),
            EditCase("p|", "<tab><up><C-n>", "print|"),
            EditCase("p|", "<tab><esc>", "p|"),
            EditCase("p|", "<tab><down><C-g>", "p|"),
            EditCase("p|", "<tab><down><ret>", "printf|"),
            EditCase("p|", "<tab><down><ret>x", "printfx|"),
            EditCase("p|", "<tab>a", "pa|"),
            EditCase("p|", "<tab>a<tab>", "pairs|"),
            EditCase("p|", "<tab>(", "print(|"),
            EditCase("p|", "<tab><down>x", "printfx|"),
            EditCase("po|", "<tab><bs>", "positio|"),
            EditCase("pr|", "<tab><tab><bs>", "prin|"),
            EditCase("p|", "<tab><left>", "prin|t"),
            EditCase("p|", "<tab><down><C-_>", "p|"),
            EditCase("p|", "<tab><pgdn>", "position|"),
            EditCase("p|", "<tab><pgdn><pgup>", "print|"),
        ]
    )
    func tab(_ row: EditCase) {
        var state = EditorState(row.before)
        state.type(row.typed, assistant: assistant)
        #expect(state.buffer.marked == row.after)
    }

    @Test("The menu shows the candidates in columns, the selected one reversed")
    func rows() {
        var state = EditorState("p|")
        state.type("<tab><down>", assistant: assistant)
        let view = state.view(assistant: assistant, maxBelow: 10)
        #expect(
            view.below.map(\.plainText) == [
                "print     word  about print", "printf    word  about printf", "pairs     word  about pairs",
                "position  word  about position",
            ]
        )
        #expect(view.below.map { $0.runs.allSatisfy(\.style.isReversed) } == [false, true, false, false])
    }

    @Test("Without colour a mark stands before the selected one")
    func plainRows() {
        var state = EditorState("pr|", EditorConfiguration(usesColor: false))
        state.type("<tab><tab>", assistant: assistant)
        #expect(state.shown() == "> print\n---\n> print   word  about print\n  printf  word  about printf")
    }

    @Test(
        "At most eight rows are shown, fewer where there is less room",
        arguments: [(20, 9), (9, 9), (8, 8), (3, 3), (2, 2), (1, 1), (0, 0)]
    )
    func manyRows(_ room: Int, _ shown: Int) {
        assistant.words = (10..<40).map { "p\($0)" }
        var state = EditorState("p|")
        for step in 0..<35 {
            state.type("<tab>", assistant: assistant)
            let below = state.view(assistant: assistant, maxBelow: room).below
            #expect(below.count == shown)
            let selected = below.filter { $0.runs.contains { $0.style.isReversed } }
            #expect(selected.map { $0.plainText.prefix(3) } == (shown == 0 ? [] : ["p\(10 + step % 30)"]))
            guard shown > 1 else { continue }
            #expect(below.last?.plainText == "… \(30 - (shown - 1)) more")
        }
    }

    @Test("Typing narrows the choice, and the menu closes when nothing is left")
    func narrowing() {
        var state = EditorState("p|")
        state.type("<tab>r", assistant: assistant)
        #expect(state.shown(maxBelow: 5) == "> pr\n---\nprint   word  about print\nprintf  word  about printf")
        state.type("x", assistant: assistant)
        #expect(state.shown() == "> prx")
        let outcome1 = state.type("<tab>", assistant: assistant)
        #expect(outcome1 == .bell)
    }

    @Test("Enter with nothing selected does what it does otherwise")
    func enterWithoutSelection() {
        var state = EditorState("p|")
        let outcome2 = state.type("<tab>r<ret>", assistant: assistant)
        #expect(outcome2 == .submit("pr"))
    }

    @Test("Neither ghost text nor the hint is shown with the menu open")
    func exclusive() {
        var state = EditorState("p|", history: ["printing"])
        #expect(state.shown(assistant) == "> printing")
        state.type("<tab>", assistant: assistant)
        #expect(state.shown(assistant, maxBelow: 1) == "> print\n---\nprint  word  about print")
    }

    @Test("Ranges that lie outside the text are brought into it")
    func badRanges() {
        let completions = Completions(replaced: -3..<99, candidates: [.init("a"), .init("b")])
        let menu = CompletionMenu(completions, typed: TextBuffer("typed"), selection: 1)
        #expect(menu.preview.marked == "b|")
    }
}
