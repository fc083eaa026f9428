import Dispatch
import DistributionAPI
import Synchronization
import Testing

@testable import Migration

@Suite("Appends share transactions, in their order and within limits", .timeLimit(.minutes(4)))
struct JournalWriterTests {
    @Test("Many appends are told in their order, and closing waits for them", arguments: [JournalKind.memory, .file])
    func keepsOrder(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1)
            let session = try fixture.journal.open(run: run, worker: "w")
            let told = Told()
            for number in 1...2000 {
                session.append([.shape(number: number, signature: "\(number)")]) { result in
                    if case .success([.written]) = result { told.add(number) }
                }
            }
            session.close()
            #expect(told.all == Array(1...2000))
            #expect(try fixture.journal.shapes(run: run).count == 2000)
        }
    }

    @Test("Appends beyond the limit fail, and those before it stand")
    func limitsQueue() async throws {
        try await JournalFixture.with(.memory) { fixture in
            let run = try fixture.makeRun(1)
            let session = try fixture.journal.open(run: run, worker: "w")
            let gate = DispatchSemaphore(value: 0)
            let results = Told()
            // The writer's thread stands still in this completion.
            await withCheckedContinuation { continuation in
                session.append([.shape(number: 0, signature: "")]) { _ in
                    continuation.resume()
                    _ = gate.wait(timeout: .now() + 30)
                }
            }
            let limit = JournalWriter.maxQueuedEntries
            let many = (1...limit).map { JournalEntry.shape(number: $0, signature: "s") }
            session.append(many) { if case .success(let all) = $0 { results.add(all.count) } }
            let failure = FailureBox()
            session.append([.shape(number: limit + 1, signature: "s")]) { result in
                if case .failure(let error) = result { failure.set(error) }
            }
            #expect(failure.error?.code == .busy)
            #expect(failure.error?.message.contains("\(limit) entries") == true)
            gate.signal()
            session.close()
            #expect(results.all == [limit])
            #expect(try fixture.journal.shapes(run: run).count == limit + 1)
        }
    }

    @Test("A failure takes the whole append, and the next one goes on")
    func failsWhole() async throws {
        try await JournalFixture.with(.file) { fixture in
            let run = try fixture.makeRun(2)
            let session = try fixture.journal.open(run: run, worker: "w")
            _ = try session.claimChunk(parked: false)
            let tooLate = Outcome(sequence: 2, generation: RecordKey.maxGeneration + 1, kind: .failed)
            let error = await #expect(throws: JournalError.self) {
                try await session.commit([
                    .intent(fixture.intent(1), chunk: 0, fence: 1), .outcome(tooLate, fence: 1),
                ])
            }
            #expect(error?.code == .failed)
            #expect(error?.message.contains("record 2 of run 1, generation 4096") == true)
            #expect(try fixture.journal.tally(run: run).ambiguous == 0)
            try await #expect(session.commit(.intent(fixture.intent(1), chunk: 0, fence: 1)) == .written)
            session.close()
        }
    }

    private final class Told: Sendable {
        private let numbers = Mutex<[Int]>([])
        var all: [Int] { numbers.withLock { $0 } }
        func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    }

    private final class FailureBox: Sendable {
        private let box = Mutex<JournalError?>(nil)
        var error: JournalError? { box.withLock { $0 } }
        func set(_ error: JournalError) { box.withLock { $0 = error } }
    }
}
