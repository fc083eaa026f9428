import DistributionAPI
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import DistributionClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("A client", .timeLimit(.minutes(4)))
struct ClientRequestTests {
    @Test("sends each operation as the API says")
    func operations() async throws {
        let configure: (inout DistributionClient.Configuration) throws -> Void = { configuration in
            configuration.applicationID = Secret("app-1")
            configuration.baseURL = try BaseURL("\(configuration.baseURL)/api/")
        }
        try await withServer(configure: configure) { request in
            switch request.target {
            case "/api/.well-known/health": [.send(RawHTTPServer.answer(200, "ok then", fields: []))]
            case "/api/distributions": [.send(RawHTTPServer.answer(200, #"{"iterable":[]}"#))]
            case let target where target.hasSuffix("/delete"): [.send("HTTP/1.1 204 No Content\r\n\r\n")]
            default: [.send(RawHTTPServer.answer(200, #" {"n":\#(request.index)} "#))]
            }
        } _: { server, client in
            #expect(await client.send(.get(sampleID)).document == #" {"n":0} "#)
            #expect(await client.send(.update(sampleID, body: Array("{1}".utf8))).document == #" {"n":1} "#)
            #expect(await client.send(.create(body: Array("{2}".utf8))).document == #" {"n":2} "#)
            guard case .success(.done) = await client.send(.delete(sampleID)) else { return #expect(Bool(false)) }
            guard case .success(.text("ok then")) = await client.send(.health) else { return #expect(Bool(false)) }
            #expect(await client.send(.list).records != nil)
            let requests = server.requests
            #expect(
                requests.map { "\($0.method) \($0.target)" } == [
                    "GET /api/distribution/\(sampleID)", "POST /api/distribution/update",
                    "POST /api/distributions/create", "POST /api/distributions/\(sampleID)/delete",
                    "GET /api/.well-known/health", "GET /api/distributions",
                ]
            )
            #expect(requests.map { String(decoding: $0.body, as: UTF8.self) } == ["", "{1}", "{2}", "", "", ""])
            for request in requests {
                #expect(request.head.contains("\r\nHost: 127.0.0.1:\(server.port)\r\n"))
                #expect(request.head.contains("\r\nX-Application-ID: app-1\r\n"))
                #expect(request.head.contains("\r\nUser-Agent: distsh"))
                #expect(request.head.contains("\r\nContent-Length: ") == (request.method == "POST"))
            }
            #expect(server.connectionCount == 1, "one request after another uses one connection")
        }
    }

    /// A caller that keeps many short answers after a long one must not keep the long one's room with each of them.
    @Test("gives each answer no more than twice the room it needs", arguments: [true, false])
    func roomOfAnswers(tellsLength: Bool) async throws {
        let long = #"{"a":"\#(String(repeating: "x", count: 40_000))"}"#
        try await withServer { request in
            let body = request.index == 0 ? long : #"{"n":\#(request.index)}"#
            if tellsLength { return [.send(RawHTTPServer.answer(200, body))] }
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            return [.send("\(head)\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n")]
        } _: { server, client in
            var kept: [[UInt8]] = []
            for _ in 0..<10 {
                guard case .success(.document(let body)) = await client.send(.get(sampleID)) else {
                    return #expect(Bool(false))
                }
                kept.append(body)
            }
            #expect(kept[0].count == long.utf8.count)
            #expect(kept.dropFirst().allSatisfy { $0.capacity <= 2048 }, "\(kept.map(\.capacity))")
            #expect(server.connectionCount == 1)
        }
    }

    @Test("opens nothing before its first request")
    func lazy() async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer())]
        } _: { server, client in
            try await client.eventLoop.submit {}.get()
            #expect(server.connectionCount == 0)
            #expect(await client.send(.get(sampleID)).document == "{}")
            #expect(server.connectionCount == 1)
        }
    }

    @Test("runs straight through when called on its loop, and completes there")
    func onLoop() async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer())]
        } _: { _, client in
            _ = await client.send(.get(sampleID))
            let wasOnLoop = OutcomeBox()
            let busyAtReturn = try await client.eventLoop.submit {
                client.perform(DistributionRequest(.get(sampleID))) { outcome in
                    client.eventLoop.preconditionInEventLoop()
                    wasOnLoop.add(outcome)
                }
                return client.engine.pool.busyCount
            }.get()
            #expect(busyAtReturn == 1)
            #expect(await wasOnLoop.first(1)[0].document == "{}")
        }
    }

    @Test("has as many connections as requests in flight, up to its limit")
    func manyInFlight() async throws {
        let configure: (inout DistributionClient.Configuration) -> Void = { $0.maxConnections = 64 }
        try await withServer(configure: configure) { _ in
            [.waitForRelease, .send(RawHTTPServer.answer())]
        } _: { server, client in
            let box = OutcomeBox()
            for _ in 0..<100 { client.perform(DistributionRequest(.get(sampleID))) { box.add($0) } }
            await server.wait { $0.requests.count == 64 }
            #expect(server.connectionCount == 64)
            server.release()
            let outcomes = await box.first(100)
            #expect(outcomes.allSatisfy { $0.document == "{}" })
            #expect(server.connectionCount == 64)
            #expect(server.requests.count == 100)
        }
    }

    @Test("refuses what goes beyond its queue")
    func queueLimit() async throws {
        let configure: (inout DistributionClient.Configuration) -> Void = { configuration in
            configuration.maxConnections = 1
            configuration.maxWaitingRequests = 2
        }
        try await withServer(configure: configure) { _ in
            [.waitForRelease, .send(RawHTTPServer.answer())]
        } _: {
            server,
            client in
            let box = OutcomeBox()
            let first = OutcomeBox()
            client.perform(DistributionRequest(.get(sampleID))) { first.add($0) }
            await server.wait { $0.requests.count == 1 }
            for _ in 0..<3 { client.perform(DistributionRequest(.get(sampleID))) { box.add($0) } }
            let refused = await box.first(1)[0].error
            #expect(refused?.code == .unavailable)
            #expect(refused?.message.contains("maxWaitingRequests") == true)
            server.release()
            #expect(await box.first(3).count == 3)
            #expect(await first.first(1)[0].document == "{}")
        }
    }

    @Test("reads an answer that drips in byte by byte")
    func drip() async throws {
        try await withServer { request in
            request.index == 0
                ? [.drip(RawHTTPServer.answer(200, #"{"a":1}"#))]
                : [.drip("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"b\"\r\n3\r\n:2}\r\n0\r\n\r\n")]
        } _: { server, client in
            #expect(await client.send(.get(sampleID)).document == #"{"a":1}"#)
            #expect(await client.send(.get(sampleID)).document == #"{"b":2}"#)
            #expect(server.connectionCount == 1)
        }
    }

    @Test("sends and receives large bodies")
    func largeBodies() async throws {
        let body = Array("{\"x\":\"\(String(repeating: "y", count: 3_000_000))\"}".utf8)
        try await withServer { request in
            [.send(Array("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n".utf8) + request.body)]
        } _: { server, client in
            let outcome = await client.send(.update(sampleID, body: body))
            guard case .success(.document(body)) = outcome else { return #expect(Bool(false), "\(outcome)") }
            #expect(server.requests[0].body == body)
        }
    }

    @Test(
        "takes a new connection after one that may not be used again",
        arguments: [
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}GARBAGE",
        ]
    )
    func notReusable(answer: String) async throws {
        try await withServer { _ in
            [.send(answer)]
        } _: { server, client in
            #expect(await client.send(.get(sampleID)).document == "{}")
            #expect(await client.send(.get(sampleID)).document == "{}")
            #expect(server.connectionCount == 2)
        }
    }

    @Test("reads a body that ends with its connection")
    func untilClose() async throws {
        try await withServer { _ in
            [.send("HTTP/1.1 200 OK\r\n\r\n{\"a\":1}"), .close]
        } _: { _, client in
            #expect(await client.send(.get(sampleID)).document == #"{"a":1}"#)
        }
    }

    @Test("closes idle connections")
    func idleTimeout() async throws {
        let clock = ManualClock()
        try await withServer(configure: { $0.idleTimeout = .seconds(2) }, clock: clock) { _ in
            [.send(RawHTTPServer.answer())]
        } _: { server, client in
            #expect(await client.send(.get(sampleID)).document == "{}")
            try await clock.advance(by: .seconds(2))
            let openCount = try await client.eventLoop.submit { client.engine.connections.count }.get()
            #expect(openCount == 1, "not early")
            try await clock.advance(by: .milliseconds(500) + SweepTimer.interval)
            await server.wait { $0.openConnectionCount == 0 }
        }
    }

    @Test("speaks over a Unix socket")
    func unixSocket() async throws {
        let path = "/tmp/distsh-client-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
        defer { unlink(path) }
        try await RawHTTPServer.with(unixSocketPath: path, script: { _ in [.send(RawHTTPServer.answer())] }) { server in
            try await withClient("http://localhost:1000", configure: { $0.unixSocketPath = path }) { client in
                #expect(await client.send(.get(sampleID)).document == "{}")
                #expect(server.requests[0].head.contains("\r\nHost: localhost:1000\r\n"))
            }
        }
    }

    @Test("names a Unix socket that is not there")
    func missingUnixSocket() async throws {
        try await withClient("http://localhost", configure: { $0.unixSocketPath = "/tmp/distsh-none.sock" }) { client in
            let error = await client.send(.get(sampleID), retryCount: 0).error
            #expect(error?.code == .network)
            #expect(error?.connectFailed == true)
            #expect(error?.message.contains("nothing is listening at /tmp/distsh-none.sock") == true)
        }
    }

    @Test("tells its tracer what is on the wire, without secrets")
    func tracing() async throws {
        let events = Mutex<[TraceEvent]>([])
        let configure: (inout DistributionClient.Configuration) -> Void = { configuration in
            configuration.applicationID = Secret("app-4711")
            configuration.tracer = { event in events.withLock { $0.append(event) } }
        }
        try await withServer(configure: configure) { request in
            let fields = ["Set-Cookie: token=1", "X-Echo: app-4711"]
            return [
                .send(RawHTTPServer.answer(request.index == 0 ? 500 : 200, "{\"id\":\"app-4711\"}", fields: fields))
            ]
        } _: { _, client in
            #expect(await client.send(.get(sampleID)).document != nil)
        }
        let all = events.withLock { $0 }
        #expect(all.count == 5, "request, answer, failure, request, answer")
        let text = all.map { "\($0)" }.joined()
        #expect(!text.contains("4711") && !text.contains("token"))
        guard case .request(let request) = all[0], case .answer(let answer) = all[1],
            case .failure(let failure, 1, .some) = all[2], case .request(let second) = all[3]
        else { return #expect(Bool(false), "\(all)") }
        #expect(request.head.contains("X-Application-ID: ***\r\n") && !request.reusesConnection)
        #expect(answer.head.contains("X-Echo: ***") && answer.bodyBytes == 17 && answer.status == 500)
        #expect(failure.code == .server)
        #expect(second.attempt == 2 && second.reusesConnection)
    }
}
