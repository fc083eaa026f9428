import DistributionAPI
import Testing

@testable import Migration

@Suite("What is written once stays, and the loser is told")
struct EntryResultTests {
    /// A run of 1,500 records in a session that holds chunk 0 under fence 1.
    private func withSession(
        _ kind: JournalKind,
        _ body: (JournalFixture, RunID, any RunSession) async throws -> Void
    ) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1500)
            let session = try fixture.journal.open(run: run, worker: "w")
            #expect(try session.claimChunk(parked: false)?.fence == 1)
            try await body(fixture, run, session)
            session.close()
        }
    }

    private func intent(_ fixture: JournalFixture, _ sequence: Int64, _ generation: Int = 0) -> JournalEntry {
        .intent(fixture.intent(sequence, generation), chunk: 0, fence: 1)
    }

    private func outcome(_ sequence: Int64, _ generation: Int = 0, _ kind: OutcomeKind = .verified) -> JournalEntry {
        .outcome(Outcome(sequence: sequence, generation: generation, kind: kind), fence: 1)
    }

    private func replan(_ fixture: JournalFixture, _ sequence: Int64, _ generation: Int) -> JournalEntry {
        .replan(
            closing: Outcome(sequence: sequence, generation: generation, kind: .replanned),
            opening: fixture.intent(sequence, generation + 1),
            chunk: 0,
            fence: 1
        )
    }

    @Test(
        "An intent is written once, in the generation that is open, by who holds the chunk",
        arguments: JournalKind.allCases
    )
    func writesIntents(kind: JournalKind) async throws {
        try await withSession(kind) { fixture, run, session in
            let results = try await session.commit([
                intent(fixture, 1), intent(fixture, 1), intent(fixture, 1, 1),
                outcome(2, 0, .unchanged), intent(fixture, 2), intent(fixture, 2, 1),
                intent(fixture, 3, 1),
                .intent(fixture.intent(4), chunk: 0, fence: 0), .intent(fixture.intent(4), chunk: 0, fence: 2),
                .intent(fixture.intent(4), chunk: 1, fence: 0), .intent(fixture.intent(1200), chunk: 0, fence: 1),
                .intent(fixture.intent(4), chunk: 99, fence: 1),
                intent(fixture, 4),
            ])
            #expect(
                results == [
                    .written, .superseded, .superseded,
                    .written, .superseded, .superseded,
                    .superseded,
                    .superseded, .superseded,
                    .superseded, .superseded,
                    .superseded,
                    .written,
                ]
            )
            #expect(try fixture.journal.tally(run: run).ambiguous == 2)
        }
    }

    @Test("The first outcome of a generation stays", arguments: JournalKind.allCases)
    func writesOutcomes(kind: JournalKind) async throws {
        try await withSession(kind) { fixture, run, session in
            let results = try await session.commit([
                intent(fixture, 1), outcome(1), outcome(1, 0, .failed), outcome(1, 1, .failed),
                outcome(2, 0, .gone), outcome(2, 0, .gone),
                outcome(3, 1, .verified), intent(fixture, 3), outcome(3, 0, .recovered),
                .outcome(Outcome(sequence: 1200, generation: 0, kind: .excluded), fence: 0),
            ])
            #expect(
                results == [
                    .written, .written, .superseded, .superseded,
                    .written, .superseded,
                    .superseded, .written, .written,
                    .written,
                ]
            )
            let tally = try fixture.journal.tally(run: run)
            #expect(tally.counts == [.verified: 1, .gone: 1, .recovered: 1, .excluded: 1])
            #expect(tally.pending == 1496)
        }
    }

    @Test("An outcome from before the intent's claim is no evidence about it", arguments: JournalKind.allCases)
    func refusesBlindOutcomes(kind: JournalKind) async throws {
        try await withSession(kind) { fixture, run, session in
            _ = try await session.commit(.chunkEnd(number: 0, fence: 1, .released))
            #expect(try session.claimChunk(parked: false)?.fence == 2)
            let results = try await session.commit([
                .intent(fixture.intent(1), chunk: 0, fence: 2),
                .outcome(Outcome(sequence: 1, generation: 0, kind: .unchanged), fence: 1),
                .outcome(Outcome(sequence: 2, generation: 0, kind: .unchanged), fence: 1),
            ])
            #expect(results == [.written, .superseded, .written])
            // A later claim has read back what an earlier one has sent.
            _ = try await session.commit(.chunkEnd(number: 0, fence: 2, .released))
            #expect(try session.claimChunk(parked: false)?.fence == 3)
            let recovered = Outcome(sequence: 1, generation: 0, kind: .recovered)
            try await #expect(session.commit(.outcome(recovered, fence: 3)) == .written)
            #expect(try fixture.journal.tally(run: run)[.recovered] == 1)
        }
    }

    @Test("A plan replaces another once, both halves or neither", arguments: JournalKind.allCases)
    func replans(kind: JournalKind) async throws {
        try await withSession(kind) { fixture, run, session in
            let results = try await session.commit([
                replan(fixture, 1, 0), intent(fixture, 1), replan(fixture, 1, 1), replan(fixture, 1, 0),
                replan(fixture, 1, 0), outcome(1), replan(fixture, 1, 1), outcome(1, 1), outcome(1, 2),
                intent(fixture, 2), outcome(2), replan(fixture, 2, 0),
                intent(fixture, 3),
                .replan(
                    closing: Outcome(sequence: 3, generation: 0, kind: .failed),
                    opening: fixture.intent(3, 1),
                    chunk: 0,
                    fence: 0
                ),
                .replan(
                    closing: Outcome(sequence: 3, generation: 0, kind: .failed),
                    opening: fixture.intent(4, 1),
                    chunk: 0,
                    fence: 1
                ),
                .replan(
                    closing: Outcome(sequence: 3, generation: 0, kind: .failed),
                    opening: fixture.intent(3, 2),
                    chunk: 0,
                    fence: 1
                ),
                .replan(
                    closing: Outcome(sequence: 3, generation: 0, kind: .failed),
                    opening: fixture.intent(3, 1),
                    chunk: 0,
                    fence: 1
                ),
            ])
            #expect(
                results == [
                    .superseded, .written, .superseded, .written,
                    .superseded, .superseded, .written, .superseded, .written,
                    .written, .written, .superseded,
                    .written,
                    .superseded, .superseded, .superseded,
                    .written,
                ]
            )
            let tally = try fixture.journal.tally(run: run)
            #expect(tally.counts == [.verified: 2])
            #expect(tally.ambiguous == 1)
            let applied = try #require(try fixture.journal.applied(run: run, id: JournalFixture.id(1)))
            #expect(applied.postimage == fixture.intent(1, 2).postimage)
            #expect(applied.preimage == fixture.intent(1, 2).preimage)
        }
    }

    @Test("The newest parking counts, until there is an outcome", arguments: JournalKind.allCases)
    func parks(kind: JournalKind) async throws {
        try await withSession(kind) { fixture, run, session in
            let first = Parking(sequence: 1, failure: .timeout, message: "slow")
            let second = Parking(sequence: 1, failure: .server, message: "bad gateway", httpStatus: 502)
            _ = try await session.commit([
                intent(fixture, 1), .parking(first), .parking(second),
                .parking(Parking(sequence: 2, failure: .network, message: "")),
            ])
            var tally = try fixture.journal.tally(run: run)
            #expect(tally.parked == 2)
            #expect(tally.ambiguous == 0)
            let life = try #require(try fixture.journal.life(of: JournalFixture.id(1), run: run))
            #expect(life.events.last == .parking(second, count: 2, fixture.clock.now))
            let results = try await session.commit([outcome(1), .parking(first), replan(fixture, 2, 0)])
            #expect(results == [.written, .superseded, .superseded])
            tally = try fixture.journal.tally(run: run)
            #expect(tally.parked == 1)
            #expect(tally[.verified] == 1)
        }
    }

    @Test("A shape is written once a number", arguments: JournalKind.allCases)
    func writesShapes(kind: JournalKind) async throws {
        try await withSession(kind) { fixture, run, session in
            let results = try await session.commit([
                .shape(number: 1, signature: "a"), .shape(number: 1, signature: "b"), .shape(number: 2, signature: "b"),
                .shape(number: 3, signature: "never"),
                .intent(fixture.intent(1, shape: 2), chunk: 0, fence: 1),
                .intent(fixture.intent(2, shape: 2), chunk: 0, fence: 1),
                .intent(fixture.intent(3, shape: 1), chunk: 0, fence: 1),
            ])
            #expect(results == [.written, .superseded, .written, .written, .written, .written, .written])
            let shapes = try fixture.journal.shapes(run: run)
            #expect(shapes.map { "\($0.number) \($0.signature) \($0.count)" } == ["2 b 2", "1 a 1", "3 never 0"])
        }
    }

    @Test(
        "Results come in the order of the entries, also from a completion that calls the journal",
        arguments: [JournalKind.memory, .file]
    )
    func completionMayCallBack(kind: JournalKind) async throws {
        try await withSession(kind) { fixture, run, session in
            let journal = fixture.journal
            let control = await withCheckedContinuation { continuation in
                session.append([.shape(number: 1, signature: "a")]) { _ in
                    let changed = try? journal.changeControl(run: run, by: "bob") { $0.maxConcurrency = 3 }
                    continuation.resume(returning: changed)
                }
            }
            #expect(control?.maxConcurrency == 3)
        }
    }
}
