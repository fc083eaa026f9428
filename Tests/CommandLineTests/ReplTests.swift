import Foundation
import Glibc
import TestSupport
import Testing

/// The REPL on a terminal.
@Suite("REPL", .timeLimit(.minutes(1)))
struct ReplTests {
    private let shell = Shell()

    private func start(_ arguments: [String] = ["--store", "sample:5", "--color=never"]) throws -> PseudoTerminal {
        try PseudoTerminal(
            Shell.binary,
            arguments,
            environment: shell.environment([:]),
            directory: shell.folder
        )
    }

    /// Types a line at the prompt and returns what was shown up to `expected`.
    @discardableResult
    private func enter(_ line: String, on terminal: PseudoTerminal, until expected: String) async throws -> String {
        terminal.type(line + "\r")
        return try await terminal.wait(for: expected)
    }

    @Test func evaluatesAndPrints() async throws {
        let terminal = try start()
        try await terminal.wait(for: "(5 distributions) · help() for help, Ctrl-D to leave")
        try await terminal.wait(for: "sample> ")
        try await enter("1 + 1", on: terminal, until: "\r\n2\r\n")
        try await enter("x = { b = {1, 2}, a = 'q' }", on: terminal, until: "sample> ")
        try await enter("x", on: terminal, until: "\r\n{a: \"q\", b: [1, 2]}\r\n")
        try await enter("for i = 1, 2 do", on: terminal, until: "   …> ")
        try await enter("print('round', i) end", on: terminal, until: "round\t2\r\n")
        try await enter("error('boom')", on: terminal, until: "stdin:1: boom\r\nstack traceback:")
        try await enter("print = nil; string = nil; setmetatable(_G, nil)", on: terminal, until: "sample> ")
        try await enter("40 + 2", on: terminal, until: "\r\n42\r\n")
        terminal.type("\u{04}")
        #expect(await terminal.finish() == 0)
        #expect(terminal.isInLineMode)
    }

    @Test func updatesShowWhatChanged() async throws {
        let terminal = try start()
        try await enter("d = distribution.get '\(Samples.firstID)'", on: terminal, until: "sample> ")
        try await enter("d.share.name = 'new'", on: terminal, until: "sample> ")
        try await enter(
            "distribution.update(d)",
            on: terminal,
            until: "updated \(Samples.firstID)  /share/name  nothing → \"new\"\r\n"
        )
        terminal.type(".quit\r")
        #expect(await terminal.finish() == 0)
    }

    @Test func controlC() async throws {
        let terminal = try start()
        try await terminal.wait(for: "sample> ")
        terminal.type("not wanted\u{03}")
        try await terminal.wait(for: "^C\r\n")
        for code in ["while true do end", "task.sleep(600)"] {
            try await enter("io.write('go\\n') io.stdout:flush() \(code)", on: terminal, until: "\r\ngo\r\n")
            terminal.type("\u{03}")
            try await terminal.wait(for: "interrupted\r\n")
        }
        try await enter("for i = 7, 7 do", on: terminal, until: "   …> ")
        try await enter("print('round', i) end", on: terminal, until: "round\t7\r\n")
        try await enter("'still ' .. 'here'", on: terminal, until: "\"still here\"\r\n")
        for _ in 0..<2 {
            // Once the prompt is shown the key is read as a key; before, it would be a signal.
            try await terminal.wait(for: "sample> \u{1B}[K")
            terminal.type("\u{03}")
        }
        try await terminal.wait(for: "Ctrl-D leaves")
        terminal.type("\u{04}")
        #expect(await terminal.finish() == 0)
    }

    @Test func editingAndHistory() async throws {
        let first = try start()
        try await first.wait(for: "sample> ")
        first.type("1 + 99\u{7F}\u{7F}2\r")
        try await first.wait(for: "\r\n3\r\n")
        first.type("\u{1B}[A\u{1B}[D\u{7F}5\r")
        try await first.wait(for: "\r\n53\r\n")
        first.type("\u{15} secret = 'not kept'\r")
        try await first.wait(for: "sample> ")
        first.type("\u{04}")
        #expect(await first.finish() == 0)
        let kept = try shell.read("state/distsh/repl_history")
        #expect(kept.hasPrefix("1 + 2\n"))
        #expect(!kept.contains("not kept"))
        let attributes = try FileManager.default.attributesOfItem(atPath: shell.path("state/distsh/repl_history"))
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let second = try start()
        try await second.wait(for: "sample> ")
        second.type("\u{1B}[A\u{1B}[A\r")
        try await second.wait(for: "\r\n3\r\n")
        second.type("\u{04}")
        #expect(await second.finish() == 0)
    }

    @Test func aSignalGivesTheTerminalBack() async throws {
        let terminal = try start()
        try await terminal.wait(for: "sample> ")
        terminal.send(SIGTERM)
        #expect(await terminal.finish() == 128 + SIGTERM)
        #expect(terminal.isInLineMode)
    }

    @Test func aloneItMakesTheSampleStore() async throws {
        let terminal = try start([])
        try await terminal.wait(for: "made a store of 1,000 samples: \(shell.path("data/distsh/sample.db"))")
        try await terminal.wait(for: "store sample.db (1,000 distributions)")
        try await terminal.wait(for: "sample> ")
        terminal.type("\u{04}")
        #expect(await terminal.finish() == 0)
    }

    @Test func afterAScript() async throws {
        try shell.write("x = 'from the script'", to: "a.lua")
        let terminal = try start(["--store", ":memory:", "--color=never", "-i", "a.lua"])
        try await terminal.wait(for: "memory> ")
        try await enter("x", on: terminal, until: "\"from the script\"\r\n")
        terminal.type("\u{04}")
        #expect(await terminal.finish() == 0)
    }

    @Test func pipedInThereAreNoPrompts() async throws {
        let result = try await shell.run(
            "-i",
            "--store",
            ":memory:",
            input: .text("1 + 1\nx = 5\nfor i = 1, 1 do\nprint(i)\nend\nx\n")
        )
        #expect(result.output == "2\n1\n5\n")
        #expect(result.errors.isEmpty)
        let failing = try await shell.run("-i", "--store", ":memory:", input: .text("error('x')\n1\n"))
        #expect(failing.output == "1\n")
        #expect(failing.status == 1)
        let json = try await shell.run("-i", "--json", "--store", ":memory:", input: .text("{a = {1, 'x'}}\n"))
        #expect(json.output == "{\"a\":[1,\"x\"]}\n")
    }
}
