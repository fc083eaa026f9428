import TestSupport
import Testing

@Suite("Colours and hints while typing", .timeLimit(.minutes(4)))
struct ColorTests {
    private typealias Style = TerminalEmulator.Style

    private static func style(
        _ foreground: Int? = nil,
        isBold: Bool = false,
        isDim: Bool = false,
        isUnderlined: Bool = false
    ) -> TerminalEmulator.Style {
        var style = TerminalEmulator.Style()
        style.foreground = foreground
        style.isBold = isBold
        style.isDim = isDim
        style.isUnderlined = isUnderlined
        return style
    }

    private static let plain = style()
    private static let keyword = style(5)
    private static let string = style(2)
    private static let number = style(6)
    private static let escape = style(10)
    private static let mistake = style(1, isUnderlined: true)
    private static let comment = style(8)
    private static let constant = style(3)
    private static let function = style(4)
    private static let unknown = style(isUnderlined: true)
    private static let dim = style(isDim: true)
    private static let bold = style(isBold: true)

    struct Look: Sendable, CustomTestStringConvertible {
        let typed: String
        let part: String
        let style: TerminalEmulator.Style
        var testDescription: String { "\(part) in \(typed)" }

        init(_ part: String, in typed: String, _ style: TerminalEmulator.Style) {
            self.typed = typed
            self.part = part
            self.style = style
        }
    }

    private static let looks = [
        Look("local", in: "local x", keyword),
        Look("while", in: "while true do", keyword),
        Look("true", in: "while true do", constant),
        Look("'some text'", in: "x = 'some text'", string),
        Look("[[long]]", in: "x = [[long]]", string),
        Look("\\n", in: "x = 'a\\nb'", escape),
        Look("\"open", in: "x = \"open", string),
        Look("0x1F", in: "x = 0x1F", number),
        Look("1.5e3", in: "x = 1.5e3", number),
        Look("-- a note", in: "x = 1 -- a note", comment),
        Look("print", in: "print(", function),
        Look("string", in: "x = string + 1", plain),
        Look("nobody", in: "x = nobody + 1", unknown),
        Look("nobody", in: "nobody = 1", plain),
        Look("here", in: "goto here", constant),
        Look("$", in: "x = $ 1", mistake),
        Look("3x", in: "x = 3x", mistake),
        Look("mine", in: "local mine = 1; x = mine + 1", plain),
        Look("sample>", in: "x", bold),
    ]

    @Test func everyPartHasItsLook() async throws {
        let prompt = try await PromptFixture()
        for look in Self.looks {
            prompt.screen.type(look.typed)
            try await prompt.showsCursorRow("> \(look.typed)▏")
            #expect(
                prompt.screen.style(of: look.part, row: prompt.screen.cursor.row) == look.style,
                "\(look.testDescription)"
            )
            try await prompt.cancel()
        }
        try await prompt.leave()
    }

    /// What an entry makes known is known when the next one is typed.
    @Test func unknownGlobalsAreThoseOfTheSession() async throws {
        let prompt = try await PromptFixture()
        // A name is not judged while it is typed.
        try await prompt.type("x = later", shows: "> x = later▏")
        #expect(prompt.screen.style(of: "later") == Self.plain)
        try await prompt.type(" ", shows: "> x = later ▏")
        #expect(prompt.screen.style(of: "later") == Self.unknown)
        try await prompt.cancel()
        try await prompt.enter("later = 1; local ours = 2")
        prompt.screen.press(.control("l"))
        try await prompt.shows(["> ▏"])
        try await prompt.type("x = later + ours + 1", shows: "> x = later + ours + 1▏")
        #expect(prompt.screen.style(of: "later") == Self.plain)
        #expect(prompt.screen.style(of: "ours") == Self.plain)
        // What was entered keeps its colours.
        try await prompt.answered { prompt.screen.type("\u{15}y = 'kept' -- so\r") }
        #expect(prompt.screen.style(of: "'kept'") == Self.string)
        #expect(prompt.screen.style(of: "-- so") == Self.comment)
        try await prompt.leave()
    }

    @Test func bracketsAndBlocksAreMatched() async throws {
        let prompt = try await PromptFixture()
        try await prompt.type("x = {(1 + 2)}", shows: "> x = {(1 + 2)}▏")
        let match = Self.style(isBold: true, isUnderlined: true)
        #expect(prompt.screen.styles(of: "{(1")?.prefix(2) == [match, Self.plain])
        #expect(prompt.screen.styles(of: "2)}")?.suffix(2) == [Self.plain, match])
        try await prompt.press(.left, .left, shows: "> x = {(1 + 2▏)}")
        try await prompt.screen.waitForScreen("the inner match") {
            $0.styles(of: "{(1")?.prefix(2) == [Self.plain, match]
        }
        try await prompt.answered { prompt.screen.press(.enter) }
        // An entry that was left shows no match.
        #expect(prompt.screen.style(of: "{(") == Self.plain)
        try await prompt.leave()
    }

    @Test func aMistakeIsToldBelow() async throws {
        let prompt = try await PromptFixture()
        try await prompt.type("x = = 1", shows: "> x = = 1▏", "line 1: unexpected symbol near '='")
        #expect(prompt.screen.style(of: "line 1: unexpected") == Self.style(1))
        prompt.screen.press(.backspace, .backspace, .backspace)
        try await prompt.type("1", shows: "> x = 1▏")
        try await prompt.cancel()
        prompt.screen.paste("x = {\n1\n2 }")
        try await prompt.shows(["> x = {", "| 1", "| 2 }▏", "line 3: '}' expected (to close '{' at line 1) near '2'"])
        // What is merely unfinished is no mistake.
        try await prompt.cancel()
        try await prompt.type("for i = 1,", shows: "> for i = 1,▏")
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func theRestOfAnEarlierEntryIsOffered() async throws {
        let prompt = try await PromptFixture()
        try await prompt.enter("total = 10 + 20")
        prompt.screen.press(.control("l"))
        try await prompt.shows(["> ▏"])
        try await prompt.type("tot", shows: "> tot▏al = 10 + 20")
        #expect(prompt.screen.style(of: "al = 10 + 20") == Self.dim)
        try await prompt.press(.alt("f"), shows: "> total▏ = 10 + 20")
        #expect(prompt.screen.style(of: " = 10 + 20") == Self.dim)
        try await prompt.press(.right, shows: "> total = 10 + 20▏")
        #expect(prompt.screen.style(of: "20") == Self.number)
        try await prompt.press(.control("u"), shows: "> ▏")
        // It is not entered unless it is taken.
        try await prompt.type("total", shows: "> total▏ = 10 + 20")
        try await prompt.answered { prompt.screen.press(.enter) }
        try await prompt.shows(["> total", "30", "> ▏"])
        try await prompt.leave()
    }

    @Test func anEntryOfSeveralLinesIsOfferedAsAWhole() async throws {
        let prompt = try await PromptFixture()
        try await prompt.enter("do local q = 1\rlocal r = 2\rend")
        prompt.screen.press(.control("l"))
        try await prompt.shows(["> ▏"])
        try await prompt.type("do lo", shows: "> do lo▏cal q = 1…")
        try await prompt.press(.control("e"), shows: "> do local q = 1", "|   local r = 2", "| end▏")
        try await prompt.cancel()
        try await prompt.leave()
    }
}
