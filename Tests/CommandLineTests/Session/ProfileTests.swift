import Foundation
import TestSupport
import Testing

@Suite("Profiles", .serialized, .timeLimit(.minutes(4)))
struct ProfileTests {
    private static let secret = "s3cr3t-value-123"

    private let shell = Shell()

    private func write(_ text: String) throws {
        let folder = shell.path(".config/distsh")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try shell.write(text, to: ".config/distsh/init.lua")
    }

    /// A file with a profile `work`, whose store has three records.
    private func writeWork(_ rest: String = "") async throws {
        try write("profile \"work\" { store = \"work.db\" }\n\(rest)")
        _ = try await shell.run("sample", "3", "--store", "work.db")
    }

    @Test func isWhereTheSessionWorks() async throws {
        try await writeWork()
        let session = try await SessionTerminal(["--profile", "work"], shell: shell)
        try await session.screen.waitForCursorLine("work>")
        #expect(session.screen.text.contains("store work.db (3 distributions)"))
        try await #expect(session.enter("distribution.get('\(Samples.firstID)').id") == "\"\(Samples.firstID)\"\n")
        await session.leave()
    }

    @Test func isWhereCommandsWork() async throws {
        try await writeWork()
        let list = try await shell.run("list", "--profile", "work")
        #expect(list.errors == "")
        #expect(list.output.split(separator: "\n").count == 3)
        let script = try await shell.run("--profile", "work", "-e", "print(distribution.get('\(Samples.firstID)').id)")
        #expect(script.output == "\(Samples.firstID)\n")
        // What an option says comes first.
        let other = try await shell.run("list", "--profile", "work", "--store", "sample:2")
        #expect(other.output.split(separator: "\n").count == 2)
    }

    @Test(arguments: [
        ("nope", "--profile nope: there is no such profile"),
        ("colour", "there is no setting colour; there are app_id, "),
        ("number", "--url: the base URL \"5\" is not usable"),
        ("function", "url: expected a text, a number or a boolean"),
        ("text", "its settings are to be a table"),
    ])
    func anImpossibleOneIsRefused(_ name: String, _ message: String) async throws {
        let settings = [
            "colour": "{ colour = 'x' }", "number": "{ url = 5 }", "function": "{ url = function() end }",
            "text": "'http://localhost'",
        ]
        try write(settings[name].map { "profile '\(name)' (\($0))" } ?? "profile 'other' { store = ':memory:' }")
        for arguments in [["list"], ["-e", "print(1)"]] {
            let result = try await shell.run(["--profile", name] + arguments)
            #expect(result.status == 2)
            #expect(result.errors.contains(message), "\(result.errors)")
            #expect(result.output == "")
        }
    }

    @Test func areListedAndChosenAtThePrompt() async throws {
        try await writeWork("profile \"far\" { url = \"http://127.0.0.1:9\" }")
        let session = try await SessionTerminal(shell: shell)
        try await #expect(session.enter(".profile") == "  work  work.db\n  far  http://127.0.0.1:9\n")
        try await session.enter("variable = 1")
        try await #expect(
            session.enter(".profile nope") == ".profile: there is no profile nope; .profile lists them\n"
        )
        session.screen.type(".profile work\r")
        try await session.screen.waitForCursorLine("work>")
        try await #expect(session.enter("variable").contains("nil"))
        try await #expect(session.enter("distribution.get('\(Samples.firstID)').id").contains(Samples.firstID))
        try await #expect(session.enter(".profile") == "* work  work.db\n  far  http://127.0.0.1:9\n")
        session.screen.type(".profile far\r")
        try await session.screen.waitForCursorLine("far>")
        await session.leave()
    }

    @Test func aSecretOfTheEnvironmentIsSentAndNeverShown() async throws {
        let answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        try await RecordingServer.with(answer: answer) { server in
            try write("profile 'far' { url = '\(server.url)', app_id = env 'FAR_APP_ID', retries = 0 }")
            let session = try await SessionTerminal(
                ["--profile", "far", "--trace"],
                environment: ["FAR_APP_ID": Self.secret],
                shell: shell
            )
            try await #expect(session.enter("distribution.find('\(Samples.firstID)')").hasSuffix("nil\n"))
            try await session.enter("distribution.get('\(Samples.firstID)')")
            try await session.enter(".profile")
            try await session.enter("error('\(Self.secret.prefix(6))' .. '\(Self.secret.dropFirst(6))')")
            let shown = session.screen.output(after: 0)
            #expect(shown.contains("***"))
            #expect(!shown.contains(Self.secret))
            #expect(server.received.contains(Self.secret))
            await session.leave()
        }
    }
}
