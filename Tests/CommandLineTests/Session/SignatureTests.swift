import TestSupport
import Testing

@Suite("The parameters of a function while it is called", .timeLimit(.minutes(4)))
struct SignatureTests {
    struct Call: Sendable, CustomTestStringConvertible {
        let typed: String
        let line: String
        let current: String
        var testDescription: String { typed }

        init(_ typed: String, _ line: String, current: String) {
            self.typed = typed
            self.line = line
            self.current = current
        }
    }

    private static let calls = [
        Call("distribution.get(", "distribution.get(id, [options])  the distribution's uuid", current: "id"),
        Call("distribution.get(id, ", "distribution.get(id, [options])  timeout", current: "[options]"),
        Call("x = distribution.get(f(1, 2), {", "distribution.get(id, [options])", current: "[options]"),
        Call("string.format(", "string.format(format, [...])", current: "format"),
        Call("string.format('%d', ", "string.format(format, [...])", current: "[...]"),
        Call("string.format('%d %d', 1, ", "string.format(format, [...])", current: "[...]"),
        Call("text:rep(", "text:rep(n, [separator])", current: "n"),
        Call("text:rep(3, ", "text:rep(n, [separator])", current: "[separator]"),
        Call("own(", "own(first, second, ...)", current: "first"),
        Call("own(1, ", "own(first, second, ...)", current: "second"),
        Call("own(1, 2, 3, ", "own(first, second, ...)", current: "..."),
        Call("object:method(", "object:method(value)", current: "value"),
        Call("object.method(", "object.method(self, value)", current: "self"),
        Call("local function inner(a) own(", "own(first, second, ...)", current: "first"),
    ]

    @Test func theCurrentOneIsBold() async throws {
        let prompt = try await PromptFixture(columns: 120)
        try await prompt.enter("local function own(first, second, ...) end local text = 'x'")
        try await prompt.enter("object = {}; function object:method(value) end")
        for call in Self.calls {
            prompt.screen.type(call.typed)
            try await prompt.showsCursorRow("> \(call.typed)▏")
            try await prompt.screen.waitForScreen(call.line) {
                $0.lines.last?.hasPrefix(call.line) == true && Self.isBold(call.current, in: call.line, $0)
            }
            try await prompt.cancel()
        }
        try await prompt.leave()
    }

    /// Whether the parameter alone is bold in the last row, and the others are dim.
    private static func isBold(_ parameter: String, in line: String, _ screen: TerminalScreen) -> Bool {
        let open = line.prefix { $0 != "(" }.count
        let close = line.prefix { $0 != ")" }.count
        let row = screen.lines.count - 1
        var bold = ""
        for (column, character) in line.enumerated() where column > open && column < close {
            let style = screen.style(row, column)
            guard style.isBold != style.isDim else { return false }
            if style.isBold { bold.append(character) }
        }
        return bold == parameter
    }

    @Test func theLineGoesWhenTheCallIsLeft() async throws {
        let prompt = try await PromptFixture()
        prompt.screen.type("print(")
        try await prompt.screen.waitForScreen("print([...])")
        try await prompt.type(")", shows: "> print()▏")
        try await prompt.press(.left, shows: "> print(▏)", "print([...])  the values to show")
        try await prompt.cancel()
        try await prompt.leave()
    }
}
