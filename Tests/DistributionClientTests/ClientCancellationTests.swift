import DistributionAPI
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import DistributionClient

@Suite("Giving up", .timeLimit(.minutes(1)))
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
        try await withServer { _ in
            [.send(RawHTTPServer.answer(503, "", fields: ["Retry-After: 5"]))]
        } _: { server, client in
            let box = OutcomeBox()
            let call = client.perform(DistributionRequest(.get(sampleID))) { box.add($0) }
            await server.wait { $0.requests.count == 1 }
            var isBackingOff = false
            while !isBackingOff {
                isBackingOff = try await client.eventLoop.submit { client.engine.pool.idle.count == 1 }.get()
            }
            call.cancel()
            #expect(await box.first(1)[0].error?.code == .cancelled)
            #expect(server.requests.count == 1)
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

    @Test("the client ends everything in flight")
    func shutdown() async throws {
        try await RawHTTPServer.with(script: { _ in [] }) { server in
            var configuration = DistributionClient.Configuration(baseURL: try BaseURL(server.url))
            configuration.maxConnections = 2
            let client = try DistributionClient(configuration: configuration)
            let (reads, writes) = (OutcomeBox(), OutcomeBox())
            client.perform(DistributionRequest(.get(sampleID))) { reads.add($0) }
            client.perform(DistributionRequest(.delete(sampleID))) { writes.add($0) }
            await server.wait { $0.requests.count == 2 }
            for _ in 0..<10 { client.perform(DistributionRequest(.get(sampleID))) { reads.add($0) } }
            await client.shutdown()
            #expect(await reads.first(11).allSatisfy { $0.error?.code == .cancelled })
            #expect(await writes.first(1)[0].error?.maybeApplied == true)
            await server.wait { $0.openConnectionCount == 0 }
            #expect(await client.send(.get(sampleID)).error?.code == .cancelled, "nothing starts afterwards")
            await client.shutdown()
        }
    }

    @Test("a client on a shared loop leaves the loop running")
    func sharedLoop() async throws {
        try await RawHTTPServer.with(script: { _ in [.send(RawHTTPServer.answer())] }) { server in
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let configuration = DistributionClient.Configuration(baseURL: try BaseURL(server.url))
            for _ in 0..<2 {
                let client = try DistributionClient(configuration: configuration, eventLoop: group.next())
                #expect(await client.send(.get(sampleID)).document == "{}")
                await client.shutdown()
                await server.wait { $0.openConnectionCount == 0 }
            }
            try await group.shutdownGracefully()
        }
    }

    @Test("the scope of a client ends it")
    func scope() async throws {
        try await RawHTTPServer.with(script: { _ in [.send(RawHTTPServer.answer())] }) { server in
            let configuration = DistributionClient.Configuration(baseURL: try BaseURL(server.url))
            let document = try await withDistributionClient(configuration: configuration) { client in
                await client.send(.get(sampleID)).document
            }
            #expect(document == "{}")
            await server.wait { $0.openConnectionCount == 0 }
        }
    }
}
