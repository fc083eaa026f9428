import DistributionAPI
import Testing

@testable import Migration

@Suite("What a run has left for others is not purged")
struct PurgeTests {
    @Test("Not even force purges a run whose rollback is not finished", arguments: JournalKind.allCases)
    func keepsWhatIsTakenBack(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let first = try fixture.makeRun(3)
            try await fixture.carryOut(first)
            let rollback = try fixture.makeRun(3, kind: .rollback(of: first))
            for force in [false, true] {
                let error = journalError { try fixture.journal.purge(run: first, force: force) }
                #expect(error?.code == .state)
                if kind != .simulated {
                    let words = "run 2 takes run 1 back and is not finished: resume it, or purge it first, with --force"
                    #expect(error?.message.contains(words) == true, "\(error as Any)")
                }
            }
            #expect(try fixture.journal.applied(run: first, after: 0, limit: 9).count == 3)
            try fixture.journal.purge(run: rollback, force: true)
            try fixture.journal.purge(run: first, force: false)
        }
    }

    @Test(
        "A run is purged by force alone while its rollback has left records that no other has taken back",
        arguments: JournalKind.allCases,
        [OutcomeKind.refused, .failed, .conflict]
    )
    func keepsWhatIsLeft(kind: JournalKind, left: OutcomeKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let first = try fixture.makeRun(3)
            try await fixture.carryOut(first)
            let rollback = try fixture.makeRun(3, kind: .rollback(of: first))
            try await fixture.carryOut(rollback) { $0.sequence == 2 ? left : .verified }
            let error = journalError { try fixture.journal.purge(run: first, force: false) }
            #expect(error?.code == .state)
            if kind != .simulated {
                let words = "1 record of run 1 was not taken back by run 2: retry that first; "
                #expect(error?.message.hasPrefix(words) == true, "\(error as Any)")
            }
            try await fixture.carryOut(try fixture.makeRun(3, kind: .rollback(of: first)))
            try fixture.journal.purge(run: first, force: false)
        }
    }

    @Test("Only a run for which nothing was done is discarded", arguments: JournalKind.allCases)
    func discards(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let journal = fixture.journal
            let freezing = try journal.createRun(JournalFixture.newRun(), control: RunControl())
            try journal.discard(run: freezing)
            #expect(journalError { try journal.run(freezing) }?.code == .noSuchRun)
            let ready = try fixture.makeRun(3, isRunning: false)
            let session = try journal.open(run: ready, worker: "w")
            #expect(journalError { try journal.discard(run: ready) }?.code == .busy)
            session.close()
            try journal.discard(run: ready)
            #expect(journalError { try journal.run(ready) }?.code == .noSuchRun)
            let running = try fixture.makeRun(3)
            #expect(journalError { try journal.discard(run: running) }?.code == .state)
            #expect(try journal.tally(run: running).pending == 3)
            #expect(journalError { try journal.discard(run: RunID(number: 99)) }?.code == .noSuchRun)
        }
    }

    @Test("A purge needs a finished run, and leaves other runs alone", arguments: JournalKind.allCases)
    func purges(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let kept = try fixture.makeRun(3)
            let purged = try fixture.makeRun(3)
            try await fixture.carryOut(kept)
            #expect(journalError { try fixture.journal.purge(run: purged, force: false) }?.code == .state)
            try await fixture.carryOut(purged)
            let before = try fixture.journal.applied(run: kept, after: 0, limit: 9)
            try fixture.journal.purge(run: purged, force: false)
            #expect(try fixture.journal.applied(run: kept, after: 0, limit: 9) == before)
            #expect(try fixture.journal.tally(run: kept)[.verified] == 3)
            #expect(try fixture.journal.runs(RunFilter(), limit: 9).map(\.id) == [kept])
            // The number of a purged run is not given to another.
            #expect(try fixture.makeRun(1).number == purged.number + 1)
        }
    }
}
