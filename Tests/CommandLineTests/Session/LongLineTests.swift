import TestSupport
import Testing

@Suite("What is sent to the terminal per key", .timeLimit(.minutes(4)))
struct LongLineTests {
    @Test func aLineOfTenThousandCharactersIsEdited() async throws {
        let prompt = try await PromptFixture()
        let text = "x = '" + (0..<10_000).map { String($0 % 10) }.joined() + "'"
        prompt.screen.type(text)
        try await prompt.screen.waitForScreen("the end") { $0.textBeforeCursor.hasSuffix("56789'") }
        prompt.screen.press(.control("a"))
        try await prompt.screen.waitForScreen("the start") {
            $0.cursor == (0, 8) && $0.cursorLine.hasPrefix("sample> x = '0123")
        }
        prompt.screen.type("y = 1 ")
        try await prompt.screen.waitForScreen("what was typed") { $0.cursorLine.hasPrefix("sample> y = 1 x = '0123") }
        prompt.screen.press(.control("e"))
        try await prompt.screen.waitForScreen("the end") { $0.textBeforeCursor.hasSuffix("56789'") }
        try await prompt.answered { prompt.screen.press(.enter) }
        try await prompt.enter("#x")
        try await prompt.shows(["10000", "> ▏"])
        try await prompt.leave()
    }

    @Test func aLetterAtTheEndTakesFewBytes() async throws {
        let prompt = try await PromptFixture()
        for (start, letters) in [("local abc", "defgh"), ("s = 'text", " more"), ("-- note", "s of it")] {
            prompt.screen.type(start)
            try await prompt.showsCursorRow("> \(start)▏")
            var text = start
            for letter in letters {
                let before = prompt.screen.bytesSent
                text.append(letter)
                prompt.screen.type(String(letter))
                try await prompt.showsCursorRow("> \(text)▏")
                let count = prompt.screen.bytesSent(since: before)
                #expect(count <= 16, "\(text): \(prompt.screen.output(after: before).debugDescription)")
            }
            try await prompt.cancel()
        }
        try await prompt.leave()
    }

    @Test func aMoveTakesFewBytes() async throws {
        let prompt = try await PromptFixture()
        try await prompt.type("x = 12", shows: "> x = 12▏")
        for (key, shown) in [(TerminalKey.left, "> x = 1▏2"), (.left, "> x = ▏12"), (.right, "> x = 1▏2")] {
            let before = prompt.screen.bytesSent
            try await prompt.press(key, shows: shown)
            #expect(prompt.screen.bytesSent(since: before) <= 16)
        }
        try await prompt.cancel()
        try await prompt.leave()
    }
}
