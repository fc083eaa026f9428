import TestSupport
import Testing

@Suite("Entries of several lines", .timeLimit(.minutes(4)))
struct MultiLineEntryTests {
    @Test func anUnfinishedEntryGoesOnIndented() async throws {
        let prompt = try await PromptFixture()
        try await prompt.type("function f(a)\r", shows: "> function f(a)", "|   ▏")
        try await prompt.type("if a then\r", shows: "> function f(a)", "|   if a then", "|     ▏")
        try await prompt.type(
            "return {\r",
            shows: "> function f(a)",
            "|   if a then",
            "|     return {",
            "|       ▏"
        )
        // What closes a block goes back to where the block begins.
        prompt.screen.type("1 }\rend\rend\r")
        try await prompt.shows([
            "> function f(a)",
            "|   if a then",
            "|     return {",
            "|       1 }",
            "|   end",
            "| end",
            "> ▏",
        ])
        try await prompt.enter("#f(true)")
        try await prompt.shows(["> #f(true)", "1", "> ▏"])
        try await prompt.leave()
    }

    @Test func theWholeEntryComesBackAndIsEditedInTwoDimensions() async throws {
        let prompt = try await PromptFixture()
        try await prompt.enter("for i = 1, 2 do\rprint('round', i)\rend")
        try await prompt.press(.up, shows: "> for i = 1, 2 do", "|   print('round', i)", "| end▏")
        try await prompt.press(.up, shows: "> for i = 1, 2 do", "|   p▏rint('round', i)", "| end")
        prompt.screen.press(.end, .left)
        try await prompt.type(
            "+7",
            shows: "> for i = 1, 2 do",
            "|   print('round', i+7▏)",
            "| end",
            "print([...])  the values to show"
        )
        // A new line is put in between with Alt-Enter.
        try await prompt.press(.up, .end, shows: "> for i = 1, 2 do▏", "|   print('round', i+7)", "| end")
        try await prompt.press(.altEnter, shows: "> for i = 1, 2 do", "|   ▏", "|   print('round', i+7)", "| end")
        try await prompt.type(
            "local j = i",
            shows: "> for i = 1, 2 do",
            "|   local j = i▏",
            "|   print('round', i+7)",
            "| end"
        )
        // At the end of a line, Delete joins it with the next; Backspace at the beginning with the one before.
        try await prompt.press(
            .delete,
            shows: "> for i = 1, 2 do",
            "|   local j = i▏  print('round', i+7)",
            "| end"
        )
        try await prompt.answered { prompt.screen.press(.down, .end, .enter) }
        try await prompt.shows(["| end", "round\t8", "round\t9", "> ▏"].map { $0.replacing("\t", with: "   ") })
        try await prompt.leave()
    }

    @Test func downLeadsBackToWhatWasTyped() async throws {
        let prompt = try await PromptFixture()
        try await prompt.enter("do\rend")
        try await prompt.enter("x = 1")
        try await prompt.type("draft", shows: "> draft▏")
        try await prompt.press(.up, shows: "> x = 1▏")
        try await prompt.press(.up, shows: "> do", "| end▏")
        try await prompt.press(.up, shows: "> do▏", "| end")
        try await prompt.press(.down, .down, shows: "> x = 1▏")
        try await prompt.press(.down, shows: "> draft▏")
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func anEntryTallerThanTheScreenIsEdited() async throws {
        let prompt = try await PromptFixture(rows: 6)
        let lines = (1...12).map { "local v\($0) = \($0)" }
        prompt.screen.paste("do\n" + lines.joined(separator: "\n") + "\nend")
        try await prompt.showsCursorRow("| end▏")
        for _ in 0..<13 { prompt.screen.press(.up) }
        try await prompt.showsCursorRow("> do▏")
        #expect(prompt.screen.cursor.row == 0)
        try await prompt.type(
            " -- top",
            shows: "> do -- top▏",
            "| local v1 = 1",
            "| local v2 = 2",
            "| local v3 = 3",
            "| local v4 = 4",
            "| local v5 = 5"
        )
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func resultsOfEarlierSessionsComeBackToo() async throws {
        let shell = Shell()
        let first = try await PromptFixture(shell: shell)
        try await first.enter("do\rlocal kept = 'a\\tb'\rend")
        try await first.leave()
        let second = try await PromptFixture(shell: shell)
        try await second.press(.up, shows: "> do", "|   local kept = 'a\\tb'", "| end▏")
        try await second.cancel()
        try await second.leave()
    }

    @Test func tabIndentsAtTheBeginningOfALine() async throws {
        let prompt = try await PromptFixture()
        try await prompt.type("x = 1", shows: "> x = 1▏")
        try await prompt.press(.altEnter, shows: "> x = 1", "| ▏")
        try await prompt.press(.tab, .tab, shows: "> x = 1", "|     ▏")
        try await prompt.type("y = 2", shows: "> x = 1", "|     y = 2▏")
        try await prompt.press(.shiftTab, shows: "> x = 1", "|   y = 2▏")
        try await prompt.press(.shiftTab, .shiftTab, shows: "> x = 1", "| y = 2▏")
        try await prompt.cancel()
        try await prompt.leave()
    }
}
