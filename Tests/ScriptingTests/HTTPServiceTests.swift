import DistributionAPI
import DistributionClient
import LuaRuntime
import Scripting
import TestSupport
import Testing

@Suite("Scripts over HTTP", .timeLimit(.minutes(4)))
struct HTTPServiceTests {
    private static let record = String(
        decoding: ScriptedService.minimalBody(id: ScriptRunner.numberedIDs(1)[0], extraMembers: "\"n\":1E400"),
        as: UTF8.self
    )
    private static let ids = "local ids = {} for i = 1, 64 do ids[i] = '\(ScriptRunner.numberedIDs(1)[0])' end "

    @Test(arguments: [
        "task.map(ids, distribution.get)",
        "for id, d, err in distribution.get_many(ids) do assert(not err, tostring(err)) end",
        "local ts = {} for i, id in ipairs(ids) do ts[i] = task.spawn(coroutine.wrap(distribution.get), id) end task.join(ts)",
    ])
    func `64 reads are 64 requests in flight`(source: String) async throws {
        try await RawHTTPServer.with(script: { _ in [.waitForRelease, .send(RawHTTPServer.answer(200, Self.record))] })
        { server in
            async let values = ScriptHost.run(Self.ids + source + " return 'read'", over: .http(server))
            await server.wait { $0.requests.count == 64 }
            server.release()
            let read = try await values
            #expect(read == ["read"])
        }
    }

    @Test func `an update sends what was read, over one connection, from run to run`() async throws {
        try await RawHTTPServer.with(script: { _ in [.send(RawHTTPServer.answer(200, Self.record))] }) { server in
            let values = try await ScriptHost.run(
                Self.ids + "return distribution.update(distribution.get(ids[1])).n == math.huge",
                over: .http(server)
            )
            #expect(values == [true])
            #expect(server.requests.map(\.method) == ["GET", "POST"])
            #expect(server.requests.last.map { String(decoding: $0.body, as: UTF8.self) } == Self.record)
        }
    }

    @Test func `where the script cannot wait, another loop reads`() async throws {
        try await RawHTTPServer.with(script: { _ in [.send(RawHTTPServer.answer(200, Self.record))] }) { server in
            let values = try await ScriptHost.run(
                Self.ids + """
                    local n = distribution.get(ids[1]).n
                    table.sort({ 1, 2, 3 }, function() n = distribution.get(ids[1]).n return false end)
                    return n == distribution.get(ids[1]).n
                    """,
                over: .http(server)
            )
            #expect(values == [true])
        }
    }

    @Test(arguments: ["distribution.get(ids[1])", "table.sort({ 1, 2 }, function() distribution.get(ids[1]) end)"])
    func `cancelling ends a wait for a server that never answers`(source: String) async throws {
        try await RawHTTPServer.with(script: { _ in [.waitForRelease] }) { server in
            let running = Task { try await ScriptHost.run(Self.ids + source, over: .http(server)) }
            await server.wait { !$0.requests.isEmpty }
            running.cancel()
            let result = await running.result
            let error = #expect(throws: LuaError.self) { try result.get() }
            #expect(error?.code == .interrupted)
        }
    }

    @Test func `answers of the service as errors`() async throws {
        let answers = [(410, "notFound"), (500, "server"), (401, "unauthorized")]
        try await RawHTTPServer.with(script: { request in
            let status = answers[min(request.index, answers.count - 1)].0
            return [.send(RawHTTPServer.answer(status, "the text", fields: ["Content-Type: text/plain"]))]
        }) { server in
            let values = try await ScriptHost.run(
                Self.ids + """
                    local seen = {}
                    for i = 1, 3 do
                      local ok, e = pcall(distribution.get, ids[1], { retries = 0 })
                      seen[i] = e.code .. " " .. tostring(e.status) .. " " .. tostring(tostring(e):find("the text", 1, true) ~= nil)
                    end
                    return table.concat(seen, ", ")
                    """,
                over: .http(server)
            )
            #expect(values.first?.text?.hasPrefix("notFound 410") == true, "\(values)")
            #expect(values.first?.text?.contains("server 500 true") == true, "\(values)")
            #expect(values.first?.text?.contains("unauthorized 401") == true, "\(values)")
        }
    }

    @Test func `a host let go with a failed script frees its client`() async throws {
        try await RawHTTPServer.with(script: { _ in [.send(RawHTTPServer.answer(200, Self.record))] }) { server in
            for _ in 0..<5 {
                let result = await Task {
                    try await ScriptHost.run(
                        Self.ids + "distribution.get(ids[1]) error('x')",
                        over: .http(server)
                    )
                }.result
                #expect(throws: LuaError.self) { try result.get() }
            }
            await server.wait { $0.openConnectionCount == 0 }
        }
    }
}

extension ServiceSource {
    /// Clients of a server double, on the scripts' own loops.
    static func http(_ server: RawHTTPServer) throws -> ServiceSource {
        let configuration = DistributionClient.Configuration(baseURL: try BaseURL(server.url))
        return .onLoop { loop throws(DistributionError) in
            let client = try DistributionClient(configuration: configuration, eventLoop: loop)
            return LoopService(service: client) { client.shutdown(completion: $0) }
        }
    }
}
