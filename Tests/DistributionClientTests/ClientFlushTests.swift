import DistributionAPI
import NIOCore
import TestSupport
import Testing

@testable import DistributionClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// With many requests in flight those of one turn of the loop are sent together.
@Suite("Requests sent together", .timeLimit(.minutes(4)))
struct ClientFlushTests {
    private static let count = 20

    /// Starts `count` reads in one turn of the client's loop and looks from within it, for up to ten seconds, until the
    /// server has received `wanted` of them.
    private func receivedWithinTurn(
        _ wanted: Int,
        pauseBetween pause: TimeAmount,
        server: RawHTTPServer,
        client: DistributionClient,
        clock: ManualClock,
        box: OutcomeBox
    ) async throws -> Int {
        let before = server.requests.count
        return try await client.eventLoop.submit {
            for _ in 0..<Self.count {
                client.perform(DistributionRequest(.get(sampleID))) { box.add($0) }
                clock.pass(pause)
            }
            let start = NIODeadline.now()
            while server.requests.count - before < wanted, NIODeadline.now() - start < .seconds(10) { sched_yield() }
            return server.requests.count - before
        }.get()
    }

    @Test("are all sent and answered, soon even when the script between them takes long")
    func together() async throws {
        let clock = ManualClock()
        let box = OutcomeBox()
        try await withServer(clock: clock, script: { _ in [.send(RawHTTPServer.answer(200, "{}"))] }) {
            server,
            client in
            // Opens the connections that the turns below use.
            for _ in 0..<Self.count { client.perform(DistributionRequest(.get(sampleID))) { box.add($0) } }
            for outcome in await box.first(Self.count) { #expect(outcome.document == "{}") }
            // Time stands still: all but the first few, which are sent at once, wait for the end of the turn.
            let few = try await receivedWithinTurn(
                8,
                pauseBetween: .zero,
                server: server,
                client: client,
                clock: clock,
                box: box
            )
            #expect(few == 8)
            for outcome in await box.first(2 * Self.count) { #expect(outcome.document == "{}") }
            let most = try await receivedWithinTurn(
                Self.count - 2,
                pauseBetween: .milliseconds(1),
                server: server,
                client: client,
                clock: clock,
                box: box
            )
            #expect(most >= Self.count - 2)
            for outcome in await box.first(3 * Self.count) { #expect(outcome.document == "{}") }
        }
    }
}
