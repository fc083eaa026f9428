import Foundation
import TestSupport
import Testing

@Suite("Completion with Tab", .timeLimit(.minutes(4)))
struct CompletionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let typed: String
        let shows: String
        /// The beginnings of rows of the menu.
        let rows: [String]
        var testDescription: String { typed }

        init(_ typed: String, _ shows: String, rows: String...) {
            self.typed = typed
            self.shows = shows
            self.rows = rows
        }
    }

    /// What is completed at once, having one candidate, or else opens the menu with the first one in the text.
    private static let cases = [
        Case("distr", "distribution"),
        Case("myg", "myglobal"),
        Case("mylo", "mylocal"),
        Case("for inner = 1, 2 do print(inn", "for inner = 1, 2 do print(inner"),
        Case("whi", "while"),
        Case("object.fie", "object.field"),
        Case("object.nested.dee", "object.nested.deep"),
        Case("object['fie", "object['field"),
        Case("object:", "object:method", rows: "method", "other"),
        Case("distribution.upd", "distribution.update"),
        Case("distribution.gm", "distribution.get_many"),
        Case("dstr", "distribution"),
        Case("string.fo", "string.format"),
        Case("require 'hel", "require 'helper"),
        Case("require 'deep.in", "require 'deep.inner"),
        Case("io.open './hel", "io.open './helper.lua"),
        Case("dofile('help", "dofile('helper.lua"),
        Case("distribution.get '910a", "distribution.get '\(Samples.firstID)"),
        Case("distribution.find(\"910a", "distribution.find(\"\(Samples.firstID)"),
        Case("fetched.gith", "fetched.github"),
        Case("fetched.github.gi", "fetched.github.gist"),
        Case("distribution.get('x').gith", "distribution.get('x').github"),
        Case("local d = distribution.get('x'); d.gith", "local d = distribution.get('x'); d.github"),
        Case("distribution.get(x, { tim", "distribution.get(x, { timeout = "),
        Case("distribution.get(x, { retries = 1, ", "distribution.get(x, { retries = 1, timeout = "),
        Case(".qu", ".quit"),
        Case(".dry of", ".dry off"),
        Case(".load hel", ".load helper.lua"),
        Case(".help .tra", ".help .trace"),
    ]

    private func start() async throws -> PromptFixture {
        let shell = Shell()
        try shell.write("return {}", to: "helper.lua")
        try FileManager.default.createDirectory(atPath: shell.path("deep"), withIntermediateDirectories: true)
        try shell.write("return {}", to: "deep/inner.lua")
        let prompt = try await PromptFixture(columns: 100, shell: shell)
        try await prompt.enter("myglobal = 1; local mylocal = 2")
        try await prompt.enter("object = { field = 1, nested = { deep = 2 } }")
        try await prompt.enter("function object.method() end object.other = print")
        try await prompt.enter("local fetched = distribution.get '\(Samples.firstID)'")
        return prompt
    }

    @Test func everythingIsCompletedFromWhereItIs() async throws {
        let prompt = try await start()
        for test in Self.cases {
            prompt.screen.type(test.typed + "\t")
            // The rest of an earlier entry may be offered behind the cursor.
            try await prompt.showsBeforeCursor("> \(test.shows)")
            try await prompt.screen.waitForScreen("the rows \(test.rows)") { screen in
                let below = screen.lines.dropFirst(screen.cursor.row + 1)
                return test.rows.allSatisfy { row in below.contains { $0.hasPrefix(row) } }
            }
            try await prompt.cancel()
        }
        try await prompt.leave()
    }

    @Test func membersOfADistributionAreExplained() async throws {
        let prompt = try await PromptFixture(columns: 100)
        prompt.screen.type("local d = distribution.get 'x'; d.\t")
        try await prompt.screen.waitForScreen("the members") {
            $0.lines.contains { $0.hasPrefix("github ") && $0.hasSuffix("Distribution through GitHub.") }
        }
        prompt.screen.press(.control("g"))
        try await prompt.cancel()
        try await prompt.leave()
    }

    @Test func onlyNamesAreOfferedAsMembers() async throws {
        let prompt = try await PromptFixture()
        try await prompt.enter("t = { ['a b'] = 1, ['a\\27[31m'] = 2, ['a\\n'] = 3, ['漢'] = 4, ['and'] = 5, a1 = 6 }")
        prompt.screen.press(.control("l"))
        try await prompt.shows(["> ▏"])
        try await prompt.type("t.\t", shows: "> t.a1▏")
        try await prompt.cancel()
        // In a text any key can stand, as long as it does not break the text.
        try await prompt.type("t['a \t", shows: "> t['a b▏")
        try await prompt.cancel()
        prompt.screen.type("t['\t")
        try await prompt.screen.waitForScreen("the keys") { $0.text.contains("and  ") && $0.text.contains("a b  ") }
        #expect(!prompt.screen.text.contains("…>"), "\(prompt.screen)")
        prompt.screen.press(.control("g"))
        try await prompt.cancel()
        try await prompt.leave()
    }
}
