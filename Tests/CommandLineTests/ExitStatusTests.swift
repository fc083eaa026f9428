import TestSupport
import Testing

/// Exit codes, and what standard error says with them.
@Suite("Exit codes and bad input", .timeLimit(.minutes(2)))
struct ExitStatusTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let status: Int32
        /// What standard error must have.
        let errors: [String]
        var input = ""
        var environment: [String: String] = [:]

        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(arguments: Self.cases)
    func endsAsDocumented(_ wanted: Case) async throws {
        let shell = Shell()
        let result = try await shell.run(wanted.arguments, input: .text(wanted.input), environment: wanted.environment)
        #expect(result.status == wanted.status, "\(result.errors)")
        for text in wanted.errors { #expect(result.errors.contains(text), "\(result.errors)") }
        #expect(result.output.isEmpty)
    }

    static let cases = usage + values + service

    private static let usage: [Case] = [
        Case(arguments: ["gett"], status: 2, errors: ["there is no command and no file gett; did you mean get?"]),
        Case(arguments: ["GET"], status: 2, errors: ["there is no command and no file GET; did you mean get?"]),
        Case(arguments: ["zzzzzz"], status: 2, errors: ["there is no command and no file zzzzzz\n"]),
        Case(arguments: ["--stor", "x"], status: 2, errors: ["unknown option --stor; did you mean --store?"]),
        Case(arguments: ["-q"], status: 2, errors: ["unknown option -q"]),
        Case(arguments: ["-ix"], status: 2, errors: ["unknown option -ix"]),
        Case(arguments: ["-e"], status: 2, errors: ["-e needs code"]),
        Case(arguments: ["-e", "-v"], status: 2, errors: ["-e needs code"]),
        Case(arguments: ["-l"], status: 2, errors: ["-l needs a module's name"]),
        Case(arguments: ["--store"], status: 2, errors: ["--store needs a value"]),
        Case(arguments: ["--dry-run=yes", "-e", ""], status: 2, errors: ["--dry-run takes no value"]),
        Case(arguments: ["get"], status: 2, errors: ["<ids>", "see: distsh get --help"]),
        Case(arguments: ["get", "--stor", "x"], status: 2, errors: ["--store"]),
        Case(arguments: ["run"], status: 2, errors: ["run needs a file"]),
        Case(arguments: ["serve", "--port", "70000"], status: 2, errors: ["--port 70000 is out of range"]),
        Case(arguments: ["serve", "--url", "http://x"], status: 2, errors: ["--store in place of --url"]),
        Case(arguments: ["./none.lua"], status: 1, errors: ["cannot open ./none.lua: No such file or directory"]),
    ]

    private static let values: [Case] = [
        Case(
            arguments: ["--timeout", "10", "-e", ""],
            status: 2,
            errors: ["\"10\" is no duration", "500ms, 10s or 2m"]
        ),
        Case(arguments: ["--timeout", "-1s", "-e", ""], status: 2, errors: ["is no duration"]),
        Case(arguments: ["--timeout", "25h", "-e", ""], status: 2, errors: ["out of range"]),
        Case(arguments: ["--memory-limit", "lots", "-e", ""], status: 2, errors: ["no amount of memory"]),
        Case(arguments: ["--retries", "99", "-e", ""], status: 2, errors: ["--retries: 99 is out of range"]),
        Case(arguments: ["--log-level", "loud", "-e", ""], status: 2, errors: ["error, warn, info, debug"]),
        Case(arguments: ["--color", "blue", "-e", ""], status: 2, errors: ["blue"]),
        Case(arguments: ["--store", "a", "--url", "http://x", "-e", ""], status: 2, errors: ["exclude each other"]),
        Case(arguments: ["--store", "sample:0", "-e", ""], status: 2, errors: ["number of samples from 1 to"]),
        Case(arguments: ["--url", "ftp://x", "-e", ""], status: 2, errors: ["--url: "]),
        Case(arguments: ["--app-id-file", "none", "-e", ""], status: 2, errors: ["--app-id-file: cannot open none"]),
        Case(
            arguments: ["-e", ""],
            status: 2,
            errors: ["both set"],
            environment: ["DISTSH_URL": "http://x", "DISTSH_STORE": "y"]
        ),
        Case(arguments: ["get", "7f1c"], status: 2, errors: ["\"7f1c\" is no id of a distribution"]),
        Case(arguments: ["diff", "none.json", "none.json"], status: 2, errors: ["none.json is neither the id"]),
        Case(arguments: ["sample", "many"], status: 2, errors: ["many"]),
        Case(arguments: ["undo", "0"], status: 2, errors: ["1 to 1000"]),
        Case(arguments: ["--store", "no/such/folder/s.db", "list"], status: 1, errors: ["no/such/folder/s.db"]),
    ]

    private static let service: [Case] = [
        Case(
            arguments: ["--url", "http://127.0.0.1:1", "--retries", "0", "get", Samples.firstID],
            status: 8,
            errors: ["nothing is listening at http://127.0.0.1:1", "distsh serve", "--store", "distsh doctor"]
        ),
        Case(
            arguments: ["--url", "http://127.0.0.1:1", "--retries=0", "-e", "distribution.get '\(Samples.firstID)'"],
            status: 8,
            errors: ["nothing is listening", "stack traceback:", "[C]: in ?"]
        ),
        Case(
            arguments: ["--store", ":memory:", "-e", "distribution.get 'x'"],
            status: 1,
            errors: ["uuid"]
        ),
        Case(
            arguments: ["--store", ":memory:", "-e", "local t = {} t.t = t distribution.create(t)"],
            status: 1,
            errors: ["distribution.create"]
        ),
        Case(
            arguments: ["--store", ":memory:", "-e", "distribution.create { github = print }"],
            status: 1,
            errors: ["function"]
        ),
        Case(
            arguments: ["--store", ":memory:", "-e", "distribution.create { x = 0/0 }"],
            status: 1,
            errors: ["distribution.create"]
        ),
        Case(
            arguments: ["--store", ":memory:", "-e", "distribution.create { x = '\\xff' }"],
            status: 1,
            errors: ["UTF-8"]
        ),
        Case(
            arguments: ["--store", ":memory:", "-e", "distribution.create { x = ('x'):rep(17 * 1024 * 1024) }"],
            status: 1,
            errors: ["16"]
        ),
        Case(arguments: ["update", "--store", ":memory:"], status: 1, errors: ["stdin:1: "], input: "not json\n"),
        Case(arguments: ["update", "--store", ":memory:"], status: 1, errors: ["share"], input: "{\"id\":\"x\"}\n"),
        Case(arguments: ["import", "--store", ":memory:", "-"], status: 1, errors: ["record 1"], input: "{}\n"),
    ]

    @Test func aServiceThatNeverAnswersTimesOut() async throws {
        let shell = Shell()
        try await RawHTTPServer.with(script: { _ in [.waitForRelease] }) { server in
            let result = try await shell.run(
                "--url",
                server.url,
                "--timeout",
                "300ms",
                "--retries",
                "0",
                "get",
                Samples.firstID
            )
            #expect(result.status == 9, "\(result.errors)")
            let script = try await shell.run(
                "--url",
                server.url,
                "--timeout",
                "300ms",
                "--retries",
                "0",
                "-e",
                "distribution.get '\(Samples.firstID)'"
            )
            #expect(script.status == 9, "\(script.errors)")
        }
    }

    @Test func aPortInUse() async throws {
        let shell = Shell()
        try await shell.withServer { url in
            let port = url.split(separator: ":").last.map(String.init) ?? ""
            let second = try await shell.run("serve", "--store", ":memory:", "--port", port)
            #expect(second.status == 1)
            #expect(second.errors.contains("the address is in use"))
            #expect(second.errors.contains("--port"))
        }
    }
}
