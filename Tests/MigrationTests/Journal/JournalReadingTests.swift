import DistributionAPI
import Testing

@testable import Migration

@Suite("What is in a journal can be read in pages, groups and curves")
struct JournalReadingTests {
    @Test("Pages of outcomes and changes follow each other without a gap", arguments: JournalKind.allCases)
    func pages(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(250)
            try await fixture.carryOut(run) { $0.sequence % 3 == 0 ? .unchanged : .verified }
            var sequences: [Int64] = []
            while case let page = try fixture.journal.outcomes(
                run: run,
                kinds: [.verified, .unchanged],
                after: sequences.last ?? 0,
                limit: 17
            ), !page.isEmpty {
                #expect(page.count <= 17)
                #expect(page.map(\.id) == page.map { JournalFixture.id(Int($0.outcome.sequence)) })
                sequences += page.map(\.outcome.sequence)
            }
            #expect(sequences == Array(1...250))
            var applied: [AppliedRecord] = []
            while case let page = try fixture.journal.applied(run: run, after: applied.last?.sequence ?? 0, limit: 17),
                !page.isEmpty
            { applied += page }
            #expect(applied.map(\.sequence) == (1...250).filter { $0 % 3 != 0 })
            #expect(applied.allSatisfy { $0.postimage == fixture.intent($0.sequence).postimage })
            #expect(try fixture.journal.applied(run: run, after: 250, limit: 5).isEmpty)
            #expect(try fixture.journal.applied(run: run, after: .max, limit: 5).isEmpty)
            #expect(try fixture.journal.applied(run: run, after: -5, limit: 1).map(\.sequence) == [1])
            #expect(try fixture.journal.applied(run: run, after: 0, limit: -1).isEmpty)
            #expect(try fixture.journal.applied(run: run, id: JournalFixture.id(3)) == nil)
            #expect(try fixture.journal.applied(run: run, id: JournalFixture.id(999)) == nil)
            #expect(try fixture.journal.life(of: JournalFixture.id(999), run: run) == nil)
        }
    }

    @Test(
        "A page ends early when its records are large, and is never empty before the end",
        arguments: JournalKind.allCases
    )
    func boundsPages(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let journal = fixture.journal
            let run = try journal.createRun(JournalFixture.newRun(), control: RunControl())
            let half = [UInt8](repeating: 0x20, count: InputLimits.maxBatchBytes / 2)
            for place in 1...3 { try journal.freeze([NewItem(id: JournalFixture.id(place), input: half)], run: run) }
            _ = try journal.endFreezing(run: run, sha: "abc", expectedCount: 3)
            #expect(try journal.items(run: run, after: 0, limit: 9).map(\.sequence) == [1, 2])
            #expect(try journal.items(run: run, after: 2, limit: 9).map(\.sequence) == [3])
            try journal.setState(.running, run: run, stop: nil, audit: fixture.audit())
            try await fixture.carryOut(run)
            #expect(try journal.applied(run: run, after: 0, limit: 9).map(\.sequence) == [1, 2])
            #expect(try journal.applied(run: run, after: 2, limit: 9).map(\.sequence) == [3])
        }
    }

    @Test("A record's life is told in its order", arguments: JournalKind.allCases)
    func tellsLives(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1)
            let clock = fixture.clock
            let session = try fixture.journal.open(run: run, worker: "w")
            _ = try session.claimChunk(parked: false)
            let begin = clock.now
            let failed = Outcome(
                sequence: 1,
                generation: 1,
                kind: .failed,
                httpStatus: 422,
                failure: .rejected,
                message: "no",
                readMicroseconds: 5,
                writeMicroseconds: 6
            )
            _ = try await session.commit([
                .shape(number: 1, signature: "replace /name"),
                .intent(fixture.intent(1), chunk: 0, fence: 1),
                .replan(
                    closing: Outcome(sequence: 1, generation: 0, kind: .replanned),
                    opening: fixture.intent(1, 1),
                    chunk: 0,
                    fence: 1
                ),
            ])
            clock.advance(seconds: 1)
            let end = clock.now
            try await #expect(session.commit(.outcome(failed, fence: 1)) == .written)
            clock.advance(seconds: 1)
            let opened = clock.now
            #expect(try fixture.journal.reopen(run: run, failure: nil, by: "bob") == (1, 0, 0))
            clock.advance(seconds: 1)
            let parked = clock.now
            let parking = Parking(sequence: 1, failure: .server, message: "502", httpStatus: 502)
            try await #expect(session.commit(.parking(parking)) == .written)
            let verification = Verification(sequence: 1, isMatch: false, message: "differs", time: opened)
            try fixture.journal.recordVerifications([verification], run: run)
            session.close()
            let life = try #require(try fixture.journal.life(of: JournalFixture.id(1), run: run))
            #expect(
                life.events == [
                    .intent(fixture.intent(1), signature: "replace /name", begin),
                    .outcome(Outcome(sequence: 1, generation: 0, kind: .replanned), begin),
                    .intent(fixture.intent(1, 1), signature: "replace /name", begin),
                    .outcome(failed, end),
                    .reopened(generation: 2, opened),
                    .verification(verification),
                    .parking(parking, count: 1, parked),
                ]
            )
        }
    }

    @Test("Failures are grouped by what they say", arguments: JournalKind.allCases)
    func groupsFailures(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(20)
            let session = try fixture.journal.open(run: run, worker: "w")
            _ = try session.claimChunk(parked: false)
            func failed(_ sequence: Int64, _ kind: OutcomeKind, _ failure: FailureClass?, _ message: String?)
                -> JournalEntry
            {
                .outcome(
                    Outcome(sequence: sequence, generation: 0, kind: kind, failure: failure, message: message),
                    fence: 1
                )
            }
            _ = try await session.commit(
                (1...7).map { failed($0, .failed, .rejected, "422") }
                    + [
                        failed(8, .failed, .rejected, "400"), failed(9, .refused, .rejected, "422"),
                        failed(10, .mismatch, nil, nil), failed(11, .skipped, .skip, "422"),
                        failed(12, .verified, nil, nil),
                        .parking(Parking(sequence: 13, failure: .rejected, message: "422")),
                        .parking(Parking(sequence: 14, failure: .rejected, message: "422")),
                        failed(15, .conflict, .conflict, "other"),
                    ]
            )
            session.close()
            let groups = try fixture.journal.failureGroups(run: run, of: .problems, limit: 50)
            #expect(
                groups.map { "\($0.failure.rawValue) \($0.kind.map { "\($0)" } ?? "parked") \($0.message) \($0.count)" }
                    == [
                        "rejected failed 422 7", "rejected parked 422 2", "rejected failed 400 1",
                        "rejected refused 422 1",
                        " mismatch  1", "conflict conflict other 1",
                    ]
            )
            #expect(groups.first?.examples == (1...5).map { JournalFixture.id($0) })
            #expect(groups.dropFirst().first?.examples == [JournalFixture.id(13), JournalFixture.id(14)])
            #expect(try fixture.journal.failureGroups(run: run, of: .problems, limit: 2).map(\.count) == [7, 2])
        }
    }

    @Test("Skips are grouped by their reason, apart from failures", arguments: JournalKind.allCases)
    func groupsSkips(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(20)
            let session = try fixture.journal.open(run: run, worker: "w")
            _ = try session.claimChunk(parked: false)
            func ended(_ sequence: Int64, _ kind: OutcomeKind, _ failure: FailureClass?, _ message: String?)
                -> JournalEntry
            {
                .outcome(
                    Outcome(sequence: sequence, generation: 0, kind: kind, failure: failure, message: message),
                    fence: 1
                )
            }
            _ = try await session.commit([
                ended(1, .skipped, .skip, "no gist"), ended(2, .excluded, nil, nil), ended(3, .gone, nil, nil),
                ended(4, .already, .already, "run 1"), ended(5, .failed, .rejected, "no gist"),
                ended(6, .verified, nil, nil), ended(20, .skipped, .skip, "no gist"),
                .parking(Parking(sequence: 7, failure: .rejected, message: "no gist")),
            ])
            _ = try await session.commit((8...13).map { ended($0, .skipped, .skip, "too old") })
            session.close()
            let groups = try fixture.journal.failureGroups(run: run, of: .skips, limit: 50)
            #expect(
                groups == [
                    FailureGroup(
                        failure: .skip,
                        kind: .skipped,
                        message: "too old",
                        count: 6,
                        examples: (8...12).map { JournalFixture.id($0) }
                    ),
                    FailureGroup(
                        failure: .skip,
                        kind: .skipped,
                        message: "no gist",
                        count: 2,
                        examples: [JournalFixture.id(1), JournalFixture.id(20)]
                    ),
                    FailureGroup(
                        failure: .already,
                        kind: .already,
                        message: "run 1",
                        count: 1,
                        examples: [JournalFixture.id(4)]
                    ),
                ]
            )
            #expect(try fixture.journal.tally(run: run).count(of: .skips) == 9)
            #expect(try fixture.journal.failureGroups(run: run, of: .skips, limit: 1).map(\.message) == ["too old"])
        }
    }

    @Test("Curves are thinned, and end where they end", arguments: JournalKind.allCases)
    func thinsSamples(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1)
            let session = try fixture.journal.open(run: run, worker: "w")
            func add(_ numbers: Range<Int>) async throws {
                let results = try await session.commit(
                    numbers.map { number in
                        .sample(
                            ThroughputSample(
                                time: DateTime(secondsSince1970: Int64(number)),
                                concludedCount: number,
                                failedCount: 0,
                                readMedianMicroseconds: 1,
                                readP95Microseconds: 2,
                                writeMedianMicroseconds: 3,
                                writeP95Microseconds: 4,
                                readLimit: 5,
                                writeLimit: 6,
                                inFlightCount: 7,
                                limiter: "rate"
                            )
                        )
                    }
                )
                #expect(results.allSatisfy { $0 == .written })
            }
            func read(_ limit: Int) throws -> [Int] {
                try fixture.journal.samples(run: run, limit: limit).map(\.concludedCount)
            }
            #expect(try read(10) == [])
            try await add(0..<101)
            #expect(try read(200) == Array(0..<101))
            #expect(try read(5) == [0, 25, 50, 75, 100])
            #expect(try read(2) == [0, 100])
            #expect(try read(1) == [100])
            #expect(try read(0) == [])
            session.close()
        }
    }

    @Test("A run keeps no more samples than it may", arguments: JournalKind.allCases)
    func boundsSamples(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1)
            let session = try fixture.journal.open(run: run, worker: "w")
            let sample = ThroughputSample(
                time: fixture.clock.now,
                concludedCount: 0,
                failedCount: 0,
                readMedianMicroseconds: 0,
                readP95Microseconds: 0,
                writeMedianMicroseconds: 0,
                writeP95Microseconds: 0,
                readLimit: 0,
                writeLimit: 0,
                inFlightCount: 0,
                limiter: ""
            )
            for start in stride(from: 0, through: EntryWriter.maxSampleCount, by: 2000) {
                let end = min(start + 2000, EntryWriter.maxSampleCount + 1)
                _ = try await session.commit(
                    (start..<end).map { number in
                        var sample = sample
                        sample.concludedCount = number
                        return .sample(sample)
                    }
                )
            }
            session.close()
            let left = try fixture.journal.samples(run: run, limit: .max).map(\.concludedCount)
            #expect(left == Array(stride(from: 0, through: EntryWriter.maxSampleCount, by: 2)))
        }
    }

    @Test("The newest verification of a record counts", arguments: JournalKind.allCases)
    func verifies(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(3)
            func found(_ sequence: Int64, _ isMatch: Bool) -> Verification {
                Verification(sequence: sequence, isMatch: isMatch, message: isMatch ? "" : "x", time: fixture.clock.now)
            }
            try fixture.journal.recordVerifications([found(1, true), found(2, false)], run: run)
            #expect(try fixture.journal.verifications(run: run) == (1, 1))
            try fixture.journal.recordVerifications([found(2, true), found(3, true)], run: run)
            #expect(try fixture.journal.verifications(run: run) == (3, 0))
        }
    }

    @Test("Long messages are cut between characters", arguments: JournalKind.allCases)
    func cutsMessages(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(3)
            let session = try fixture.journal.open(run: run, worker: "w")
            let messages = [
                String(repeating: "a", count: 1024), "ab" + String(repeating: "€", count: 700), "nul\u{0}inside",
            ]
            _ = try await session.commit(
                messages.enumerated().map { index, message in
                    .outcome(
                        Outcome(sequence: Int64(index + 1), generation: 0, kind: .refused, message: message),
                        fence: 0
                    )
                }
            )
            session.close()
            let read = try fixture.journal.outcomes(run: run, kinds: [], after: 0, limit: 9).map(\.outcome.message)
            #expect(read == [messages[0], "ab" + String(repeating: "€", count: 340), messages[2]])
        }
    }
}
