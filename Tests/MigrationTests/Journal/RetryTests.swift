import DistributionAPI
import Testing

@testable import Migration

@Suite("Records are opened again that failed")
struct RetryTests {
    /// A finished run of 7 records, one of each kind that matters, the last of them parked.
    private func makeMixedRun(_ fixture: JournalFixture) async throws -> RunID {
        let run = try fixture.makeRun(7)
        let session = try fixture.journal.open(run: run, worker: "w")
        _ = try session.claimChunk(parked: false)
        let results = try await session.commit([
            .intent(fixture.intent(1), chunk: 0, fence: 1), fixture.outcome(1, .verified),
            fixture.outcome(2, .refused, .script), fixture.outcome(3, .failed, .rejected),
            .intent(fixture.intent(4), chunk: 0, fence: 1), fixture.outcome(4, .conflict, .conflict),
            fixture.outcome(5, .skipped, .skip), fixture.outcome(6, .mismatch, .mismatch),
            .parking(Parking(sequence: 7, failure: .timeout, message: "")),
            .chunkEnd(number: 0, fence: 1, .parked),
        ])
        #expect(results.allSatisfy { $0 == .written })
        session.close()
        try fixture.finish(run)
        return run
    }

    @Test("Only what can be tried again is opened", arguments: JournalKind.allCases)
    func reopens(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try await makeMixedRun(fixture)
            let before = try fixture.journal.tally(run: run)
            #expect(before.concluded == 6)
            let none = try fixture.journal.reopen(run: run, failure: .server, by: "bob")
            #expect(none == (0, 0, 0))
            #expect(try fixture.journal.run(run).state == .finished)
            let counts = try fixture.journal.reopen(run: run, failure: nil, by: "bob")
            #expect(counts == (3, 1, 0))
            #expect(try fixture.journal.audit(run: run).last?.new == "3 opened, 1 parked")
            #expect(try fixture.journal.run(run).state == .stopped, "so that it can be resumed, whatever comes next")
            #expect(try fixture.journal.run(run).stop == RunStop(.asked, "records were opened again"))
            let tally = try fixture.journal.tally(run: run)
            #expect(tally.counts == [.verified: 1, .skipped: 1, .mismatch: 1])
            #expect(tally.parked == 1)
            #expect(tally.ambiguous == 0)
            #expect(tally.pending == 3)
            #expect(try fixture.journal.outcomes(run: run, kinds: [], after: 0, limit: 9).count == 3)
            #expect(try fixture.journal.reopen(run: run, failure: nil, by: "bob") == (0, 1, 0))

            try fixture.journal.setState(.running, run: run, stop: nil, audit: fixture.audit())
            let session = try fixture.journal.open(run: run, worker: "w")
            let claim = try #require(try session.claimChunk(parked: false))
            #expect(claim.items.map(\.sequence) == [2, 3, 4, 7])
            #expect(claim.items.map(\.generation) == [1, 1, 1, 0])
            #expect(claim.items.allSatisfy { $0.openIntent == nil })
            let results = try await session.commit([
                .intent(fixture.intent(4, 1), chunk: 0, fence: claim.fence), fixture.outcome(4, .verified, nil, 1),
                fixture.outcome(4, .failed, nil, 0), fixture.outcome(2, .unchanged, nil, 1),
                fixture.outcome(3, .unchanged, nil, 2),
            ])
            #expect(results == [.written, .superseded, .superseded, .written, .superseded])
            session.close()
        }
    }

    @Test("Only the class that is named is opened", arguments: JournalKind.allCases)
    func reopensClass(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try await makeMixedRun(fixture)
            #expect(try fixture.journal.reopen(run: run, failure: .timeout, by: "bob") == (0, 1, 0))
            #expect(try fixture.journal.reopen(run: run, failure: .rejected, by: "bob") == (1, 0, 0))
            #expect(try fixture.journal.tally(run: run).pending == 1)
        }
    }

    @Test(
        "A record that is opened while its chunk is held is not lost when the chunk is left",
        arguments: JournalKind.allCases
    )
    func reopensUnderWorker(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1)
            let session = try fixture.journal.open(run: run, worker: "w")
            _ = try session.claimChunk(parked: false)
            try await #expect(session.commit(fixture.outcome(1, .failed, .rejected)) == .written)
            #expect(try fixture.journal.reopen(run: run, failure: nil, by: "bob") == (1, 0, 0))
            #expect(try fixture.journal.run(run).state == .running)
            try await #expect(session.commit(.chunkEnd(number: 0, fence: 1, .done)) == .written)
            #expect(journalError { try fixture.finish(run) }?.code == .state)
            #expect(try session.claimChunk(parked: false)?.items.map(\.generation) == [1])
            session.close()
        }
    }
}
