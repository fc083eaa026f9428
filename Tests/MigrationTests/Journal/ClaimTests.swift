import DistributionAPI
import Testing

@testable import Migration

@Suite("A chunk is in one pair of hands")
struct ClaimTests {
    @Test("One session works on a run at a time", arguments: JournalKind.allCases)
    func excludesSessions(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(2)
            let other = try fixture.makeRun(2)
            #expect(try fixture.journal.holder(of: run) == nil)
            let session = try fixture.journal.open(run: run, worker: "first worker")
            let error = journalError { try fixture.journal.open(run: run, worker: "second") }
            #expect(error?.code == .busy)
            #expect(error?.message.contains("run \(run) is being worked on by") == true)
            #expect(error?.message.contains("first worker") == true)
            #expect(error?.message.hasSuffix("wait for it, or stop it there with Ctrl-C") == true)
            #expect(try fixture.journal.holder(of: run)?.contains("first worker") == true)
            #expect(journalError { try fixture.journal.purge(run: run, force: true) }?.code == .busy)
            try fixture.journal.open(run: other, worker: "w").close()
            session.close()
            session.close()
            #expect(try fixture.journal.holder(of: run) == nil)
            let next = try fixture.journal.open(run: run, worker: "second")
            // Who has given the run up changes nothing of it any more.
            #expect(journalError { try session.claimChunk(parked: false) }?.code == .closed)
            #expect(journalError { try session.renew() }?.code == .closed)
            #expect(journalError { try session.control() }?.code == .closed)
            let late = await #expect(throws: JournalError.self) {
                try await session.commit(.shape(number: 1, signature: "late"))
            }
            #expect(late?.code == .closed)
            session.close()
            #expect(try fixture.journal.holder(of: run)?.contains("second") == true)
            next.close()
        }
    }

    @Test("Chunks of a session that ended are claimed again, under a higher fence", arguments: JournalKind.allCases)
    func givesLeasesBack(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(2)
            let first = try fixture.journal.open(run: run, worker: "w")
            #expect(try first.claimChunk(parked: false)?.fence == 1)
            #expect(try first.claimChunk(parked: false) == nil)
            first.close()
            let second = try fixture.journal.open(run: run, worker: "w")
            #expect(try second.claimChunk(parked: false)?.fence == 2)
            second.close()
        }
    }

    @Test("A lease that was not renewed ends after 30 seconds", arguments: JournalKind.allCases)
    func expires(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(2)
            let session = try fixture.journal.open(run: run, worker: "w")
            let old = try #require(try session.claimChunk(parked: false))
            fixture.clock.advance(seconds: 29)
            #expect(try session.claimChunk(parked: false) == nil)
            try session.renew()
            fixture.clock.advance(seconds: 29)
            #expect(try session.claimChunk(parked: false) == nil)
            fixture.clock.advance(seconds: 2)
            let new = try #require(try session.claimChunk(parked: false))
            #expect(new.fence == 2)
            // What the former holder still has in hand is refused.
            let late = JournalEntry.intent(fixture.intent(1), chunk: 0, fence: old.fence)
            try await #expect(session.commit(late) == .superseded)
            try await #expect(session.commit(.chunkEnd(number: 0, fence: old.fence, .released)) == .superseded)
            try await #expect(session.commit(.intent(fixture.intent(1), chunk: 0, fence: 2)) == .written)
            session.close()
        }
    }

    @Test(
        "An expired lease still lets its holder write while nobody else has claimed the chunk",
        arguments: JournalKind.allCases
    )
    func toleratesExpiry(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(2)
            let session = try fixture.journal.open(run: run, worker: "w")
            let claim = try #require(try session.claimChunk(parked: false))
            fixture.clock.advance(seconds: 1000)
            let entry = JournalEntry.intent(fixture.intent(1), chunk: claim.number, fence: claim.fence)
            try await #expect(session.commit(entry) == .written)
            session.close()
        }
    }

    @Test("A claim brings what is open, with its intents and parkings", arguments: JournalKind.allCases)
    func resumes(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(5)
            let first = try fixture.journal.open(run: run, worker: "w")
            let claim = try #require(try first.claimChunk(parked: false))
            let parking = Parking(sequence: 4, failure: .timeout, message: "slow")
            let results = try await first.commit([
                .intent(fixture.intent(1), chunk: 0, fence: claim.fence),
                .outcome(Outcome(sequence: 1, generation: 0, kind: .verified), fence: claim.fence),
                .intent(fixture.intent(2), chunk: 0, fence: claim.fence),
                .intent(fixture.intent(3), chunk: 0, fence: claim.fence),
                .replan(
                    closing: Outcome(sequence: 3, generation: 0, kind: .replanned),
                    opening: fixture.intent(3, 1),
                    chunk: 0,
                    fence: claim.fence
                ),
                .parking(parking),
            ])
            #expect(results.allSatisfy { $0 == .written })
            first.close()
            let second = try fixture.journal.open(run: run, worker: "w")
            let items = try #require(try second.claimChunk(parked: false)).items
            #expect(
                items == [
                    WorkItem(sequence: 2, id: JournalFixture.id(2), openIntent: fixture.intent(2)),
                    WorkItem(
                        sequence: 3,
                        id: JournalFixture.id(3),
                        generation: 1,
                        openIntent: fixture.intent(3, 1)
                    ),
                    WorkItem(sequence: 4, id: JournalFixture.id(4), isParked: true),
                    WorkItem(sequence: 5, id: JournalFixture.id(5)),
                ]
            )
            second.close()
        }
    }

    @Test("Parked chunks are claimed when they are asked for", arguments: JournalKind.allCases)
    func claimsParked(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1500)
            let session = try fixture.journal.open(run: run, worker: "w")
            #expect(try session.claimChunk(parked: true) == nil)
            let claim = try #require(try session.claimChunk(parked: false))
            try await settle(claim.items.dropFirst(), session, fence: claim.fence)
            _ = try await session.commit([
                .parking(Parking(sequence: 1, failure: .server, message: "500")),
                .chunkEnd(number: 0, fence: claim.fence, .parked),
            ])
            #expect(try session.claimChunk(parked: false)?.number == 1)
            #expect(try session.claimChunk(parked: false) == nil)
            let again = try #require(try session.claimChunk(parked: true))
            #expect(again.number == 0)
            #expect(again.fence == 2)
            #expect(again.items == [WorkItem(sequence: 1, id: JournalFixture.id(1), isParked: true)])
            session.close()
        }
    }

    @Test(
        "A chunk is left as its records are, whatever its worker says",
        arguments: JournalKind.allCases,
        [ChunkEnd.done, .parked, .released]
    )
    func derivesChunkState(kind: JournalKind, end: ChunkEnd) async throws {
        try await JournalFixture.with(kind) { fixture in
            // What is left open: nothing, a parked record, a record that is neither.
            for open in 0...2 {
                let run = try fixture.makeRun(3)
                let session = try fixture.journal.open(run: run, worker: "w")
                let claim = try #require(try session.claimChunk(parked: false))
                try await settle(claim.items.dropFirst(open == 0 ? 0 : 1), session, fence: claim.fence)
                if open == 1 {
                    let parking = Parking(sequence: 1, failure: .server, message: "")
                    try await #expect(session.commit(.parking(parking)) == .written)
                }
                try await #expect(session.commit(.chunkEnd(number: 0, fence: claim.fence, end)) == .written)
                let ready = try session.claimChunk(parked: false)
                #expect((ready != nil) == (end == .released || open == 2), "\(open) \(end)")
                let parked = try session.claimChunk(parked: true)
                #expect((parked != nil) == (end != .released && open == 1), "\(open) \(end)")
                session.close()
            }
        }
    }

    @Test("What is long is left in the journal until a record's turn", arguments: JournalKind.allCases)
    func leavesLongParts(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let journal = fixture.journal
            let run = try journal.createRun(JournalFixture.newRun(), control: RunControl())
            let rows = [WorkItem.maxClaimedBytes + 1, WorkItem.maxClaimedBytes].map {
                [UInt8](repeating: 0x20, count: $0)
            }
            try journal.freeze(
                [
                    NewItem(id: JournalFixture.id(1), input: rows[0]),
                    NewItem(id: JournalFixture.id(2), input: rows[1]),
                    NewItem(id: JournalFixture.id(3)),
                ],
                run: run
            )
            _ = try journal.endFreezing(run: run, sha: "abc", expectedCount: 3)
            let first = try journal.open(run: run, worker: "first")
            let claim = try #require(try first.claimChunk(parked: false))
            #expect(claim.items.map(\.input) == [nil, rows[1], nil])
            #expect(claim.items.map(\.isInputLeft) == [true, false, false])
            #expect(try claim.items.map { try first.whole($0).input } == [rows[0], rows[1], nil])
            var intents = [fixture.intent(1), fixture.intent(3)]
            intents[1].preimage = rows[0]
            let entries = intents.map { JournalEntry.intent($0, chunk: claim.number, fence: claim.fence) }
            #expect(try await first.commit(entries) == [.written, .written])
            first.close()
            let second = try journal.open(run: run, worker: "second")
            let again = try #require(try second.claimChunk(parked: false)).items
            #expect(again.map(\.hasOpenIntent) == [true, false, true])
            #expect(again.map(\.openIntent) == [intents[0], nil, nil])
            #expect(again.allSatisfy { $0.byteCount <= 3 * WorkItem.maxClaimedBytes })
            #expect(try again.map { try second.whole($0).openIntent } == [intents[0], nil, intents[1]])
            second.close()
        }
    }

    private func settle(_ items: some Sequence<WorkItem>, _ session: any RunSession, fence: Int64) async throws {
        let results = try await session.commit(
            items.map { .outcome(Outcome(sequence: $0.sequence, generation: 0, kind: .unchanged), fence: fence) }
        )
        #expect(results.allSatisfy { $0 == .written })
    }
}
