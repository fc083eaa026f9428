import Testing

@testable import LineEditor

@Suite("Emacs keys")
struct EmacsTests {
    @Test(
        "Moves",
        arguments: [
            EditCase("one two|", "<C-a>", "|one two"),
            EditCase("a\nb|c\nd", "<C-a>", "a\n|bc\nd"),
            EditCase("a\n|bc\nd", "<C-e>", "a\nbc|\nd"),
            EditCase("a\n|bc\nd", "<end>", "a\nbc|\nd"),
            EditCase("a\nb|c\nd", "<home>", "a\n|bc\nd"),
            EditCase("a\nb|c", "<M-<>", "|a\nbc"),
            EditCase("|a\nbc", "<M->>", "a\nbc|"),
            EditCase("a\n|b", "<left>", "a|\nb"),
            EditCase("a|\nb", "<right>", "a\n|b"),
            EditCase("|a", "<left>", "|a"),
            EditCase("a|", "<right>", "a|"),
            EditCase("one.two_3 four|", "<M-b>", "one.two_3 |four"),
            EditCase("one.two_3 |four", "<C-left>", "one.|two_3 four"),
            EditCase("|one.two_3", "<M-f>", "one|.two_3"),
            EditCase("one|.two_3", "<C-right>", "one.two_3|"),
            EditCase("one|\n  two", "<M-f>", "one\n  two|"),
            EditCase("one\n  |two", "<M-b>", "|one\n  two"),
            EditCase("a|b", "<C-f><C-b><C-b>", "|ab"),
            EditCase("grüße| x", "<M-b>", "|grüße x"),
        ]
    )
    func moves(_ row: EditCase) { check(row) }

    @Test(
        "Deletes",
        arguments: [
            EditCase("ab|c", "<bs>", "a|c"),
            EditCase("ab|c", "<C-h>", "a|c"),
            EditCase("ab|c", "<del>", "ab|"),
            EditCase("ab|c", "<C-d>", "ab|"),
            EditCase("a\n|b", "<bs>", "a|b"),
            EditCase("a|\nb", "<del>", "a|b"),
            EditCase("|a", "<bs>", "|a"),
            EditCase("a|", "<del>", "a|"),
            EditCase("a|", "<C-d>", "a|"),
        ]
    )
    func deletes(_ row: EditCase) { check(row) }

    @Test(
        "Cuts and puts back",
        arguments: [
            EditCase("one| two", "<C-k>", "one|"),
            EditCase("one|\ntwo", "<C-k>", "one|two"),
            EditCase("o|ne\ntwo", "<C-k><C-k><C-y>", "one\n|two"),
            EditCase("a\none| two", "<C-u>", "a\n| two"),
            EditCase("one two-three|", "<C-w>", "one |"),
            EditCase("one two-three|", "<M-bs>", "one two-|"),
            EditCase("|one two", "<M-d>", "| two"),
            EditCase("one two|", "<C-w><C-w><C-y>", "one two|"),
            EditCase("one two|", "<M-bs><left><right><M-bs><C-y>", "one |"),
            EditCase("one two|", "<C-w><home><C-k><C-y><M-y>", "two|"),
            EditCase("one two|", "<C-w><home><C-k><C-y><M-y><M-y>", "one |"),
            EditCase("a|b", "<C-k><C-y><C-y>", "abb|"),
            EditCase("a|", "<C-y>", "a|"),
            EditCase("a|", "<M-y>", "a|"),
        ]
    )
    func kills(_ row: EditCase) { check(row) }

    @Test(
        "Changes words and characters",
        arguments: [
            EditCase("ab|", "<C-t>", "ba|"),
            EditCase("a|bc", "<C-t>", "ba|c"),
            EditCase("|ab", "<C-t>", "|ab"),
            EditCase("a|", "<C-t>", "a|"),
            EditCase("| one two", "<M-u>", " ONE| two"),
            EditCase("|ONE two", "<M-l>", "one| two"),
            EditCase("|oNE two", "<M-c>", "One| two"),
            EditCase("stra|ße", "<M-u>", "straSSE|"),
            EditCase("|", "<M-u>", "|"),
        ]
    )
    func changes(_ row: EditCase) { check(row) }

    @Test(
        "Takes back and makes again",
        arguments: [
            EditCase("|", "one<C-_>", "|"),
            EditCase("|", "one<left>two<C-_>", "on|e"),
            EditCase("|", "one<left>two<C-_><C-_>", "|"),
            EditCase("|", "one<bs><bs><C-_>", "one|"),
            EditCase("|", "one<C-_><M-_>", "one|"),
            EditCase("|", "one<C-x><C-u><C-x><C-r>", "one|"),
            EditCase("one two|", "<C-w><C-_>", "one two|"),
            EditCase("|", "one<C-_>x<M-_>", "x|"),
            EditCase("|", "<C-_>", "|"),
            EditCase("|", "<bs>a<C-t><C-_>", "|"),
        ]
    )
    func undo(_ row: EditCase) { check(row) }

    @Test(
        "Quoted keys are put in as they are",
        arguments: [
            EditCase("a|", "<C-v><tab>", "a\t|"),
            EditCase("a|", "<C-q><C-a>", "a\u{1}|"),
            EditCase("a|", "<C-v><ret>", "a\n|"),
            EditCase("a|", "<C-v><esc>", "a\u{1B}|"),
            EditCase("a|", "<C-v>x", "ax|"),
            EditCase("a|", "<C-v><up>x", "ax|"),
        ]
    )
    func quoted(_ row: EditCase) { check(row) }

    private func check(_ row: EditCase) {
        var state = EditorState(row.before)
        state.type(row.typed)
        #expect(state.buffer.marked == row.after)
    }
}
