import DistributionAPI
import Testing

@testable import Migration

@Suite("Nothing is changed twice by one migration, whatever is purged")
struct LedgerTests {
    /// In which run each of the first records was changed before, as a claim of a new run says; negative for perhaps.
    private func appliedIn(
        _ fixture: JournalFixture,
        _ migration: String = "rename",
        _ count: Int = 3,
        target: String = "https://api.example"
    ) throws -> [Int64?] {
        let run = try fixture.makeRun(count, migration: migration, target: target)
        let session = try fixture.journal.open(run: run, worker: "w")
        let items = try #require(try session.claimChunk(parked: false)).items
        session.close()
        try fixture.journal.purge(run: run, force: true)
        return items.map { $0.earlierChange.flatMap { $0.isCertain ? $0.run.number : -$0.run.number } }
    }

    @Test("What a migration has changed at one target says nothing about another", arguments: JournalKind.allCases)
    func remembersTheTarget(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let first = try fixture.makeRun(3, target: "https://staging.example")
            try await fixture.carryOut(first)
            #expect(try appliedIn(fixture, target: "https://staging.example") == [1, 1, 1])
            #expect(try appliedIn(fixture, target: "https://api.example") == [nil, nil, nil])
            #expect(
                try fixture.journal.runs(RunFilter(migration: "rename"), limit: 10).map(\.target) == [
                    "https://staging.example"
                ]
            )
            try fixture.journal.purge(run: first, force: false)
            #expect(try appliedIn(fixture, target: "https://staging.example") == [1, 1, 1])
            #expect(try appliedIn(fixture, target: "https://api.example") == [nil, nil, nil])
        }
    }

    @Test(
        "A record is known to be changed until a rollback takes it back, also after purging",
        arguments: JournalKind.allCases
    )
    func remembers(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            #expect(try appliedIn(fixture) == [nil, nil, nil])
            let first = try fixture.makeRun(3)
            try await fixture.carryOut(first) { $0.sequence == 2 ? .unchanged : .acknowledged }
            let number = first.number
            #expect(try appliedIn(fixture) == [number, nil, number])
            #expect(try appliedIn(fixture, "another") == [nil, nil, nil])

            let rollback = try fixture.makeRun(1, kind: .rollback(of: first))
            try await fixture.carryOut(rollback) { item in
                #expect(item.earlierChange == nil)
                return .verified
            }
            #expect(try appliedIn(fixture) == [nil, nil, number])
            try fixture.journal.purge(run: rollback, force: false)
            #expect(try appliedIn(fixture) == [nil, nil, number])
            try fixture.journal.purge(run: first, force: false)
            #expect(journalError { try fixture.journal.run(first) }?.code == .noSuchRun)
            #expect(try appliedIn(fixture) == [nil, nil, number])
            #expect(try appliedIn(fixture, "another") == [nil, nil, nil])
        }
    }

    @Test("A rollback also counts when the run it takes back was purged first", arguments: JournalKind.allCases)
    func remembersRollbackOfPurged(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let first = try fixture.makeRun(3)
            try await fixture.carryOut(first)
            let rollback = try fixture.makeRun(2, kind: .rollback(of: first))
            try await fixture.carryOut(rollback) { _ in .refused }
            try fixture.journal.purge(run: first, force: true)
            #expect(try appliedIn(fixture) == [1, 1, 1])
            #expect(try fixture.journal.reopen(run: rollback, failure: nil, by: "bob") == (2, 0, 0))
            try fixture.journal.setState(.running, run: rollback, stop: nil, audit: fixture.audit("resume"))
            try await fixture.carryOut(rollback)
            #expect(try appliedIn(fixture) == [nil, nil, 1])
            try fixture.journal.purge(run: rollback, force: false)
            #expect(try appliedIn(fixture) == [nil, nil, 1])
        }
    }

    @Test(
        "A record that was perhaps changed is known as such, also after purging, until it is found out",
        arguments: JournalKind.allCases
    )
    func remembersDoubt(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let first = try fixture.makeRun(3)
            let session = try fixture.journal.open(run: first, worker: "w")
            let claim = try #require(try session.claimChunk(parked: false))
            let intents = claim.items.prefix(2).map {
                JournalEntry.intent(fixture.intent($0), chunk: 0, fence: claim.fence)
            }
            _ = try await session.commit(intents)
            _ = try await session.commit(.parking(Parking(sequence: 1, failure: .timeout, message: "late")))
            session.close()
            #expect(try appliedIn(fixture) == [-1, -1, nil])
            let earlier = try fixture.journal.earlierChanges(
                of: [JournalFixture.id(2), JournalFixture.id(3)],
                migration: "rename",
                target: "https://api.example"
            )
            #expect(earlier == [EarlierChange(run: first, isCertain: false), nil])
            try fixture.journal.purge(run: first, force: true)
            #expect(try appliedIn(fixture) == [-1, -1, nil])
        }
    }

    @Test(
        "A conflict in doubt is perhaps changed, its run cannot find out, and only its class opens it again",
        arguments: JournalKind.allCases
    )
    func conflictsInDoubt(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let first = try fixture.makeRun(4)
            try await fixture.end(
                first,
                [
                    .intent(fixture.intent(1), chunk: 0, fence: 1), fixture.outcome(1, .conflict, .doubt),
                    .intent(fixture.intent(2), chunk: 0, fence: 1), fixture.outcome(2, .conflict, .conflict),
                    fixture.outcome(3, .conflict, .conflict),
                    .intent(fixture.intent(4), chunk: 0, fence: 1), fixture.outcome(4, .failed, .rejected),
                    .chunkEnd(number: 0, fence: 1, .done),
                ]
            )
            #expect(try appliedIn(fixture, "rename", 4) == [-1, nil, nil, nil])
            #expect(try fixture.journal.doubtCount(run: first) == 1)
            #expect(journalError { try fixture.journal.purge(run: first, force: false) }?.code == .state)
            let change = try fixture.journal.earlierChanges(
                of: [JournalFixture.id(1)],
                migration: "rename",
                target: "https://api.example"
            )
            #expect(change == [EarlierChange(run: first, isCertain: false, isOpen: false)])
            #expect(
                change[0]?.words.hasSuffix("a run with --again and that record alone as its input changes it") == true
            )
            #expect(try fixture.journal.reopen(run: first, failure: nil, by: "bob").opened == 3)
            #expect(try fixture.journal.reopen(run: first, failure: .doubt, by: "bob").opened == 1)
            #expect(try fixture.journal.doubtCount(run: first) == 0)
            #expect(try appliedIn(fixture, "rename", 4) == [-1, nil, nil, nil], "opening it again finds nothing out")
            try fixture.journal.purge(run: first, force: true)
            #expect(try appliedIn(fixture, "rename", 4) == [-1, nil, nil, nil])
        }
    }

    @Test(
        "What was in doubt before it was tried again and taken back stays so, whichever run is purged first",
        arguments: JournalKind.allCases,
        [true, false]
    )
    func doubtThatWasTakenBack(kind: JournalKind, purgesRollbackFirst: Bool) async throws {
        try await JournalFixture.with(kind) { fixture in
            let first = try fixture.makeRun(1)
            try await fixture.end(
                first,
                [
                    .intent(fixture.intent(1), chunk: 0, fence: 1), fixture.outcome(1, .conflict, .doubt),
                    .chunkEnd(number: 0, fence: 1, .done),
                ]
            )
            #expect(try fixture.journal.reopen(run: first, failure: .doubt, by: "bob").opened == 1)
            try fixture.journal.setState(.running, run: first, stop: nil, audit: fixture.audit())
            try await fixture.carryOut(first)
            let rollback = try fixture.makeRun(1, kind: .rollback(of: first))
            try await fixture.carryOut(rollback)
            #expect(try appliedIn(fixture, "rename", 1) == [-1])
            for run in purgesRollbackFirst ? [rollback, first] : [first, rollback] {
                try fixture.journal.purge(run: run, force: false)
                #expect(try appliedIn(fixture, "rename", 1) == [-1], "\(run)")
            }
        }
    }

    @Test("The newest change of a record counts, be its run purged", arguments: JournalKind.allCases)
    func newestChange(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let runs = [try fixture.makeRun(3), try fixture.makeRun(2), try fixture.makeRun(1)]
            for run in runs { try await fixture.carryOut(run) }
            #expect(try appliedIn(fixture) == [3, 2, 1])
            try fixture.journal.purge(run: runs[1], force: false)
            #expect(try appliedIn(fixture) == [3, 2, 1])
            try fixture.journal.purge(run: runs[0], force: false)
            try fixture.journal.purge(run: runs[2], force: false)
            #expect(try appliedIn(fixture) == [3, 2, 1])
        }
    }

    @Test(
        "Of two runs the one that changed a record last counts, not the one made last",
        arguments: JournalKind.allCases
    )
    func newestByTime(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let early = try fixture.makeRun(1)
            let late = try fixture.makeRun(1)
            try await fixture.carryOut(late)
            fixture.clock.advance(seconds: 1)
            try await fixture.carryOut(early)
            func standing(_ run: RunID) throws -> ChangeStanding {
                try fixture.journal.standing(
                    of: JournalFixture.id(1),
                    run: run,
                    migration: "rename",
                    target: "https://api.example"
                )
            }
            #expect(try appliedIn(fixture, "rename", 1) == [early.number])
            #expect(try standing(early) == .newest)
            #expect(try standing(late) == .superseded(by: EarlierChange(run: early, isCertain: true)))
            try await fixture.carryOut(try fixture.makeRun(1, kind: .rollback(of: early)))
            #expect(try standing(late) == .newest)
        }
    }

    @Test(
        "A purged rollback that was in doubt leaves the doubt, whichever run is purged first",
        arguments: JournalKind.allCases,
        [true, false]
    )
    func rollbackInDoubt(kind: JournalKind, purgesRollbackFirst: Bool) async throws {
        try await JournalFixture.with(kind) { fixture in
            let journal = fixture.journal
            let first = try fixture.makeRun(3)
            try await fixture.carryOut(first)
            let rollback = try fixture.makeRun(2, kind: .rollback(of: first))
            try await fixture.end(
                rollback,
                [
                    .intent(fixture.intent(1), chunk: 0, fence: 1),
                    .parking(Parking(sequence: 1, failure: .timeout, message: "")),
                    .intent(fixture.intent(2), chunk: 0, fence: 1), fixture.outcome(2, .verified),
                    .chunkEnd(number: 0, fence: 1, .parked),
                ]
            )
            #expect(try appliedIn(fixture) == [-2, nil, 1], "the rollback can find it out")
            #expect(journalError { try journal.purge(run: first, force: false) }?.code == .state)
            for run in purgesRollbackFirst ? [rollback, first] : [first, rollback] {
                try journal.purge(run: run, force: true)
                let isThere = run == first && !purgesRollbackFirst
                #expect(try appliedIn(fixture) == [isThere ? -2 : -1, nil, 1], "\(run)")
            }
        }
    }

    @Test(
        "A rollback in doubt counts while it can send again, then one that has taken a record back",
        arguments: JournalKind.allCases
    )
    func secondRollback(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let journal = fixture.journal
            let first = try fixture.makeRun(1)
            try await fixture.carryOut(first)
            let doubtful = try fixture.makeRun(1, kind: .rollback(of: first))
            let session = try journal.open(run: doubtful, worker: "w")
            _ = try session.claimChunk(parked: false)
            _ = try await session.commit(.intent(fixture.intent(1), chunk: 0, fence: 1))
            session.close()
            let second = try fixture.makeRun(1, kind: .rollback(of: first))
            // It has found the old values.
            try await fixture.carryOut(second) { _ in .unchanged }
            #expect(try appliedIn(fixture, "rename", 1) == [-2])
            for (run, change) in [(second, -2), (doubtful, nil), (first, nil)] as [(RunID, Int64?)] {
                try journal.purge(run: run, force: true)
                #expect(try appliedIn(fixture, "rename", 1) == [change], "\(run)")
            }
        }
    }

    @Test(
        "A finished run of which records were perhaps changed is purged by force alone",
        arguments: JournalKind.allCases
    )
    func purgesDoubt(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1)
            try await fixture.end(
                run,
                [
                    .intent(fixture.intent(1), chunk: 0, fence: 1),
                    .parking(Parking(sequence: 1, failure: .timeout, message: "")),
                    .chunkEnd(number: 0, fence: 1, .parked),
                ]
            )
            let error = journalError { try fixture.journal.purge(run: run, force: false) }
            #expect(error?.code == .state)
            if kind != .simulated {
                #expect(error?.message.hasPrefix("1 record of run 1 was perhaps changed: ") == true, "\(error as Any)")
            }
            try fixture.journal.purge(run: run, force: true)
            #expect(try appliedIn(fixture, "rename", 1) == [-1])
        }
    }

    @Test(
        "A record that was opened as often as there are numbers for is left as it is",
        arguments: [JournalKind.memory]
    )
    func lastGeneration(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(2)
            let session = try fixture.journal.open(run: run, worker: "w")
            _ = try session.claimChunk(parked: false)
            for generation in 0..<RecordKey.maxGeneration {
                _ = try await session.commit(fixture.outcome(1, .failed, .rejected, generation))
                #expect(try fixture.journal.reopen(run: run, failure: nil, by: "bob") == (1, 0, 0))
            }
            let last = fixture.outcome(1, .failed, .rejected, RecordKey.maxGeneration)
            try await #expect(session.commit([last, fixture.outcome(2, .failed, .rejected)]) == [.written, .written])
            #expect(try fixture.journal.reopen(run: run, failure: nil, by: "bob") == (1, 0, 1))
            let outcomes = try fixture.journal.outcomes(run: run, kinds: [], after: 0, limit: 9)
            #expect(outcomes.map(\.outcome.sequence) == [1], "the first stays, the second is open")
            session.close()
        }
    }

    @Test(
        "What a write left otherwise than it was sent is written too; a rollback that finds the old values counts",
        arguments: JournalKind.allCases
    )
    func mismatchesAndOldValues(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let first = try fixture.makeRun(3)
            try await fixture.carryOut(first) { _ in .mismatch }
            #expect(try appliedIn(fixture) == [1, 1, 1])
            #expect(try fixture.journal.applied(run: first, after: 0, limit: 9).map(\.sequence) == [1, 2, 3])
            let rollback = try fixture.makeRun(3, kind: .rollback(of: first))
            try await fixture.carryOut(rollback) { [.verified, .unchanged, .conflict][Int($0.sequence) - 1] }
            #expect(try appliedIn(fixture) == [nil, nil, 1])
            try fixture.journal.purge(run: rollback, force: false)
            #expect(try appliedIn(fixture) == [nil, nil, 1])
        }
    }

    @Test(
        "The newest run that changed a record is named, also to a run that began before it",
        arguments: JournalKind.allCases
    )
    func namesNewest(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let early = try fixture.makeRun(3)
            let second = try fixture.makeRun(3)
            let third = try fixture.makeRun(1)
            try await fixture.carryOut(second)
            try await fixture.carryOut(third)
            let session = try fixture.journal.open(run: early, worker: "w")
            let items = try #require(try session.claimChunk(parked: false)).items
            #expect(items.map { $0.earlierChange?.run } == [third, second, second])
            session.close()
        }
    }
}
