import Dispatch
import DistributionAPI
import DistributionStore
import Synchronization
import TestSupport
import Testing

@Suite("Concurrent writers share commits and stay apart", .timeLimit(.minutes(4)))
struct StoreConcurrencyTests {
    let id = DistributionID(high: 0x7F1C_0000_0000_4000, low: 0x8000_0000_0000_00AB)

    @Test("After a hundred updates of one record at once, one of the bodies is stored", arguments: [true, false])
    func keepsOneBody(isInMemory: Bool) async throws {
        try await withTemporaryFolder { folder in
            let store = try DistributionStore(path: isInMemory ? ":memory:" : "\(folder)/store.db")
            _ = try store.importRecords([ScriptedService.minimalBody(id: id)])
            let replies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for number in 0..<100 {
                    let body = ScriptedService.minimalBody(id: id, extraMembers: "\"n\":\(number)")
                    group.addTask { try await store.document(of: .update(id, body: body)) }
                    group.addTask { try await store.document(of: .get(id)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let stored = try await store.document(of: .get(id))
            #expect(replies.contains(stored))
            #expect(text(stored).contains("\"n\":"))
            #expect(replies.allSatisfy { (try? CheckedDistribution($0).id) == id })
            store.close()
        }
    }

    @Test("Reads find every record while others are written")
    func readsBesideWrites() async throws {
        try await withTemporaryFolder { folder in
            let store = try DistributionStore(path: "\(folder)/store.db")
            let samples = Array(SampleGenerator(seed: 8).prefix(200))
            _ = try store.importRecords(samples.map(\.body))
            await withTaskGroup(of: Void.self) { group in
                for sample in samples {
                    group.addTask { _ = await store.outcome(of: .update(sample.id, body: sample.body)) }
                    group.addTask {
                        let body = try? await store.document(of: .get(sample.id))
                        #expect(body.flatMap { DistributionID(ofDocument: $0) } == sample.id)
                    }
                }
            }
            #expect(try store.count() == 200)
            store.close()
        }
    }

    @Test("A full queue refuses, a cancelled write is not applied, a late one times out")
    func boundsQueue() async throws {
        let store = try DistributionStore.inMemory()
        _ = try store.importRecords([ScriptedService.minimalBody(id: id)])
        let gate = WriterGate()
        store.perform(DistributionRequest(.delete(DistributionID(high: 9, low: 9)))) { _ in gate.holdWriter() }
        await gate.writerIsHeld()

        let outcomes = Outcomes()
        let body = ScriptedService.minimalBody(id: id, extraMembers: "\"cancelled\":true")
        let cancelled = store.perform(DistributionRequest(.update(id, body: body))) { outcomes.add("cancelled", $0) }
        let options = RequestOptions(timeout: .zero)
        store.perform(DistributionRequest(.delete(id), options: options)) { outcomes.add("late", $0) }
        for _ in 2..<DistributionStore.maxQueuedWrites {
            store.perform(DistributionRequest(.delete(DistributionID(high: 9, low: 9)))) { outcomes.add("queued", $0) }
        }
        store.perform(DistributionRequest(.delete(id))) { outcomes.add("refused", $0) }
        let refusal = try #require(outcomes.errors("refused").first)
        #expect(refusal.code == .unavailable)
        #expect(refusal.retryable)
        #expect(outcomes.errors("queued").isEmpty)

        cancelled.cancel()
        cancelled.cancel()
        #expect(outcomes.errors("cancelled").map(\.code) == [.cancelled])
        gate.release()
        store.close()
        #expect(outcomes.errors("late").map(\.code) == [.timeout])
        #expect(outcomes.errors("queued").count == DistributionStore.maxQueuedWrites - 2)
        #expect(outcomes.errors("cancelled").count == 1)
    }

    @Test("Closing waits for the writes already queued")
    func closesAfterWrites() async throws {
        try await withTemporaryFolder { folder in
            let store = try DistributionStore(path: "\(folder)/store.db")
            let outcomes = Outcomes()
            for _ in 0..<100 {
                store.perform(DistributionRequest(.create(body: Array("{}".utf8)))) { outcomes.add("create", $0) }
            }
            store.close()
            #expect(outcomes.successCount("create") == 100)
            let reopened = try DistributionStore(path: "\(folder)/store.db")
            #expect(try reopened.count() == 100)
            reopened.close()
        }
    }
}

/// Keeps the writer thread inside a completion, which stands for a slow disk.
private final class WriterGate: Sendable {
    private let held = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    func holdWriter() {
        held.signal()
        opened.wait()
    }

    func writerIsHeld() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.held.wait()
                continuation.resume()
            }
        }
    }

    func release() {
        opened.signal()
    }
}

/// What operations ended with, by label.
private final class Outcomes: Sendable {
    private let all = Mutex<[(label: String, result: Result<DistributionReply, DistributionError>)]>([])

    func add(_ label: String, _ result: Result<DistributionReply, DistributionError>) {
        all.withLock { $0.append((label, result)) }
    }

    func errors(_ label: String) -> [DistributionError] {
        all.withLock { all in
            all.compactMap { item in
                guard item.label == label, case .failure(let error) = item.result else { return nil }
                return error
            }
        }
    }

    func successCount(_ label: String) -> Int {
        all.withLock { all in
            all.count { item in
                guard item.label == label, case .success = item.result else { return false }
                return true
            }
        }
    }
}
