import Glibc
import TestSupport
import Testing

/// Ctrl-C ends whatever runs, soon, with status 130.
@Suite("Ctrl-C", .timeLimit(.minutes(4)))
struct InterruptTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: String
    }

    @Test(arguments: [
        Case(testDescription: "plain loop", code: "while true do end"),
        Case(testDescription: "coroutine loop", code: "coroutine.wrap(function() while true do end end)()"),
        Case(testDescription: "loop round pcall", code: "while true do pcall(error, 'x') end"),
        Case(testDescription: "sleep", code: "task.sleep(600)"),
        Case(
            testDescription: "sleep where Lua cannot yield",
            code: "table.sort({1, 2}, function() task.sleep(600) end)"
        ),
        Case(
            testDescription: "tasks",
            code: "for i = 1, 5 do task.spawn(function() while true do task.sleep(0.01) end end) end"
        ),
        Case(testDescription: "workers", code: "workers.map({1, 2}, function() while true do end end)"),
        Case(testDescription: "read of standard input", code: "io.read('a') while true do end"),
    ])
    func stopsScripts(_ wanted: Case) async throws {
        let shell = Shell()
        let process = try shell.start(["-e", "io.stderr:write('ready\\n') " + wanted.code], input: .open)
        try await process.wait { $0.errorsSoFar.contains("ready") }
        process.send(SIGINT)
        let result = await process.finish()
        #expect(result.status == 130)
        #expect(result.errors == "ready\ndistsh: interrupted\n")
    }

    @Test func tellsWhatWasInFlight() async throws {
        let shell = Shell()
        try await RawHTTPServer.with(script: { _ in [.waitForRelease] }) { server in
            let code = "task.map({1, 2, 3}, function() distribution.get('\(Samples.firstID)') end)"
            let process = try shell.start(["--url", server.url, "--timeout", "1m", "-e", code])
            await server.wait { $0.requests.count == 3 }
            process.send(SIGINT)
            let result = await process.finish()
            #expect(result.status == 130)
            #expect(result.errors == "distsh: interrupted; 3 requests were in flight\n")
        }
    }

    @Test func tellsOfAnUpdateThatMayHaveArrived() async throws {
        let shell = Shell()
        let sample = try await shell.run("sample", "1")
        try shell.write(sample.outputBytes, to: "d.jsonl")
        try await RawHTTPServer.with(script: { _ in [.waitForRelease] }) { server in
            let code = "for d in input.jsonl 'd.jsonl' do distribution.update(d) end"
            let process = try shell.start(["--url", server.url, "--timeout", "1m", "-e", code])
            await server.wait { $0.requests.count == 1 }
            process.send(SIGINT)
            let result = await process.finish()
            #expect(result.status == 130)
            #expect(result.errors == "distsh: interrupted; 1 request was in flight, 1 update may have been applied\n")
        }
    }

    @Test func stopsCommands() async throws {
        let shell = Shell()
        try await RawHTTPServer.with(script: { _ in [.waitForRelease] }) { server in
            let process = try shell.start(["--url", server.url, "--timeout", "1m", "get", Samples.firstID])
            await server.wait { $0.requests.count == 1 }
            process.send(SIGINT)
            let result = await process.finish()
            #expect(result.status == 130)
            #expect(result.errors == "distsh: interrupted; 1 request was in flight\n")
        }
    }

    @Test func isToldAsJSONWhereThatIsAskedFor() async throws {
        let shell = Shell()
        try await RawHTTPServer.with(script: { _ in [.waitForRelease] }) { server in
            let process = try shell.start(["--url", server.url, "--timeout", "1m", "get", Samples.firstID, "--json"])
            await server.wait { $0.requests.count == 1 }
            process.send(SIGINT)
            let result = await process.finish()
            #expect(result.status == 130)
            #expect(result.errors == #"{"error":"interrupted; 1 request was in flight"}"# + "\n")
        }
    }

    @Test func aSecondKillsAtOnce() async throws {
        let shell = Shell()
        // A pattern that takes forever inside one C function: no instruction ends, so that the first cannot stop it.
        let code = "io.stderr:write('ready\\n') ; (('a'):rep(60)):find(('a-'):rep(60) .. 'b')"
        let process = try shell.start(["-e", code])
        try await process.wait { $0.errorsSoFar.contains("ready") }
        // Signals of one kind that come together are one, so that it takes a few.
        let sender = Task {
            while !Task.isCancelled {
                process.send(SIGINT)
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let result = await process.finish()
        sender.cancel()
        #expect(result.status == 130)
    }
}
