import DistributionAPI
import Testing

@testable import Migration

@Suite("Runs of one migration at once, and rollbacks, keep out of each other's way")
struct RunsAtOnceTests {
    @Test("Of two runs at once the first to log a change has it", arguments: JournalKind.allCases)
    func runsAtOnce(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let journal = fixture.journal
            let runs = [try fixture.makeRun(4), try fixture.makeRun(4)]
            let sessions = try runs.map { try journal.open(run: $0, worker: "w") }
            // Both claim before either has changed anything.
            for session in sessions {
                let claim = try #require(try session.claimChunk(parked: false))
                #expect(claim.items.allSatisfy { $0.earlierChange == nil })
            }
            func intent(_ sequence: Int64) -> JournalEntry { .intent(fixture.intent(sequence), chunk: 0, fence: 1) }
            let first = try await sessions[0].commit([intent(1), fixture.outcome(1, .verified), intent(2)])
            #expect(first == [.written, .written, .written])
            let certain = EarlierChange(run: runs[0], isCertain: true)
            let perhaps = EarlierChange(run: runs[0], isCertain: false)
            let second = try await sessions[1].commit([intent(1), intent(2), intent(3), intent(3)])
            #expect(second == [.changedBefore(certain), .changedBefore(perhaps), .written, .superseded])
            #expect(try journal.tally(run: runs[1]).ambiguous == 1, "what was turned away is not logged")
            try await #expect(
                sessions[0].commit(intent(3)) == .changedBefore(EarlierChange(run: runs[1], isCertain: false))
            )
            // What the service refused for good is free again.
            try await #expect(sessions[1].commit(fixture.outcome(3, .failed, .rejected)) == .written)
            try await #expect(sessions[0].commit(intent(3)) == .written)
            for session in sessions { session.close() }
        }
    }

    @Test(
        "While a write of a record is open no other run logs one, be it to change it again or to take it back",
        arguments: JournalKind.allCases
    )
    func oneWriteAtOnce(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let journal = fixture.journal
            func begin(_ run: RunID, repeatsApplied: Bool) throws -> (session: any RunSession, claim: ChunkClaim) {
                let session = try journal.open(run: run, worker: "w", repeatsApplied: repeatsApplied)
                return (session, try #require(try session.claimChunk(parked: false)))
            }
            func intent() -> JournalEntry { .intent(fixture.intent(1), chunk: 0, fence: 1) }
            let changed = try fixture.makeRun(1)
            try await fixture.carryOut(changed)
            fixture.clock.advance(seconds: 1)
            let runs = [
                try fixture.makeRun(1), try fixture.makeRun(1, kind: .rollback(of: changed)),
                try fixture.makeRun(1, kind: .rollback(of: changed)),
            ]
            // Each has claimed the record before another has logged a change.
            let begun = try zip(runs, [true, false, false]).map { try begin($0, repeatsApplied: $1) }
            #expect(begun.allSatisfy { $0.claim.items.allSatisfy { $0.earlierChange == nil } })
            for (holder, run) in runs.enumerated() {
                try await #expect(begun[holder].session.commit(intent()) == .written)
                let open = EarlierChange(run: run, isCertain: false)
                for other in runs.indices where other > holder {
                    try await #expect(begun[other].session.commit(intent()) == .changedBefore(open), "\(other)")
                }
                // What the service refused for good is free again.
                try await #expect(begun[holder].session.commit(fixture.outcome(1, .failed, .rejected)) == .written)
            }
            for session in begun.map(\.session) { session.close() }
        }
    }

    @Test(
        "A run that changes records again does not do so from a body that may be of before another's change",
        arguments: JournalKind.allCases
    )
    func overtakes(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let first = try fixture.makeRun(2)
            try await fixture.carryOut(first)
            fixture.clock.advance(seconds: 1)
            let again = try fixture.makeRun(2)
            let session = try fixture.journal.open(run: again, worker: "w", repeatsApplied: true)
            _ = try session.claimChunk(parked: false)
            let rollback = try fixture.makeRun(1, kind: .rollback(of: first))
            try await fixture.carryOut(rollback)
            func intent(_ sequence: Int64, fence: Int64) -> JournalEntry {
                .intent(fixture.intent(sequence), chunk: 0, fence: fence)
            }
            let results = try await session.commit([intent(1, fence: 1), intent(2, fence: 1)])
            #expect(results == [.overtaken(by: rollback), .written])
            _ = try await session.commit([
                fixture.outcome(2, .verified), .parking(Parking(sequence: 1, failure: .already, message: "")),
                .chunkEnd(number: 0, fence: 1, .parked),
            ])
            fixture.clock.advance(seconds: 1)
            #expect(try session.claimChunk(parked: true)?.items.map(\.sequence) == [1])
            try await #expect(session.commit(intent(1, fence: 2)) == .written)
            session.close()
        }
    }

    @Test("An open write is told when a record is claimed, to every run", arguments: JournalKind.allCases)
    func openWritesAtClaim(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let journal = fixture.journal
            let changed = try fixture.makeRun(1)
            try await fixture.carryOut(changed)
            let rollback = try fixture.makeRun(1, kind: .rollback(of: changed))
            let open = try journal.open(run: rollback, worker: "w")
            _ = try open.claimChunk(parked: false)
            _ = try await open.commit(.intent(fixture.intent(1), chunk: 0, fence: 1))
            open.close()
            let expected = EarlierChange(run: rollback, isCertain: false)
            for (kind, repeatsApplied) in [
                (RunKind.migration, false), (.migration, true), (.rollback(of: changed), false),
            ] {
                let run = try fixture.makeRun(1, kind: kind)
                let session = try journal.open(run: run, worker: "w", repeatsApplied: repeatsApplied)
                #expect(try session.claimChunk(parked: false)?.items.map(\.earlierChange) == [expected], "\(kind)")
                session.close()
            }
            let planned = try journal.earlierChanges(
                of: [JournalFixture.id(1)],
                migration: "rename",
                target: "https://api.example"
            )
            #expect(planned == [expected])
            // Its own run goes on with it.
            let session = try journal.open(run: rollback, worker: "w")
            let item = try #require(try session.claimChunk(parked: false)).items[0]
            #expect(item.earlierChange == nil)
            #expect(item.hasOpenIntent)
            session.close()
        }
    }

    @Test("A plan that replaces another is turned away where a run has come first", arguments: JournalKind.allCases)
    func turnsPlansAway(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let journal = fixture.journal
            let late = try fixture.makeRun(1)
            let early = try fixture.makeRun(1)
            let sessions = try [late, early].map { try journal.open(run: $0, worker: "w", repeatsApplied: $0 == early) }
            _ = try sessions[0].claimChunk(parked: false)
            _ = try await sessions[0].commit([
                .intent(fixture.intent(1), chunk: 0, fence: 1), fixture.outcome(1, .conflict, .doubt),
            ])
            fixture.clock.advance(seconds: 1)
            _ = try sessions[1].claimChunk(parked: false)
            let written = try await sessions[1].commit([
                .intent(fixture.intent(1), chunk: 0, fence: 1), fixture.outcome(1, .verified),
            ])
            #expect(written == [.written, .written])
            #expect(try journal.reopen(run: late, failure: .doubt, by: "bob").opened == 1)
            let change = EarlierChange(run: early, isCertain: true)
            let intent = JournalEntry.intent(fixture.intent(1, 1), chunk: 0, fence: 1)
            try await #expect(sessions[0].commit(intent) == .changedBefore(change))
            for session in sessions { session.close() }
        }
    }

    @Test(
        "A rollback logs no change where another run has changed the record since it was read",
        arguments: JournalKind.allCases
    )
    func rollbackComesLate(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let journal = fixture.journal
            let first = try fixture.makeRun(1)
            try await fixture.carryOut(first)
            let rollback = try fixture.makeRun(1, kind: .rollback(of: first))
            let session = try journal.open(run: rollback, worker: "w")
            _ = try session.claimChunk(parked: false)
            let second = try fixture.makeRun(1)
            try await fixture.carryOut(second)
            let intent = JournalEntry.intent(fixture.intent(1), chunk: 0, fence: 1)
            let later = EarlierChange(run: second, isCertain: true)
            try await #expect(session.commit(intent) == .changedBefore(later))
            try await fixture.carryOut(try fixture.makeRun(1, kind: .rollback(of: second)))
            try await #expect(session.commit(intent) == .written)
            session.close()
        }
    }
}
