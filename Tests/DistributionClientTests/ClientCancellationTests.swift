import DistributionAPI
import NIOCore
import TestSupport
import Testing

@testable import DistributionClient

@Suite("Giving up", .timeLimit(.minutes(4)))
struct ClientCancellationTests {
    static let operations: [DistributionOperation] = [.get(sampleID), .update(sampleID, body: Array("{}".utf8)), .list]

    @Test("a request in flight closes its connection", arguments: operations)
    func inFlight(operation: DistributionOperation) async throws {
        try await withServer { _ in
            [.waitForRelease, .send(RawHTTPServer.answer())]
        } _: { server, client in
            let box = OutcomeBox()
            let call = client.perform(DistributionRequest(operation)) { box.add($0) }
            await server.wait { $0.requests.count == 1 }
            call.cancel()
            let error = await box.first(1)[0].error
            #expect(error?.code == .cancelled)
            #expect(error?.maybeApplied == operation.isWrite)
            await server.wait { $0.openConnectionCount == 0 }
            server.release()
            call.cancel()
            try await client.eventLoop.submit { #expect(client.engine.pool.connectionCount == 0) }.get()
            #expect(box.count == 1, "a late answer finds nobody")
        }
    }

    @Test("a request that waits leaves the queue")
    func waiting() async throws {
        try await withServer(configure: { $0.maxConnections = 1 }) { _ in
            [.waitForRelease, .send(RawHTTPServer.answer())]
        } _: { server, client in
            let (first, second, third) = (OutcomeBox(), OutcomeBox(), OutcomeBox())
            client.perform(DistributionRequest(.get(sampleID))) { first.add($0) }
            await server.wait { $0.requests.count == 1 }
            let call = client.perform(DistributionRequest(.delete(sampleID))) { second.add($0) }
            client.perform(DistributionRequest(.get(sampleID))) { third.add($0) }
            call.cancel()
            let error = await second.first(1)[0].error
            #expect(error?.code == .cancelled)
            #expect(error?.maybeApplied == false)
            server.release()
            #expect(await third.first(1)[0].document == "{}")
            #expect(server.requests.count == 2)
        }
    }

    @Test("a request between two attempts is not tried again")
    func backingOff() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { _ in
            [.send(RawHTTPServer.answer(503, "", fields: ["Retry-After: 5"]))]
        } _: { server, client in
            let box = OutcomeBox()
            let call = client.perform(DistributionRequest(.get(sampleID))) { box.add($0) }
            try await client.wait { $0.backingOff.count == 1 }
            call.cancel()
            #expect(await box.first(1)[0].error?.code == .cancelled)
            try await clock.advance(by: .seconds(6))
            #expect(await client.send(.health, retryCount: 0).error?.code == .unavailable)
            #expect(server.requests.map(\.method) == ["GET", "GET"], "none but that of the health check")
        }
    }

    @Test("a handle kept from a finished read does not reach the reads after it, whose memory is used again")
    func keptHandle() async throws {
        try await withServer { request in
            let answer = RawHTTPServer.Step.send(RawHTTPServer.answer(200, "{}"))
            return request.index < 20 ? [answer] : [.waitForRelease, answer]
        } _: { server, client in
            let loop = client.eventLoop
            let box = OutcomeBox()
            var kept: [DistributionCall] = []
            for number in 1...20 {
                // On the loop, where requests are made of those that are done; every other handle is dropped at once.
                let call = try await loop.submit { client.perform(DistributionRequest(.get(sampleID))) { box.add($0) } }
                    .get()
                if number.isMultiple(of: 2) { kept.append(call) }
                _ = await box.first(number)
            }
            let last = OutcomeBox()
            _ = try await loop.submit { client.perform(DistributionRequest(.get(sampleID))) { last.add($0) } }.get()
            await server.wait { $0.requests.count == 21 }
            for call in kept { call.cancel() }
            try await loop.submit {}.get()
            server.release()
            #expect(await last.first(1)[0].document == "{}")
            #expect(box.count == 20)
        }
    }

    @Test("a finished request changes nothing")
    func finished() async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer())]
        } _: { server, client in
            let box = OutcomeBox()
            let call = client.perform(DistributionRequest(.get(sampleID))) { box.add($0) }
            _ = await box.first(1)
            call.cancel()
            #expect(await client.send(.get(sampleID)).document == "{}")
            #expect(server.connectionCount == 1)
            #expect(box.count == 1)
        }
    }

    @Test("a request cancelled from within its own completion's turn is told once")
    func reentrant() async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer())]
        } _: { _, client in
            let box = OutcomeBox()
            try await client.eventLoop.submit {
                let call = client.perform(DistributionRequest(.get(sampleID))) { box.add($0) }
                call.cancel()
                call.cancel()
            }.get()
            #expect(await box.first(1)[0].error?.code == .cancelled)
            #expect(await client.send(.get(sampleID)).document == "{}")
            #expect(box.count == 1)
        }
    }
}
