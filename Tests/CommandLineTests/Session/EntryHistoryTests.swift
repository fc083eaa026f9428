import Foundation
import Glibc
import TestSupport
import Testing

@Suite("What was entered", .serialized, .timeLimit(.minutes(4)))
struct EntryHistoryTests {
    private let shell = Shell()

    private func start(_ arguments: [String] = ["--store", "sample:5"]) async throws -> SessionTerminal {
        try await SessionTerminal(["--quiet"] + arguments, shell: shell)
    }

    /// What the history's file holds, line by line.
    private func kept(_ name: String = "sample") throws -> [String] {
        try shell.read("state/distsh/repl_history_\(name)").split(separator: "\n").map(String.init)
    }

    /// Presses Up and waits for the entry that comes.
    private func recall(_ lines: String..., in session: SessionTerminal) async throws {
        session.screen.press(.up)
        try await session.screen.waitForScreen("\n" + lines.joined(separator: "\n")) {
            $0.lines.suffix(lines.count).elementsEqual(lines)
        }
    }

    private func giveUp(_ session: SessionTerminal) async throws {
        session.screen.press(.control("c"))
        try await session.screen.waitForScreen("an empty entry") { $0.cursorLine == "sample>" }
    }

    @Test func severalLinesComeBackExactlyInTheNextSession() async throws {
        let first = try await start()
        first.screen.paste("function f(a)\n\tlocal s = 'x\\n\\\\ y'\n    return [[\n\n  deep]] .. s .. a\nend")
        try await first.screen.waitForScreen("the whole paste") { $0.text.hasSuffix("end") }
        try await first.enter("")
        try await #expect(first.enter("#f('é')") == "14\n")
        await first.leave()
        let second = try await start()
        try await #expect(second.enter("f") == "nil\n")
        try await recall("sample> f", in: second)
        try await recall("sample> #f('é')", in: second)
        second.screen.press(.up)
        try await second.screen.waitForScreen("the function") { $0.text.contains("function f(a)") }
        try await second.enter("")
        try await #expect(second.enter("#f('é')") == "14\n")
        await second.leave()
        // One line an entry; the same one was not kept twice.
        let function = #"function f(a)\n\tlocal s = 'x\\n\\\\ y'\n    return [[\n\n  deep]] .. s .. a\nend"#
        let line = function.replacing(#"\t"#, with: "\t")
        try #expect(kept() == [line, "#f('é')", "f", line, "#f('é')"])
    }

    @Test func onlyTheOwnerCanReadTheFile() async throws {
        let session = try await start()
        try await session.enter("1")
        await session.leave()
        let path = shell.path("state/distsh/repl_history_sample")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test func spacesBlanksAndRepetitionsAreNotKept() async throws {
        let session = try await start()
        for entry in ["a = 1", " hidden = 2", "a = 1", "   ", "b = 3", "a = 1"] { try await session.enter(entry) }
        await session.leave()
        try #expect(kept() == ["a = 1", "b = 3", "a = 1"])
    }

    @Test func sessionsSideBySideLoseNothingAndSeeEachOther() async throws {
        let sessions = [try await start(), try await start()]
        var entered: [String] = []
        for number in 0..<20 {
            let entry = "value = \(number)"
            try await sessions[number % 2].enter(entry)
            entered.append(entry)
        }
        try #expect(kept() == entered)
        // The first one's last prompt is older than the second's last entry.
        try await sessions[0].enter(" value")
        try await recall("sample> value = 19", in: sessions[0])
        try await recall("sample> value = 18", in: sessions[0])
        try await recall("sample> value = 17", in: sessions[0])
        try await giveUp(sessions[0])
        for session in sessions { await session.leave() }
    }

    @Test func anEntryIsKeptBeforeItRuns() async throws {
        let session = try await start()
        session.screen.type("os.exit(7)\r")
        #expect(await session.screen.finish() == 7)
        try #expect(kept() == ["os.exit(7)"])
        let killed = try await start()
        let before = try await killed.enter("print('run' .. 'ning') while true do end", untilShown: "running")
        #expect(before > 0)
        killed.screen.terminal.send(SIGKILL)
        #expect(await killed.screen.finish() == 128 + SIGKILL)
        try #expect(kept() == ["os.exit(7)", "print('run' .. 'ning') while true do end"])
    }

    @Test func targetsAndProfilesHaveTheirOwn() async throws {
        try FileManager.default.createDirectory(atPath: shell.path(".config/distsh"), withIntermediateDirectories: true)
        try shell.write("profile 'work' { store = 'sample:5' }", to: ".config/distsh/init.lua")
        let targets = [
            ("memory", ["--store", ":memory:"]), ("one", ["--store", "one.db"]), ("work", ["--profile", "work"]),
        ]
        for (name, arguments) in targets {
            let session = try await start(arguments)
            try await session.enter("only_of = '\(name)'")
            session.screen.press(.up)
            try await session.screen.waitForCursorLine("\(name)> only_of = '\(name)'")
            session.screen.press(.up)
            session.screen.press(.control("c"))
            try await session.screen.waitForCursorLine("\(name)>")
            await session.leave()
        }
        for (name, _) in targets { try #expect(kept(name) == ["only_of = '\(name)'"]) }
    }

    @Test func controlRFindsEntriesOfEarlierSessions() async throws {
        let first = try await start()
        for entry in ["needle = 40 + 2", "hay = 1", "more_hay = 2"] { try await first.enter(entry) }
        await first.leave()
        let second = try await start()
        second.screen.press(.control("r"))
        second.screen.type("need")
        try await second.screen.waitForScreen("the entry that was found") { $0.cursorLine.contains("needle = 40 + 2") }
        try await second.enter("")
        try await #expect(second.enter("needle") == "42\n")
        await second.leave()
    }

    @Test func aFileThatCannotBeWrittenIsToldOfOnce() async throws {
        // A folder in the file's place: a superuser may write to anything else.
        try FileManager.default.createDirectory(
            atPath: shell.path("state/distsh/repl_history_sample"),
            withIntermediateDirectories: true
        )
        let session = try await start()
        for entry in ["a = 1", "b = 2", "c = 3"] { try await session.enter(entry) }
        try await #expect(session.enter("a + b + c") == "6\n")
        let shown = (session.screen.scrollback + session.screen.lines).joined(separator: "\n")
        #expect(shown.components(separatedBy: "repl_history_sample: not a regular file").count == 2, "\(shown)")
        try await recall("sample> a + b + c", in: session)
        try await giveUp(session)
        await session.leave()
    }

    @Test(arguments: [["--store", "sample:5"], ["--store", "s.db"]])
    func aFolderThatCannotBeMadeIsToldOfOnce(_ arguments: [String]) async throws {
        let session = try await SessionTerminal(
            ["--quiet"] + arguments,
            environment: ["XDG_STATE_HOME": "/dev/null/x"],
            shell: shell
        )
        try await session.enter("a = 20")
        try await #expect(session.enter("a + 22") == "42\n")
        let shown = (session.screen.scrollback + session.screen.lines).joined(separator: "\n")
        #expect(shown.components(separatedBy: "/dev/null/x").count == 2, "\(shown)")
        await session.leave()
    }
}
