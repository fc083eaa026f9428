import DistributionAPI
import Synchronization
import TestSupport
import Testing

@Suite("A read-only service sends no write", .timeLimit(.minutes(4)))
struct ReadOnlyServiceTests {
    @Test("Writes are refused with advice, reads go through")
    func refusesWrites() async throws {
        let scripted = ScriptedService(records: [(.first, ScriptedService.minimalBody(id: .first))])
        let service = ReadOnlyService(scripted, advice: "say write(true)")
        let writes: [DistributionOperation] = [.update(.first, body: []), .create(body: []), .delete(.first)]
        for operation in writes {
            let error = try #require(await service.failure(of: operation))
            #expect(error.code == .readOnly)
            #expect(error.message.contains("say write(true)"))
            #expect(error.operation == operation.name)
            #expect(error.id == operation.recordID?.description)
        }
        #expect(scripted.requestNames == [])
        _ = try await service.document(of: .get(.first))
        #expect(try await service.listing().count == 1)
        #expect(try await service.health() == "ok")
        #expect(scripted.requestNames == ["get", "list", "health"])
    }
}

@Suite("A tracing service tells what happened and nothing secret", .timeLimit(.minutes(4)))
struct TracingServiceTests {
    private final class Log: Sendable {
        let events = Mutex<[TracingService.Event]>([])
        let time = Mutex(ContinuousClock.now)

        /// Each look at the clock is 5 ms later than the last.
        func now() -> ContinuousClock.Instant {
            time.withLock { time in
                time += .milliseconds(5)
                return time
            }
        }
    }

    @Test("Every operation is told once, with its time and end")
    func tells() async throws {
        let body = ScriptedService.minimalBody(id: .first)
        let scripted = ScriptedService(records: [(.first, body)])
        scripted.script("update", .fail(DistributionError(.server, "secret body", status: 500)))
        let log = Log()
        let service = TracingService(
            scripted,
            now: { log.now() },
            sink: { event in log.events.withLock { $0.append(event) } }
        )
        _ = try await service.document(of: .get(.first))
        _ = await service.failure(of: .get(.second))
        _ = await service.failure(of: .update(.first, body: body))
        _ = await service.outcome(of: .delete(.first))
        _ = await service.outcome(of: .list)
        _ = await service.outcome(of: .health)
        let events = log.events.withLock { $0 }
        #expect(events.map(\.operation) == ["get", "get", "update", "delete", "list", "health"])
        #expect(events.map(\.id) == [.first, .second, .first, .first, nil, nil])
        #expect(
            events.map(\.outcome) == [
                .success(byteCount: body.count), .failure(.notFound, status: nil), .failure(.server, status: 500),
                .success(byteCount: 0), .success(byteCount: nil), .success(byteCount: 2),
            ]
        )
        #expect(events.allSatisfy { $0.duration == .milliseconds(5) })
        #expect(!String(describing: events).contains("secret"))
    }

    @Test("A cancel reaches the service beneath")
    func passesCancel() async {
        let scripted = ScriptedService()
        scripted.script("get", .hold)
        let log = Log()
        let service = TracingService(scripted) { event in log.events.withLock { $0.append(event) } }
        service.perform(DistributionRequest(.get(.first))) { _ in }.cancel()
        #expect(scripted.cancelCount == 1)
        #expect(log.events.withLock { $0.map(\.outcome) } == [.failure(.cancelled, status: nil)])
    }
}
