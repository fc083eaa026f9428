import DistributionAPI
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import DistributionClient

@Suite("The end of a client", .timeLimit(.minutes(4)))
struct ClientShutdownTests {
    /// For the clients that run on the system's clock: no limit is met within a test's own.
    private func patientConfiguration(_ server: RawHTTPServer) throws -> DistributionClient.Configuration {
        var configuration = DistributionClient.Configuration(baseURL: try BaseURL(server.url))
        configuration.connectTimeout = .seconds(3600)
        configuration.requestTimeout = .seconds(3600)
        configuration.readTimeout = .seconds(3600)
        return configuration
    }

    @Test("ends everything in flight")
    func inFlight() async throws {
        try await withServer(configure: { $0.maxConnections = 2 }) { _ in
            []
        } _: { server, client in
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

    @Test("ends a request between two attempts")
    func backingOff() async throws {
        try await withServer { _ in
            [.send(RawHTTPServer.answer(503, "", fields: ["Retry-After: 5"]))]
        } _: { _, client in
            let box = OutcomeBox()
            client.perform(DistributionRequest(.get(sampleID))) { box.add($0) }
            try await client.wait { $0.backingOff.count == 1 }
            await client.shutdown()
            #expect(await box.first(1)[0].error?.code == .cancelled)
        }
    }

    @Test("leaves a shared loop running")
    func sharedLoop() async throws {
        try await RawHTTPServer.with(script: { _ in [.send(RawHTTPServer.answer())] }) { server in
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            for _ in 0..<2 {
                let client = try DistributionClient(
                    configuration: try patientConfiguration(server),
                    eventLoop: group.next()
                )
                #expect(await client.send(.get(sampleID)).document == "{}")
                await client.shutdown()
                await server.wait { $0.openConnectionCount == 0 }
            }
            try await group.shutdownGracefully()
        }
    }

    @Test("comes with the end of its scope")
    func scope() async throws {
        try await RawHTTPServer.with(script: { _ in [.send(RawHTTPServer.answer())] }) { server in
            let configuration = try patientConfiguration(server)
            let document = try await withDistributionClient(configuration: configuration) { client in
                await client.send(.get(sampleID)).document
            }
            #expect(document == "{}")
            await server.wait { $0.openConnectionCount == 0 }
        }
    }

    /// Requests that one round of `race` starts, a quarter of them on each of four threads.
    private static let raceRequestCount = 800

    @Test("tells every caller exactly once, whenever it comes", arguments: [true, false])
    func race(ownsLoop: Bool) async throws {
        let sharedGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let starters = NIOThreadPool(numberOfThreads: 4)
        starters.start()
        let port = try SilentPort()
        var configuration = DistributionClient.Configuration(baseURL: try BaseURL("http://127.0.0.1:\(port.number)"))
        configuration.maxBodyBytes = 1
        for _ in 0..<25 {
            let client =
                ownsLoop
                ? try DistributionClient(configuration: configuration)
                : try DistributionClient(configuration: configuration, eventLoop: sharedGroup.next())
            let wrongCounts = try await race(client, on: starters).filter { $0 != 1 }
            #expect(wrongCounts.isEmpty, "0: never completed")
        }
        try await starters.shutdownGracefully()
        try await sharedGroup.shutdownGracefully()
    }

    /// Threads start requests while two of them shut the client down.
    ///
    /// - Returns: how often each request was completed.
    private func race(_ client: DistributionClient, on starters: NIOThreadPool) async throws -> [Int] {
        let record = RaceRecord(requestCount: Self.raceRequestCount)
        let ends = OutcomeBox()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<4 {
                tasks.addTask {
                    try await starters.runIfActive {
                        for _ in 0..<(Self.raceRequestCount / 4) {
                            let number = record.nextNumber()
                            // Some go all the way to the pool; most end at once, so that the loop is soon idle again.
                            let operation: DistributionOperation = number % 8 == 0 ? .list : .create(body: [0, 0])
                            client.perform(DistributionRequest(operation)) { _ in record.completed(number) }
                            let isMiddle = Self.raceRequestCount / 2...Self.raceRequestCount / 2 + 1 ~= number
                            if isMiddle { client.shutdown { ends.add(.success(.done)) } }
                        }
                    }
                }
            }
            try await tasks.waitForAll()
        }
        _ = await ends.first(2)
        return record.completionCounts
    }
}

/// How often each of the requests of a race was completed.
private final class RaceRecord: Sendable {
    private let counts: Mutex<[Int]>
    private let startedCount = Atomic(0)

    init(requestCount: Int) {
        counts = Mutex(Array(repeating: 0, count: requestCount))
    }

    var completionCounts: [Int] { counts.withLock { $0 } }

    func nextNumber() -> Int { startedCount.add(1, ordering: .relaxed).oldValue }

    func completed(_ number: Int) {
        counts.withLock { $0[number] += 1 }
    }
}
