import DistributionAPI
import TestSupport
import Testing

@testable import Migration

@Suite("Journals of every kind tell the same story, and its numbers add up")
struct TwinTests {
    /// The same random calls to both journals.
    private struct Twins {
        let sqlite: JournalFixture
        let simulated: JournalFixture
        var random: SeededGenerator
        var fences: [Int64: Int64] = [:]

        var clock: ManualClock { sqlite.clock }

        mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

        mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

        /// Entries that are often right, and often late, early or twice.
        mutating func entry(recordCount: Int) -> JournalEntry {
            let sequence = Int64(1 + below(recordCount))
            let generation = pick([0, 0, 0, 0, 1, 1, 2])
            let chunk = pick([RecordKey.chunk(ofSequence: sequence), 0, 1])
            let fence = max(0, (fences[chunk] ?? 0) - Int64(pick([0, 0, 0, 0, 0, 1])))
            let failure = pick([nil, FailureClass.server, .timeout, .script])
            let message = pick([nil, "", "m", "n", String(repeating: "ü", count: 600)])
            var outcome = Outcome(sequence: sequence, generation: generation, kind: pick(OutcomeKind.allCases))
            if outcome.kind == .replanned { outcome.kind = .verified }
            outcome.failure = failure
            outcome.message = message
            outcome.httpStatus = pick([nil, 200, 503])
            outcome.readMicroseconds = pick([nil, 0, 7])
            let intent = sqlite.intent(sequence, generation, shape: pick([1, 2, 3]))
            switch below(20) {
            case 0..<7: return .intent(intent, chunk: chunk, fence: fence)
            case 7..<12: return .outcome(outcome, fence: fence)
            case 12..<14:
                return .replan(
                    closing: outcome,
                    opening: sqlite.intent(sequence, generation + 1),
                    chunk: chunk,
                    fence: fence
                )
            case 14..<16:
                let parking = Parking(sequence: sequence, failure: failure ?? .network, message: message ?? "p")
                return .parking(parking)
            case 16: return .shape(number: pick([1, 2, 3]), signature: pick(["a", "b"]))
            case 17: return .chunkEnd(number: chunk, fence: fence, pick([.done, .parked, .released]))
            case 18: return .audit(sqlite.audit(pick(["a", "b"])))
            default:
                return .sample(
                    ThroughputSample(
                        time: clock.now,
                        concludedCount: below(9),
                        failedCount: 1,
                        readMedianMicroseconds: 2,
                        readP95Microseconds: 3,
                        writeMedianMicroseconds: 4,
                        writeP95Microseconds: 5,
                        readLimit: 6,
                        writeLimit: 7,
                        inFlightCount: 8,
                        limiter: "none"
                    )
                )
            }
        }
    }

    @Test("Random calls give the same answers everywhere", arguments: 1...40 as ClosedRange<UInt64>)
    func agree(seed: UInt64) async throws {
        let kind: JournalKind = seed % 2 == 0 ? .memory : .file
        try await JournalFixture.with(kind) { sqlite in
            let twin = SimulatedJournal(clock: { sqlite.clock.now })
            let simulated = JournalFixture(journal: twin, clock: sqlite.clock)
            var twins = Twins(sqlite: sqlite, simulated: simulated, random: SeededGenerator(seed: seed))
            // Few records, so that calls meet; two chunks every other time.
            let count = 1 + twins.below(12) + (twins.below(2) == 0 ? 1000 : 0)
            let run = try sqlite.makeRun(count)
            #expect(try simulated.makeRun(count) == run)
            for _ in 0..<4 { try await session(&twins, run, count, seed) }
        }
    }

    /// One session on the run in each journal, then a look at everything.
    private func session(_ twins: inout Twins, _ run: RunID, _ count: Int, _ seed: UInt64) async throws {
        let sessions = [
            try twins.sqlite.journal.open(run: run, worker: "w"),
            try twins.simulated.journal.open(run: run, worker: "w"),
        ]
        for step in 0..<40 {
            twins.clock.advance(seconds: Int64(twins.below(4)))
            switch twins.below(8) {
            case 0, 1:
                let parked = twins.below(3) == 0
                let claims = try sessions.map { try $0.claimChunk(parked: parked) }
                #expect(claims[0] == claims[1], "seed \(seed), step \(step)")
                if let claim = claims[0] { twins.fences[claim.number] = claim.fence }
            case 2:
                for session in sessions { try session.renew() }
            case 3 where twins.below(3) == 0:
                let failure = twins.pick([nil, FailureClass.server])
                let counts = try [twins.sqlite, twins.simulated].map {
                    try $0.journal.reopen(run: run, failure: failure, by: "bob")
                }
                #expect(counts[0] == counts[1], "seed \(seed), step \(step)")
            default:
                // Most records are the first few, in both chunks' reach.
                let reach = twins.below(3) == 0 ? count : min(count, 6)
                let entries = (0..<(1 + twins.below(5))).map { _ in twins.entry(recordCount: reach) }
                let first = try await sessions[0].commit(entries)
                let second = try await sessions[1].commit(entries)
                #expect(first == second, "seed \(seed), step \(step): \(entries)")
            }
        }
        for session in sessions { session.close() }
        if twins.below(3) == 0 {
            let sha = twins.pick(["a", "b"])
            let counts = try [twins.sqlite, twins.simulated].map {
                try $0.journal.acceptScript([], sha: sha, run: run, reopening: [.script], by: "bob")
            }
            #expect(counts[0] == counts[1], "seed \(seed)")
        }
        try compare(twins, run, count, seed)
    }

    private func compare(_ twins: Twins, _ run: RunID, _ count: Int, _ seed: UInt64) throws {
        let (a, b) = (twins.sqlite.journal, twins.simulated.journal)
        #expect(try a.run(run).hasMixedScripts == b.run(run).hasMixedScripts, "seed \(seed)")
        let tally = try a.tally(run: run)
        #expect(try b.tally(run: run) == tally, "seed \(seed)")
        #expect(tally.concluded + tally.parked + tally.pending == count)
        #expect(tally.ambiguous <= tally.pending)
        let openIntents = try a.openIntentCount(run: run)
        #expect(try b.openIntentCount(run: run) == openIntents, "seed \(seed)")
        #expect((tally.ambiguous...tally.ambiguous + tally.parked).contains(openIntents))
        #expect(tally[.replanned] == 0)
        let outcomes = try a.outcomes(run: run, kinds: [], after: 0, limit: .max)
        let others = try b.outcomes(run: run, kinds: [], after: 0, limit: .max)
        #expect(outcomes.map(\.outcome) == others.map(\.outcome), "seed \(seed)")
        #expect(outcomes.count == tally.concluded)
        for kind in OutcomeKind.allCases {
            let some = try a.outcomes(run: run, kinds: [kind], after: 0, limit: .max)
            #expect(some.map(\.outcome) == outcomes.map(\.outcome).filter { $0.kind == kind }, "seed \(seed)")
        }
        #expect(try a.applied(run: run, after: 0, limit: .max) == b.applied(run: run, after: 0, limit: .max))
        for ends in GroupedEnds.allCases {
            let groups = try [a, b].map { try $0.failureGroups(run: run, of: ends, limit: 50) }
            #expect(groups[0] == groups[1], "seed \(seed)")
        }
        #expect(try a.audit(run: run) == b.audit(run: run))
        #expect(try a.samples(run: run, limit: 7) == b.samples(run: run, limit: 7))
        let shapes = try [a, b].map { try $0.shapes(run: run) }
        #expect(shapes[0].map { "\($0)" } == shapes[1].map { "\($0)" })
        for place in 1...min(count, 12) {
            let id = JournalFixture.id(place)
            #expect(try a.life(of: id, run: run) == b.life(of: id, run: run), "seed \(seed), record \(place)")
            #expect(try a.applied(run: run, id: id) == b.applied(run: run, id: id))
        }
    }
}
