import Testing

@testable import LineEditor

@Suite("The history")
struct HistoryTests {
    @Test(
        "Up and Down go through whole entries",
        arguments: [
            EditCase("dra|ft", "<up>", "two|"),
            EditCase("draft|", "<up><up>", "begin\none|"),
            EditCase("draft|", "<up><up><up><up>", "zero|"),
            EditCase("draft|", "<up><up><up><up><up><up>", "zero|"),
            EditCase("draft|", "<up><up><up>", "beg|in\none"),
            EditCase("draft|", "<up><down>", "draft|"),
            EditCase("draft|", "<down>", "draft|"),
            EditCase("draft|", "<C-p><C-n>", "draft|"),
            EditCase("draft|", "<up>X<up><down>", "twoX|"),
            EditCase("draft|", "<up>X<down><up>", "twoX|"),
            EditCase("draft|", "<up>X<down><up><C-_>", "two|"),
            EditCase("draft|", "<up><C-_>", "two|"),
            EditCase("dra|ft", "X<up><down><C-_>", "dra|ft"),
        ]
    )
    func browsing(_ row: EditCase) {
        var state = EditorState(row.before, history: ["zero", "begin\none", "two"])
        state.type(row.typed)
        #expect(state.buffer.marked == row.after)
    }

    @Test(
        "Entries that begin with what stands before the cursor",
        arguments: [
            EditCase("pr|", "<M-p>", "print(2)|"),
            EditCase("pr|", "<M-p><M-p>", "print(1)|"),
            EditCase("pr|", "<pgup><pgup><pgup>", "print(1)|"),
            EditCase("pr|", "<M-p><M-p><M-n>", "print(2)|"),
            EditCase("pr|", "<M-p><M-n>", "pr|"),
            EditCase("pr|x", "<M-p>", "print(2)|"),
            EditCase("|", "<M-p>", "other|"),
            EditCase("zz|", "<M-p>", "zz|"),
            EditCase("pr|", "<M-p><left><M-p>", "print(2|)"),
        ]
    )
    func prefixes(_ row: EditCase) {
        var state = EditorState(row.before, history: ["print(1)", "print(2)", "print(2)", "other"])
        state.type(row.typed)
        #expect(state.buffer.marked == row.after)
    }

    @Test("What is typed continues as ghost text from the newest entry that begins with it")
    func ghostText() {
        var state = EditorState("|", history: ["print(1)", "print(2) -- two words", "for\nx"])
        #expect(state.shown() == "> ")
        state.type("pr")
        #expect(state.shown() == "> print(2) -- two words")
        #expect(state.view(assistant: nil, maxBelow: 0).lines[0].runs.last?.style == Style(isDim: true))
        #expect(state.view(assistant: nil, maxBelow: 0).cursorCharacters == 4)
        state.type("<left>")
        #expect(state.shown() == "> pr")
        state.type("<end><bs><bs>fo")
        #expect(state.shown() == "> for…")
    }

    @Test(
        "Ghost text is accepted whole or by the word",
        arguments: [
            EditCase("pr|", "<right>", "print(2) -- two|"), EditCase("pr|", "<end>", "print(2) -- two|"),
            EditCase("pr|", "<C-e>", "print(2) -- two|"), EditCase("pr|", "<C-f>", "print(2) -- two|"),
            EditCase("pr|", "<M-f>", "print|"), EditCase("pr|", "<C-right><C-right>", "print(2|"),
            EditCase("pr|", "<M-f><M-f><M-f>", "print(2) -- two|"), EditCase("p|r", "<right>", "pr|"),
            EditCase("pr|", "<right><C-_>", "pr|"), EditCase("print(2) -- two|", "<right>", "print(2) -- two|"),
        ]
    )
    func acceptingGhostText(_ row: EditCase) {
        var state = EditorState(row.before, history: ["print(1)", "print(2) -- two"])
        state.type(row.typed)
        #expect(state.buffer.marked == row.after)
    }

    @Test("Keeps what is worth keeping, up to its limits")
    func keeping() {
        var history = History()
        let kept = ["one", "one", " secret", "\n \t", "two", "one"].map { history.add($0) }
        #expect(kept == [true, false, false, false, true, true])
        #expect(history.entries == ["one", "two", "one"])
        history.append(contentsOf: (0..<History.maxEntries).map { "x\($0)" })
        #expect(history.entries.count == History.maxEntries)
        #expect(history.entries.first == "x0")
        let large = String(repeating: "y", count: History.maxBytes / 2)
        history.append(contentsOf: [large, large + "1", large + "2"])
        #expect(history.entries.count == 1)
    }
}
