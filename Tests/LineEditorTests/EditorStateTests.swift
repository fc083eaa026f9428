import Testing

@testable import LineEditor

@Suite("The editor")
struct EditorStateTests {
    let assistant = ToyAssistant()

    @Test(
        "Enter begins a line, indented, until the entry is complete",
        arguments: [
            EditCase("begin|", "<ret>", "begin\n  |"),
            EditCase("begin|", "<ret>x<ret>begin<ret>y", "begin\n  x\n  begin\n    y|"),
            EditCase("begin|", "<ret>x<ret>end", "begin\n  x\nend|"),
            EditCase("begin|", "<ret>endless", "begin\n  endless|"),
            EditCase("begin|", "<ret>end<bs>", "begin\nen|"),
            EditCase("begin|", "<ret>    end", "begin\nend|"),
            EditCase("begin\n      |", "xy", "begin\n      xy|"),
            EditCase("begin| x", "<ret>", "begin\n  |x"),
            EditCase("a\n|b", "<up><M-ret>", "\n|a\nb"),
            EditCase("a|\nb", "<ret>", "a\n|\nb"),
            EditCase("done|", "<M-ret>", "done\n|"),
            EditCase("begin\n|", "<tab>x", "begin\n  x|"),
            EditCase("begin\n    x|", "<S-tab>", "begin\n  x|"),
            EditCase("begin\nx|", "<S-tab>", "begin\nx|"),
            EditCase(" x|", "end", " xend|"),
        ]
    )
    func lines(_ row: EditCase) {
        var state = EditorState(row.before)
        state.type(row.typed, assistant: assistant)
        #expect(state.buffer.marked == row.after)
    }

    @Test(
        "Enter and Ctrl-O hand in",
        arguments: [
            ("one|", "<ret>", EditorAction.submit("one")), ("o|ne", "<ret>", .submit("one")),
            ("|", "<ret>", .submit("")),
            ("begin\nend|", "<ret>", .submit("begin\nend")), ("beg|in\nend", "<ret>", .redraw),
            ("beg|in\nend", "<C-o>", .submit("begin\nend")), ("begin|", "<ret>", .redraw),
            ("begin\nend|", "<C-j>", .submit("begin\nend")),
        ]
    )
    func handingIn(_ before: String, _ typed: String, _ action: EditorAction) {
        var state = EditorState(before)
        let outcome1 = state.type(typed, assistant: assistant)
        #expect(outcome1 == action)
    }

    @Test(
        "Keys that are for the host",
        arguments: [
            ("|", "<C-d>", EditorAction.endOfInput), ("a|", "<C-d>", .none), ("|", "<C-c>", .cancel(hadText: false)),
            ("a|", "<C-c>", .cancel(hadText: true)), ("a|", "<C-z>", .suspend), ("a|", "<C-l>", .clearScreen),
            ("a|\nb", "<C-x><C-e>", .editExternally("a\nb")), ("a|", "<C-x>q", .bell), ("a|", "<esc>", .none),
        ]
    )
    func hostActions(_ before: String, _ typed: String, _ action: EditorAction) {
        var state = EditorState(before)
        let outcome2 = state.type(typed)
        #expect(outcome2 == action)
    }

    @Test("A text from another program takes the place of the entry, and can be taken back")
    func replacing() {
        var state = EditorState("a|b")
        state.replaceText("x\ny")
        #expect(state.buffer.marked == "x\ny|")
        state.type("<C-_>")
        #expect(state.buffer.marked == "a|b")
    }

    @Test(
        "Pasted text is put in as it is, without the prompts of a session",
        arguments: [
            EditCase("|", "begin\nx\nend", "begin\nx\nend|"),
            EditCase("a|b", "1\r\n2", "a1\n2|b"),
            EditCase("|", "> begin\n. x\n. end\n> y", "begin\nx\nend\ny|"),
            EditCase("|", "x\n> y", "x\n> y|"),
            EditCase("|", "> x\n>\n.\ny", "x\n|"),
            EditCase("|", "> f(\n. 1)\n1\nand more\n> g()\n> ", "f(\n1)\ng()|"),
            EditCase("|", ">x", ">x|"),
        ]
    )
    func pasting(_ row: EditCase) {
        var state = EditorState(row.before)
        let outcome3 = state.apply(.paste(row.typed), assistant: assistant)
        #expect(outcome3 == .redraw)
        #expect(state.buffer.marked == row.after)
        state.type("<C-_>")
        #expect(state.buffer.marked == row.before)
    }

    @Test("A text gets no longer than its limit")
    func limit() {
        var state = EditorState()
        let limit = EditorState.maxTextBytes
        let outcome4 = state.apply(.paste(String(repeating: "x", count: limit + 1)), assistant: nil)
        #expect(outcome4 == .bell)
        #expect(state.buffer.isEmpty)
        let outcome5 = state.apply(.paste(String(repeating: "x", count: limit)), assistant: nil)
        #expect(outcome5 == .redraw)
        let outcome6 = state.type("y")
        #expect(outcome6 == .bell)
        let outcome7 = state.type("<M-ret>")
        #expect(outcome7 == .bell)
        #expect(state.buffer.byteCount == limit)
    }

    @Test("The view has prompts, looks, and the place of the cursor")
    func view() {
        let state = EditorState("a1\nb|2c")
        let view = state.view(assistant: assistant, maxBelow: 5)
        #expect(assistant.highlightCount == 1)
        #expect(view.cursorLine == 1)
        #expect(view.cursorCharacters == 3)
        #expect(view.lines[0] == StyledText([.init("> "), .init("a"), .init("1", Style(.red))]))
        #expect(view.lines[1] == StyledText([.init(". "), .init("b"), .init("2", Style(.red)), .init("c")]))
    }

    @Test("The entry stays behind without ghost text, marks of modes, and a cursor to match brackets at")
    func finalView() {
        var state = EditorState("|", history: ["pr1 more"], EditorConfiguration(mode: .vi))
        state.type("pr1<esc>")
        let last = state.finalView(assistant: assistant)
        #expect(last.lines == [StyledText([.init("> "), .init("pr"), .init("1", Style(.red))])])
        #expect(last.below.isEmpty)
        #expect(assistant.lastCursor == -1)
    }

    @Test("Without colour nothing is styled, and the assistant is not asked for looks")
    func withoutColor() {
        let plain = EditorConfiguration(usesColor: false)
        var state = EditorState("a1|", history: ["a1 more"], plain)
        state.begin(prompt: StyledText("> ", Style(.green)), continuationPrompt: StyledText(". "))
        state.type("pr1(", assistant: assistant)
        let view = state.view(assistant: assistant, maxBelow: 5)
        #expect(assistant.highlightCount == 0)
        #expect((view.lines + view.below).flatMap(\.runs).allSatisfy { $0.style == .plain })
        #expect(state.shown(assistant) == "> pr1(\n---\nsignature")
    }

    @Test("Looks that make no sense leave the text whole")
    func badLooks() {
        let ranges = [(2, 1), (0, 99), (1, 3), (50, 60), (4, 5)].map {
            StyledRange(min($0, $1)..<max($0, $1), Style(.red))
        }
        let texts = ["", "é", "👩‍👩‍👧‍👦x", "ab\ncd\n\nef"]
        for text in texts {
            let buffer = TextBuffer(text)
            var lines = StyledLines(ranges)
            let shown = buffer.lines.map { lines.next($0).map(\.text).joined() }
            #expect(shown == buffer.lines.map(\.text))
        }
    }

    @Test("A look does not end within a character")
    func looksAtCharacters() {
        var lines = StyledLines([StyledRange(0..<1, Style(.red))])
        #expect(lines.next(TextLine("e\u{301}x")) == [.init("e\u{301}", Style(.red)), .init("x")])
    }

    @Test("A look that spans lines is on all of them")
    func looksOverLines() {
        let buffer = TextBuffer("ab\n\ncd")
        var lines = StyledLines([StyledRange(1..<5, Style(.red))])
        let runs = buffer.lines.map { lines.next($0) }
        #expect(runs == [[.init("a"), .init("b", Style(.red))], [], [.init("c", Style(.red)), .init("d")]])
    }

    @Test("An entry that is begun knows nothing of the last but what was cut and entered")
    func beginning() {
        var state = EditorState("one two|")
        state.type("<C-w>x<C-r>")
        _ = state.remember("earlier")
        state.begin(prompt: StyledText("$ "), continuationPrompt: StyledText())
        #expect(state.shown() == "$ ")
        state.type("<C-_>")
        #expect(state.buffer.marked == "|")
        state.type("<C-y>")
        #expect(state.buffer.marked == "two|")
        state.type("<up>")
        #expect(state.buffer.marked == "earlier|")
    }
}
