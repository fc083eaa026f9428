import TestSupport
import Testing

/// Scripts: where they run, what they may do, and how they end.
@Suite("Scripts", .timeLimit(.minutes(2)))
struct ScriptTests {
    private let shell = Shell()

    @Test func aFileNamedLikeACommand() async throws {
        try shell.write("print('I am a file', ...)", to: "serve")
        #expect(try await shell.run("run", "serve", "x").output == "I am a file\tx\n")
        #expect(try await shell.run("./serve").output == "I am a file\n")
        #expect(try await shell.run("--store=:memory:", "run", "--read-only", "serve").output == "I am a file\n")
    }

    @Test func argOfRun() async throws {
        try shell.write("print(arg[0], arg[1], arg[-1], arg[-2] ~= nil)", to: "get")
        #expect(try await shell.run("run", "get", "a").output == "get\ta\trun\ttrue\n")
    }

    @Test func directiveNamesDefaults() async throws {
        try shell.write(
            "#!/usr/bin/env distsh\n-- distsh: --store sample:7\nlocal n = 0 for _ in distribution.list() do n = n + 1 end print(n)",
            to: "a.lua"
        )
        #expect(try await shell.run("a.lua").output == "7\n")
        #expect(try await shell.run("--store", "sample:2", "a.lua").output == "2\n")
        let inEnvironment = try await shell.run("a.lua", environment: ["DISTSH_URL": "http://127.0.0.1:1"])
        #expect(inEnvironment.output == "7\n")
    }

    @Test(arguments: ["--url http://x", "--app-id-file /etc/passwd", "--store /tmp/x.db", "--nothing"])
    func directiveCannotName(_ option: String) async throws {
        try shell.write("-- distsh: \(option)\nprint(1)", to: "a.lua")
        let result = try await shell.run("a.lua")
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
    }

    @Test func dryRunOfAScript() async throws {
        try shell.write(
            "for d in distribution.list() do d.share.name = 'x' distribution.update(d) end print(distribution.get('\(Samples.firstID)').share.name)",
            to: "a.lua"
        )
        let result = try await shell.run("--dry-run", "--store", "sample:60", "a.lua")
        #expect(result.output == "x\n")
        #expect(result.errors.contains("dry run: 60 writes planned"))
        #expect(result.errors.contains("… and 10 more"))
    }

    @Test func sandboxAndLimits() async throws {
        let sandboxed = try await shell.run("--sandbox", "-e", "print(io, os.execute)")
        #expect(sandboxed.output == "nil\tnil\n")
        let memory = try await shell.run("--memory-limit", "8M", "-e", "local s = ('x'):rep(100 * 1024 * 1024)")
        #expect(memory.status == 1)
        #expect(memory.errors.contains("not enough memory"))
        let time = try await shell.run("--max-time", "200ms", "-e", "while true do end")
        #expect(time.status == 9)
        #expect(time.errors == "distsh: time limit reached\n")
        let waiting = try await shell.run("--max-time", "200ms", "-e", "task.sleep(60)")
        #expect(waiting.status == 9)
    }

    @Test func undoInMemoryAndInAFile() async throws {
        try shell.write(
            """
            local d = distribution.get('\(Samples.firstID)')
            d.share.name = 'x'
            distribution.update(d)
            print(#distribution.undo(), distribution.get(d.id).share.name)
            """,
            to: "a.lua"
        )
        #expect(try await shell.run("--store", "sample:2", "a.lua").output == "1\tnil\n")
        _ = try await shell.run("sample", "2", "--store", "s.db")
        #expect(try await shell.run("--store", "s.db", "--history", "h.db", "a.lua").output == "1\tnil\n")
        let none = try await shell.run("--store", "s.db", "a.lua")
        #expect(none.status == 1)
        #expect(none.errors.contains("--history FILE"))
    }

    @Test func theSecretIsNowhere() async throws {
        try shell.write("s3cr3t-id\n", to: "id")
        let script = "print(os.getenv('DISTSH_APP_ID'), env('DISTSH_APP_ID')) for i = -9, 9 do print(arg[i]) end"
        let runs = [
            try await shell.run("-e", script, environment: ["DISTSH_APP_ID": "s3cr3t-id"]),
            try await shell.run("--app-id", "s3cr3t-id", "-e", script),
            try await shell.run("--app-id=s3cr3t-id", "-e", script),
            try await shell.run("--app-id-file", "id", "--trace", "-e", "distribution.get('\(Samples.firstID)')"),
        ]
        for run in runs { #expect(!(run.output + run.errors).contains("s3cr3t")) }
    }

    @Test func jsonErrors() async throws {
        let result = try await shell.run("--json", "-e", "error('boom', 0)")
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix(#"{"error":"boom","traceback":"#))
        let service = try await shell.run(
            "--json",
            "--store",
            ":memory:",
            "-e",
            "distribution.get('\(Samples.unknownID)')"
        )
        #expect(service.errors.contains(#""code":"notFound""#))
    }

    @Test func version() async throws {
        #expect(try await shell.run("-v").output == "distsh 1.0.0 · Lua 5.4\n")
        #expect(try await shell.run("--version").output == "distsh 1.0.0 · Lua 5.4\n")
        #expect(try await shell.run("-v", "-e", "print(1)").output == "distsh 1.0.0 · Lua 5.4\n1\n")
    }

    @Test(arguments: ["tour.lua", "public_gists.lua", "export_csv.lua"])
    func examplesRun(_ name: String) async throws {
        let result = try await shell.run("--store", "sample:100", Self.example(name))
        #expect(result.status == 0, "\(result.errors)")
        #expect(!result.output.isEmpty)
    }

    @Test func theTourFitsAScreen() async throws {
        let result = try await shell.run(Self.example("tour.lua"))
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.split(separator: "\n", omittingEmptySubsequences: false).count <= 24)
    }

    @Test func theExampleThatWatches() async throws {
        try await shell.withServer { url in
            let watcher = try shell.start(["--url", url, Self.example("watch.lua"), Samples.firstID, "0.01"])
            try await watcher.wait { $0.errorsSoFar.contains("watching") }
            let change = "distribution.modify('\(Samples.firstID)', function(d) d.share.name = 'seen' end)"
            #expect(try await shell.run("--url", url, "-e", change).status == 0)
            try await watcher.wait { $0.outputSoFar.contains("/share/name\t") && $0.outputSoFar.contains("seen\n") }
            #expect(try await shell.run("--url", url, "delete", Samples.firstID).status == 0)
            let result = await watcher.finish()
            #expect(result.status == 0)
            #expect(result.output.hasSuffix("deleted\n"))
        }
    }

    @Test func examplesThatChangeThings() async throws {
        try shell.write("id,name,email\n\(Samples.firstID),Zed,zed@example.org\n", to: "people.csv")
        let rename = try await shell.run(
            "--dry-run",
            "--store",
            "sample:50",
            Self.example("bulk_rename.lua"),
            "%.txt$",
            ".md"
        )
        #expect(rename.status == 0, "\(rename.errors)")
        #expect(rename.errors.contains(".md"))
        let merge = try await shell.run(
            "--dry-run",
            "--store",
            "sample:5",
            Self.example("merge_recipients.lua"),
            "people.csv"
        )
        #expect(merge.output == "1 recipients added\n", "\(merge.errors)")
    }

    private static func example(_ name: String) -> String {
        let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(tests)/scripts/examples/\(name)"
    }
}
