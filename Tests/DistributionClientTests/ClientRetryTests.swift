import DistributionAPI
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import DistributionClient

@Suite("A client tries again", .timeLimit(.minutes(4)))
struct ClientRetryTests {
    static let transient: [[RawHTTPServer.Step]] = [
        [.close],
        [.reset],
        [.send("HTTP/1.1 200 OK\r\nContent-Le"), .close],
        [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .close],
        [.send(RawHTTPServer.answer(500, "oh"))],
        [.send(RawHTTPServer.answer(502, "oh"))],
        [.send(RawHTTPServer.answer(503, "oh"))],
        [.send(RawHTTPServer.answer(504, "oh"))],
        [.send(RawHTTPServer.answer(429, "oh"))],
        [.send(RawHTTPServer.answer(503, "oh", fields: ["Retry-After: 0"]))],
    ]

    @Test("a read until it succeeds", arguments: transient)
    func reads(steps: [RawHTTPServer.Step]) async throws {
        try await withServer { request in
            request.index < 2 ? steps : [.send(RawHTTPServer.answer(200, "{}"))]
        } _: { server, client in
            #expect(await client.send(.get(sampleID)).document == "{}")
            #expect(server.requests.count == 3)
        }
    }

    @Test("a read only so many times")
    func retryCount() async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer(500, "oh"))]
        } _: { server, client in
            let error = await client.send(.get(sampleID)).error
            #expect(error?.code == .server)
            #expect(error?.message.hasSuffix("oh (after 4 attempts)") == true)
            #expect(server.requests.count == 4)
        }
    }

    @Test("nothing that is the caller's fault", arguments: [400, 401, 404, 409, 410, 413, 422, 501])
    func permanent(status: Int) async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer(status, "oh"))]
        } _: { server, client in
            #expect(await client.send(.get(sampleID)).error?.status == status)
            #expect(server.requests.count == 1)
        }
    }

    static let ambiguous: [[RawHTTPServer.Step]] = [
        [.close],
        [.reset],
        [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .close],
        [.send("nonsense, not an answer\r\n")],
        [.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\noops")],
        [.send(RawHTTPServer.answer(500, "oh"))],
        [.send(RawHTTPServer.answer(503, "oh"))],
    ]

    @Test("no write whose fate is unknown", arguments: ambiguous)
    func writes(steps: [RawHTTPServer.Step]) async throws {
        let body = Array("{}".utf8)
        for operation in [DistributionOperation.update(sampleID, body: body), .create(body: body), .delete(sampleID)] {
            if case .delete = operation, case .send(let bytes)? = steps.first, bytes.starts(with: "HTTP/1.1 200".utf8) {
                continue
            }
            try await withServer { _ in
                steps
            } _: { server, client in
                let error = await client.send(operation).error
                #expect(error?.maybeApplied == true, "\(operation)")
                #expect(error?.message.contains("read the record before writing again") == true)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test("a write that the service turned away")
    func throttledWrite() async throws {
        try await withServer { request in
            switch request.index {
            case 0: [.send(RawHTTPServer.answer(429, "slow"))]
            case 1: [.send(RawHTTPServer.answer(503, "slow", fields: ["Retry-After: 0"]))]
            default: [.send(RawHTTPServer.answer(200, "{}"))]
            }
        } _: { server, client in
            #expect(await client.send(.update(sampleID, body: Array("{}".utf8))).document == "{}")
            #expect(server.requests.count == 3)
        }
    }

    @Test("no sooner than the service asks")
    func retryAfter() async throws {
        let waits = Mutex<[Duration]>([])
        let configure: (inout DistributionClient.Configuration) -> Void = { configuration in
            configuration.tracer = { event in
                guard case .failure(_, _, let wait?) = event else { return }
                waits.withLock { $0.append(wait) }
            }
        }
        let clock = ManualClock()
        try await withServer(configure: configure, clock: clock) { request in
            let isFirst = request.index == 0
            return [.send(RawHTTPServer.answer(isFirst ? 429 : 200, "{}", fields: isFirst ? ["Retry-After: 1"] : []))]
        } _: { server, client in
            let box = OutcomeBox()
            client.perform(DistributionRequest(.get(sampleID))) { box.add($0) }
            try await client.wait { $0.backingOff.count == 1 }
            try await clock.advance(by: .seconds(1) - .nanoseconds(1))
            let stillWaiting = try await client.eventLoop.submit { client.engine.backingOff.count }.get()
            #expect(stillWaiting == 1)
            #expect(server.requests.count == 1)
            try await clock.advance(by: .nanoseconds(1))
            #expect(await box.first(1)[0].document == "{}")
            #expect(waits.withLock { $0 } == [.seconds(1)])
        }
    }

    @Test("not at all when the service asks for more time than there is")
    func retryAfterBeyondDeadline() async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer(503, "busy", fields: ["Retry-After: 60"]))]
        } _: { server, client in
            let error = await client.send(.get(sampleID), timeout: .seconds(5)).error
            #expect(error?.code == .unavailable)
            #expect(error?.retryAfter == .seconds(60))
            #expect(server.requests.count == 1)
        }
    }

    @Test("on a new connection when a kept one was stale", arguments: [0, 3])
    func staleConnection(retryCount: Int) async throws {
        try await withServer { request in
            // The first connection answers once and is then closed as soon as it is used again.
            request.connection == 0 && request.indexOnConnection > 0
                ? [.close] : [.send(RawHTTPServer.answer())]
        } _: { server, client in
            #expect(await client.send(.get(sampleID)).document == "{}")
            #expect(await client.send(.get(sampleID), retryCount: retryCount).document == "{}")
            #expect(server.requests.map(\.connection) == [0, 0, 1])
        }
    }

    @Test("no write on a stale connection")
    func staleWrite() async throws {
        try await withServer { request in
            request.indexOnConnection > 0 ? [.close] : [.send(RawHTTPServer.answer())]
        } _: { server, client in
            #expect(await client.send(.get(sampleID)).document == "{}")
            let error = await client.send(.update(sampleID, body: Array("{}".utf8))).error
            #expect(error?.code == .network)
            #expect(error?.maybeApplied == true)
            #expect(server.requests.filter { $0.method == "POST" }.count == 1)
        }
    }

    @Test(
        "a write on a new connection when the kept one has been idle for long",
        arguments: [(0, 1), (999, 1), (1000, 2)]
    )
    func idleBeforeWrite(idleMilliseconds: Int, connectionCount: Int) async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { _ in
            [.send(RawHTTPServer.answer())]
        } _: { server, client in
            #expect(await client.send(.get(sampleID)).document == "{}")
            try await clock.advance(by: .milliseconds(idleMilliseconds))
            #expect(await client.send(.update(sampleID, body: Array("{}".utf8))).document == "{}")
            #expect(server.connectionCount == connectionCount)
        }
    }

    @Test("without harm after the service closed its idle connections")
    func closedIdleConnections() async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer())]
        } _: { server, client in
            #expect(await client.send(.get(sampleID)).document == "{}")
            try await server.closeConnections()
            // The close is seen by the client before the next request, or met by it; both must do.
            let outcome = await client.send(.get(sampleID), retryCount: 0)
            #expect(outcome.document == "{}")
            #expect(server.connectionCount == 2)
        }
    }

    @Test("after it could not connect, writes too")
    func connect() async throws {
        let port = try SilentPort()
        let attempts = Mutex(0)
        let configure: (inout DistributionClient.Configuration) -> Void = { configuration in
            configuration.tracer = { event in
                if case .failure = event { attempts.withLock { $0 += 1 } }
            }
        }
        try await withClient("http://127.0.0.1:\(port.number)", configure: configure) { client in
            let error = await client.send(.update(sampleID, body: Array("{}".utf8))).error
            #expect(error?.connectFailed == true)
            #expect(attempts.withLock { $0 } == 4)
        }
    }

    @Test("until its purse is empty")
    func quota() async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer(500, "oh"))]
        } _: { server, client in
            for _ in 0..<20 { _ = await client.send(.get(sampleID)) }
            #expect(server.requests.count == 20 + RetryQuota.capacity / RetryQuota.failureCost)
        }
    }
}
