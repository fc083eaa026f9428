import Foundation
import TestSupport
import Testing

@Suite("The startup file", .serialized, .timeLimit(.minutes(4)))
struct StartupFileTests {
    private let shell = Shell()

    private func write(_ text: String) throws {
        let folder = shell.path(".config/distsh")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try shell.write(text, to: ".config/distsh/init.lua")
    }

    private func start(_ arguments: [String] = []) async throws -> SessionTerminal {
        try await SessionTerminal(["--store", "sample:5"] + arguments, shell: shell)
    }

    @Test func whatItDefinesIsThere() async throws {
        try write("function greet(name)\n  return 'hello ' .. name\nend\nlocal hidden = 1\nprint('star' .. 'ting')")
        let session = try await start()
        #expect(session.screen.text.contains("\nstarting\n"))
        try await #expect(session.enter("greet 'you'") == "\"hello you\"\n")
        try await #expect(session.enter("hidden") == "nil\n")
        await session.leave()
    }

    @Test func itIsFoundWhereTheSystemSaysFilesAre() async throws {
        try write("origin = 'home'")
        try FileManager.default.createDirectory(atPath: shell.path("other/distsh"), withIntermediateDirectories: true)
        try shell.write("origin = 'XDG_CONFIG_HOME'", to: "other/distsh/init.lua")
        let session = try await SessionTerminal(environment: ["XDG_CONFIG_HOME": shell.path("other")], shell: shell)
        try await #expect(session.enter("origin") == "\"XDG_CONFIG_HOME\"\n")
        await session.leave()
    }

    @Test func norcGoesWithout() async throws {
        try write("defined = true")
        let session = try await start(["--norc"])
        try await #expect(session.enter("defined") == "nil\n")
        await session.leave()
    }

    @Test func scriptsDoNotRunIt() async throws {
        try write("print('started')")
        try await #expect(shell.run("-e", "print(1)").output == "1\n")
        try await #expect(shell.run("--store", ":memory:", "-i", input: .text("2\n")).output == "2\n")
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let told: String
        let isFirstPartRun: Bool
    }

    @Test(arguments: [
        Mistake(
            testDescription: "an error when it runs",
            text: "first = 1\nlocal y\nerror('broken here')\nlast = 1",
            told: "init.lua:3: broken here\n  3 │ error('broken here')",
            isFirstPartRun: true
        ),
        Mistake(
            testDescription: "no Lua",
            text: "first = 1\nx = = 2",
            told: "init.lua:2: unexpected symbol near '='\n  2 │ x = = 2",
            isFirstPartRun: false
        ),
        Mistake(
            testDescription: "an unknown function",
            text: "first = 1\n\n\nnot_there()",
            told: "init.lua:4: attempt to call a nil value (global 'not_there')",
            isFirstPartRun: true
        ),
    ])
    func aMistakeIsToldAndTheSessionBegins(_ mistake: Mistake) async throws {
        try write(mistake.text)
        let session = try await start()
        #expect(session.screen.text.contains(mistake.told), "\(session.screen)")
        try await #expect(session.enter("first") == (mistake.isFirstPartRun ? "1\n" : "nil\n"))
        try await #expect(session.enter("last") == "nil\n")
        await session.leave()
    }

    @Test func aLoopInItIsBrokenOff() async throws {
        try write("first = 1 io.write('run', 'ning\\n') io.stdout:flush() while true do end")
        let screen = try TerminalScreen(
            Shell.binary,
            ["--store", "sample:5", "--color=never"],
            environment: shell.environment([:]),
            directory: shell.folder
        )
        try await screen.waitForScreen("running")
        screen.press(.control("c"))
        try await screen.waitForScreen("interrupted")
        try await screen.waitForCursorLine("sample>")
        screen.type("first\r")
        try await screen.waitForLines("sample> first", "1", "sample>")
        screen.press(.control("d"))
        #expect(await screen.finish() == 0)
    }
}
