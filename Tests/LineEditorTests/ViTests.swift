import Testing

@testable import LineEditor

@Suite("Vi keys")
struct ViTests {
    @Test(
        "Moves in the normal mode",
        arguments: [
            EditCase("abc|", "<esc>", "ab|c"),
            EditCase("|abc", "<esc>ll", "ab|c"),
            EditCase("|abc", "<esc>9l", "ab|c"),
            EditCase("abc|", "<esc>2h", "|abc"),
            EditCase("|one.two  three", "<esc>w", "one|.two  three"),
            EditCase("|one.two  three", "<esc>3w", "one.two  |three"),
            EditCase("|one.two  three", "<esc>W", "one.two  |three"),
            EditCase("one.two  three|", "<esc>b", "one.two  |three"),
            EditCase("one.two  three|", "<esc>BB", "|one.two  three"),
            EditCase("|one.two", "<esc>e", "on|e.two"),
            EditCase("|one.two", "<esc>E", "one.tw|o"),
            EditCase("one\n\n|two", "<esc>b", "one\n|\ntwo"),
            EditCase("|  ab", "<esc>^", "  |ab"),
            EditCase("  ab|", "<esc>0", "|  ab"),
            EditCase("|abc", "<esc>$", "ab|c"),
            EditCase("|a.b.c", "<esc>f.", "a|.b.c"),
            EditCase("|a.b.c", "<esc>2f.", "a.b|.c"),
            EditCase("|a.b.c", "<esc>t.", "|a.b.c"),
            EditCase("|ab.c", "<esc>t.", "a|b.c"),
            EditCase("a.b.c|", "<esc>F.", "a.b|.c"),
            EditCase("a.b.cd|", "<esc>T.", "a.b.|cd"),
            EditCase("|a.b.c", "<esc>f.;", "a.b|.c"),
            EditCase("|a.b.c", "<esc>f.;,", "a|.b.c"),
            EditCase("|ab.cd.e", "<esc>t.;", "ab.c|d.e"),
            EditCase("|a.b", "<esc>fx", "|a.b"),
            EditCase("a\nb|\nc", "<esc>gg", "|a\nb\nc"),
            EditCase("|a\nb\nc", "<esc>G", "a\nb\n|c"),
            EditCase("|a\nb\nc", "<esc>2G", "a\n|b\nc"),
            EditCase("abc|\nx\nabc", "<esc>jj", "abc\nx\nab|c"),
            EditCase("abc\nx\nabc|", "<esc>k", "abc\n|x\nabc"),
            EditCase("|", "<esc>hlwbe$0^", "|"),
        ]
    )
    func moves(_ row: EditCase) { check(row) }

    @Test(
        "Operators and changes",
        arguments: [
            EditCase("abc|", "<esc>x", "a|b"),
            EditCase("|abc", "<esc>2x", "|c"),
            EditCase("abc|", "<esc>X", "a|c"),
            EditCase("|abc", "<esc>rx", "|xbc"),
            EditCase("|abc", "<esc>2rx", "x|xc"),
            EditCase("|abc", "<esc>9rx", "|abc"),
            EditCase("|one two", "<esc>dw", "|two"),
            EditCase("|one two three", "<esc>2dw", "|three"),
            EditCase("|one two three", "<esc>d2w", "|three"),
            EditCase("|one\n  two", "<esc>dw", "|\n  two"),
            EditCase("|one two", "<esc>de", "| two"),
            EditCase("one two|", "<esc>db", "one |o"),
            EditCase("|one two", "<esc>cwx", "x| two"),
            EditCase("|one two", "<esc>d$", "|"),
            EditCase("one |two", "<esc>D", "on|e"),
            EditCase("|a(b)", "<esc>dt)", "|)"),
            EditCase("|a(b)", "<esc>df)", "|"),
            EditCase("|a(b)", "<esc>dfx", "|a(b)"),
            EditCase("|a(b)", "<esc>cfxi!", "!|a(b)"),
            EditCase("a|b\ncd\nef", "<esc>dd", "|cd\nef"),
            EditCase("ab\ncd\nef|", "<esc>dd", "ab\n|cd"),
            EditCase("|ab\ncd\nef", "<esc>2dd", "|ef"),
            EditCase("|ab\ncd\nef", "<esc>dj", "|ef"),
            EditCase("ab|\ncd", "<esc>dG", "|"),
            EditCase("ab|", "<esc>dd", "|"),
            EditCase("ab\nc|d", "<esc>ccx", "ab\nx|"),
            EditCase("ab\nc|d", "<esc>Sx", "ab\nx|"),
            EditCase("|abc", "<esc>sx", "x|bc"),
            EditCase("|abc", "<esc>Cx", "x|"),
            EditCase("|one two", "<esc>ywP", "one| one two"),
            EditCase("|ab", "<esc>xp", "b|a"),
            EditCase("|ab", "<esc>x3p", "baa|a"),
            EditCase("|ab\ncd", "<esc>yyp", "ab\n|ab\ncd"),
            EditCase("ab\n|cd", "<esc>yyP", "ab\n|cd\ncd"),
            EditCase("|ab\ncd", "<esc>ddp", "cd\n|ab"),
            EditCase("|aB", "<esc>2~", "A|b"),
            EditCase("|a\n  b", "<esc>J", "a| b"),
            EditCase("|a\nb\nc", "<esc>3J", "a b| c"),
            EditCase("|abc", "<esc>Rxy<esc>", "x|yc"),
            EditCase("|", "<esc>xXrxdwddpPJ~", "|"),
        ]
    )
    func changes(_ row: EditCase) { check(row) }

    @Test(
        "Inserting, repeating and taking back",
        arguments: [
            EditCase("ab|", "<esc>ix<esc>", "a|xb"),
            EditCase("ab|", "<esc>ax<esc>", "ab|x"),
            EditCase("  ab|", "<esc>Ix<esc>", "  |xab"),
            EditCase("|ab", "<esc>Ax<esc>", "ab|x"),
            EditCase("|ab", "<esc>ox<esc>", "ab\n|x"),
            EditCase("|ab", "<esc>Ox<esc>", "|x\nab"),
            EditCase("|b", "<esc>3ix<esc>", "xx|xb"),
            EditCase("|abcd", "<esc>x.", "|cd"),
            EditCase("|abcd", "<esc>x2.", "|d"),
            EditCase("|one two six", "<esc>cwx<esc>w.", "x |x six"),
            EditCase("|one two six", "<esc>dw.", "|six"),
            EditCase("|", "<esc>ia<esc>..", "|aaa"),
            EditCase("|ab cd ef", "<esc>2dw", "|ef"),
            EditCase("|abc", "<esc>xxu", "|bc"),
            EditCase("|abc", "<esc>xx2u", "|abc"),
            EditCase("|abc", "<esc>xu<C-r>", "|bc"),
            EditCase("|abc", "<esc>3dx", "|abc"),
            EditCase("|abc", "<esc>2<esc>x", "|bc"),
            EditCase("ab|", "<M-b>", "|ab"),
            EditCase("one two|", "<C-w>x", "one x|"),
        ]
    )
    func inserting(_ row: EditCase) { check(row) }

    @Test("The prompt tells the normal mode")
    func marker() {
        var state = EditorState("|a", EditorConfiguration(mode: .vi))
        #expect(state.shown() == "> a")
        state.type("<esc>")
        #expect(state.shown() == "> [N] a")
        #expect(state.view(assistant: nil, maxBelow: 0).cursorCharacters == 6)
        state.type("i")
        #expect(state.shown() == "> a")
    }

    @Test("The last change can be repeated in the next entry")
    func repeatingLater() {
        var state = EditorState("one two|", EditorConfiguration(mode: .vi))
        state.type("<esc>bdw")
        state.begin(prompt: StyledText("> "), continuationPrompt: StyledText(". "))
        state.type("three four<esc>0.")
        #expect(state.buffer.marked == "|four")
    }

    @Test("Enter in the normal mode hands in, wherever the cursor is")
    func enter() {
        var state = EditorState("|a\nb", EditorConfiguration(mode: .vi))
        let outcome1 = state.type("<esc><ret>")
        #expect(outcome1 == .submit("a\nb"))
    }

    @Test("The history comes at the first line and the last")
    func history() {
        var state = EditorState("|", history: ["one", "two"], EditorConfiguration(mode: .vi))
        state.type("<esc>k")
        #expect(state.buffer.marked == "tw|o")
        state.type("k")
        #expect(state.buffer.marked == "on|e")
        state.type("2j")
        #expect(state.buffer.marked == "|")
        state.type("/tw<esc>")
        #expect(state.buffer.marked == "|two")
    }

    private func check(_ row: EditCase) {
        var state = EditorState(row.before, EditorConfiguration(mode: .vi))
        state.type(row.typed)
        #expect(state.buffer.marked == row.after)
    }
}

extension EditorState {
    init(_ text: String, _ configuration: EditorConfiguration) {
        self.init(text, history: [], configuration)
    }
}
