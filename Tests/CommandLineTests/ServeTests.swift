import Foundation
import Glibc
import TestSupport
import Testing

/// Commands and scripts against `distsh serve`.
@Suite("Commands on a service", .timeLimit(.minutes(2)))
struct ServeTests {
    private let shell = Shell()

    @Test func theMainJob() async throws {
        try await shell.withServer { url in
            let environment = ["DISTSH_URL": url]
            let before = try await shell.run("get", Samples.firstID, environment: environment)
            #expect(before.status == 0, "\(before.errors)")
            try shell.write(
                "local d = distribution.get(...) d.share.name = 'x' distribution.update(d) print(d.id)",
                to: "a.lua"
            )
            let script = try await shell.run("a.lua", Samples.firstID, environment: environment)
            #expect(script.output == Samples.firstID + "\n", "\(script.errors)")
            try shell.write(before.outputBytes, to: "before.json")
            let diff = try await shell.run("diff", "before.json", Samples.firstID, environment: environment)
            #expect(diff.output.contains("+ /share/name: \"x\"\n"))
            let list = try await shell.run("list", environment: environment)
            #expect(list.output.split(separator: "\n").count == 30)
        }
    }

    @Test func updateUndoExportImport() async throws {
        try await shell.withServer { url in
            let all = try await shell.run("--url", url, "export")
            let imported = try await shell.run("--url", url, "import", "-", input: .bytes(all.outputBytes))
            #expect(imported.status == 0, "\(imported.errors)")
            let changed = String(all.output.split(separator: "\n")[0]).replacing(
                "\"created\":",
                with: "\"x_1\":1,\"created\":"
            )
            let update = try await shell.run("--url", url, "update", input: .text(changed))
            #expect(update.status == 0, "\(update.errors)")
            let undo = try await shell.run("--url", url, "undo")
            #expect(undo.errors.contains("took back: update"))
            #expect(try await shell.run("--url", url, "get", Samples.firstID).output.contains("x_1") == false)
        }
    }

    @Test func theApplicationIDIsAskedForAndMasked() async throws {
        try await shell.withServer(["--store", "sample:2", "--app-id", "s3cr3t"]) { url in
            let refused = try await shell.run("--url", url, "get", Samples.firstID)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("application id"))
            let doctor = try await shell.run("--url", url, "doctor")
            #expect(doctor.status == 1)
            #expect(doctor.output.contains("FAIL app id"))
            let accepted = try await shell.run("--url", url, "--app-id", "s3cr3t", "--trace", "get", Samples.firstID)
            #expect(accepted.status == 0)
            #expect(accepted.errors.contains("> X-Application-ID: ***\n"))
            #expect(!accepted.errors.contains("s3cr3t"))
            let good = try await shell.run("--url", url, "doctor", environment: ["DISTSH_APP_ID": "s3cr3t"])
            #expect(good.status == 0, "\(good.output)")
        }
    }

    @Test func aUnixSocket() async throws {
        let socket = shell.path("s.sock")
        let server = try shell.start(["serve", "--store", "sample:2", "--unix-socket", socket], input: .open)
        try await server.wait { $0.errorsSoFar.contains("serving") }
        let got = try await shell.run("--unix-socket", socket, "get", Samples.firstID)
        #expect(got.status == 0, "\(got.errors)")
        server.send(SIGTERM)
        let ended = await server.finish()
        #expect(ended.status == 0)
        #expect(ended.errors.hasSuffix("distsh: stopped\n"))
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func drainsOnASignal(_ signal: Int32) async throws {
        let server = try shell.start(["serve", "--store", ":memory:", "--port", "0"], input: .open)
        try await server.wait { $0.errorsSoFar.contains("serving a store in memory at http://127.0.0.1:") }
        server.send(signal)
        #expect(await server.finish().status == 0)
    }

    @Test func printingAfterRequestsStopsWhenNobodyReads() async throws {
        try await shell.withServer { url in
            let code = "distribution.get('\(Samples.firstID)') while true do print('x') end"
            let pipeline = try await RunningProcess(
                "/bin/bash",
                ["-c", "\(Shell.binary) --url \(url) -e \"\(code)\" | head -1; echo ${PIPESTATUS[0]}"],
                environment: shell.environment([:])
            ).finish()
            #expect(pipeline.output == "x\n0\n")
        }
    }

    /// The store behind a server that is killed while it writes holds every write that was acknowledged.
    @Test(arguments: 1...3)
    func acknowledgedWritesOutliveAKill(round: Int) async throws {
        let clientCount = 16
        let port = shell.path("port")
        _ = try await shell.run("sample", String(clientCount), "--store", "s.db")
        let server = try shell.start(["serve", "--store", "s.db", "--port", "0", "--port-file", port], input: .open)
        try await server.wait { $0.errorsSoFar.contains("serving") }
        let url = "http://127.0.0.1:\(try shell.read("port").trimmingCharacters(in: .whitespacesAndNewlines))"
        // Each task counts up in a record of its own, and tells of each count that was acknowledged.
        try shell.write(
            """
            io.stdout:setvbuf "line"
            local records = {}
            for d in distribution.list() do records[#records + 1] = d end
            task.map(records, function(d)
              for count = 1, math.maxinteger do
                d.count = count
                if not pcall(distribution.update, d, { retries = 0 }) then return end
                print(d.id, count)
              end
            end, { concurrency = \(clientCount) })
            """,
            to: "count.lua"
        )
        let writer = try shell.start(["--url", url, "count.lua"])
        try await writer.wait {
            let output = $0.outputSoFar
            return output.utf8.count > 40 * 100 * round && Self.lastCounts(output).count == clientCount
        }
        server.send(SIGKILL)
        _ = await server.finish()
        let acknowledged = Self.lastCounts(await writer.finish().output)
        #expect(acknowledged.count == clientCount)
        let kept = try await shell.run(
            "--store",
            "s.db",
            "-e",
            "for d in distribution.list() do print(d.id, d.count) end"
        )
        for (id, count) in Self.lastCounts(kept.output) {
            #expect(count >= acknowledged[id, default: 0], "\(id): \(count) of \(acknowledged[id, default: 0])")
        }
    }

    /// The last number of each id in lines of an id, a tab and a number.
    private static func lastCounts(_ text: String) -> [String: Int] {
        text.split(separator: "\n").reduce(into: [:]) { counts, line in
            let words = line.split(separator: "\t")
            if words.count == 2 { counts[String(words[0])] = Int(words[1]) }
        }
    }
}
