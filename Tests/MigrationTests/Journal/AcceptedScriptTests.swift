import DistributionAPI
import Testing

@testable import Migration

@Suite("A changed file that was accepted is the run's from then on")
struct AcceptedScriptTests {
    private static let script = Array("return { up = 2 }".utf8)
    private static let sha = "0123456789abcdef"

    private static func accept(
        _ run: RunID,
        in journal: any Journal,
        sha: String = sha,
        reopening failures: [FailureClass] = []
    ) throws -> Int {
        try journal.acceptScript(script, sha: sha, run: run, reopening: failures, by: "bob@host")
    }

    @Test("It is read back, and the audit says who has accepted it", arguments: JournalKind.allCases)
    func isKept(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let other = try fixture.makeRun(1)
            let run = try fixture.makeRun(1)
            let before = try fixture.journal.audit(run: run)
            fixture.clock.advance(seconds: 5)
            #expect(try Self.accept(run, in: fixture.journal) == 0)
            let record = try fixture.journal.run(run)
            #expect(record.description.script == Self.script)
            #expect(record.description.scriptSHA == Self.sha)
            #expect(record.state == .running)
            let entry = AuditEntry(
                time: fixture.clock.now,
                who: "bob@host",
                action: "accept script",
                old: "5ca1ab1e…",
                new: "0123456789ab…"
            )
            #expect(try fixture.journal.audit(run: run) == before + [entry])
            #expect(try fixture.journal.run(other).description == JournalFixture.newRun())
            #expect(try fixture.journal.holder(of: run) == nil)
        }
    }

    @Test("The run's own file changes nothing", arguments: JournalKind.allCases)
    func takesTheSameFile(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1)
            try await commit([.written(.verified)], of: run, fixture)
            let (record, audit) = (try fixture.journal.run(run), try fixture.journal.audit(run: run))
            #expect(try Self.accept(run, in: fixture.journal, sha: record.description.scriptSHA) == 0)
            #expect(try fixture.journal.run(run) == record)
            #expect(try fixture.journal.audit(run: run) == audit)
        }
    }

    // MARK: More than one file

    /// What an entry of record 1 is.
    enum Step: Sendable {
        case intent
        case outcome(OutcomeKind, FailureClass?, generation: Int)
        /// Both: the intent, and how it ended.
        case written(OutcomeKind)
        case replan
        case parking
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [Step]
        let isMixed: Bool

        init(_ name: String, _ steps: [Step], isMixed: Bool) {
            (testDescription, self.steps, self.isMixed) = (name, steps, isMixed)
        }
    }

    private static let cases = [
        Case("nothing", [], isMixed: false),
        Case("left as it was", [.outcome(.unchanged, nil, generation: 0)], isMixed: false),
        Case("refused by the file", [.outcome(.refused, .script, generation: 0)], isMixed: false),
        Case("perhaps sent", [.intent], isMixed: true),
        Case("perhaps sent, and parked", [.intent, .parking], isMixed: true),
        Case("changed", [.written(.verified)], isMixed: true),
        Case("changed, and told by a read", [.written(.recovered)], isMixed: true),
        Case("changed to something else", [.written(.mismatch)], isMixed: true),
        Case("rejected", [.intent, .outcome(.failed, .rejected, generation: 0)], isMixed: false),
        Case("in conflict", [.intent, .outcome(.conflict, .conflict, generation: 0)], isMixed: false),
        Case("in doubt", [.intent, .outcome(.conflict, .doubt, generation: 0)], isMixed: true),
        Case("planned anew", [.intent, .replan], isMixed: true),
        Case(
            "planned anew, and rejected",
            [.intent, .replan, .outcome(.failed, .rejected, generation: 1)],
            isMixed: false
        ),
    ]

    @Test(
        "Scripts are mixed where the old one has changed a record, or perhaps has",
        arguments: JournalKind.allCases,
        cases
    )
    func mixes(kind: JournalKind, example: Case) async throws {
        try await JournalFixture.with(kind) { fixture in
            // The records of the run beside it are changed.
            try await commit([.written(.verified)], of: try fixture.makeRun(1), fixture)
            let run = try fixture.makeRun(2)
            try await commit(example.steps, of: run, fixture)
            #expect(try !fixture.journal.run(run).hasMixedScripts)
            _ = try Self.accept(run, in: fixture.journal)
            #expect(try fixture.journal.run(run).hasMixedScripts == example.isMixed)
            _ = try Self.accept(run, in: fixture.journal, sha: "5ca1ab1e")
            #expect(try fixture.journal.run(run).hasMixedScripts == example.isMixed, "and stays so")
        }
    }

    /// Has entries of record 1 in the journal.
    private func commit(_ steps: [Step], of run: RunID, _ fixture: JournalFixture) async throws {
        fixture.clock.advance(seconds: 1)
        let session = try fixture.journal.open(run: run, worker: "w", repeatsApplied: true)
        defer { session.close() }
        let claim = try #require(try session.claimChunk(parked: false))
        let intent = JournalEntry.intent(fixture.intent(1), chunk: claim.number, fence: claim.fence)
        for step in steps {
            let entries: [JournalEntry] =
                switch step {
                case .intent: [intent]
                case .outcome(let kind, let failure, let generation):
                    [fixture.outcome(1, kind, failure, generation)]
                case .written(let kind): [intent, fixture.outcome(1, kind)]
                case .replan:
                    [
                        .replan(
                            closing: Outcome(sequence: 1, generation: 0, kind: .replanned),
                            opening: fixture.intent(1, 1),
                            chunk: claim.number,
                            fence: claim.fence
                        )
                    ]
                case .parking: [.parking(Parking(sequence: 1, failure: .timeout, message: "m"))]
                }
            #expect(try await session.commit(entries).allSatisfy { $0 == .written }, "\(step)")
        }
    }

    // MARK: Failures

    @Test("What the old file has failed on is opened again, and nothing else", arguments: JournalKind.allCases)
    func reopens(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(4)
            let session = try fixture.journal.open(run: run, worker: "w")
            _ = try session.claimChunk(parked: false)
            _ = try await session.commit([
                fixture.outcome(1, .refused, .script), fixture.outcome(2, .refused, .limit),
                fixture.outcome(3, .failed, .rejected), fixture.outcome(4, .skipped, .skip),
                .chunkEnd(number: 0, fence: 1, .done),
            ])
            session.close()
            #expect(try Self.accept(run, in: fixture.journal, reopening: [.script, .limit]) == 2)
            #expect(try fixture.journal.tally(run: run).counts == [.failed: 1, .skipped: 1])
            let again = try fixture.journal.open(run: run, worker: "w")
            #expect(try again.claimChunk(parked: false)?.items.map(\.sequence) == [1, 2])
            again.close()
        }
    }

    @Test("It is all or nothing", arguments: JournalKind.allCases)
    func isOneStep(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.journal.createRun(JournalFixture.newRun(), control: RunControl())
            let refused = journalError { try Self.accept(run, in: fixture.journal, reopening: [.script]) }
            #expect(refused?.code == .state, "no record can be opened while the input is read")
            #expect(try fixture.journal.run(run).description == JournalFixture.newRun())
            #expect(try fixture.journal.audit(run: run).map(\.action) == ["create"])
            #expect(try Self.accept(run, in: fixture.journal) == 0)
            #expect(try fixture.journal.run(run).description.scriptSHA == Self.sha)
        }
    }

    @Test("No file is accepted for a run that a process works on", arguments: JournalKind.allCases)
    func refusesWhileWorkedOn(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1)
            let session = try fixture.journal.open(run: run, worker: "first worker")
            let refused = journalError { try Self.accept(run, in: fixture.journal) }
            #expect(refused?.code == .busy)
            #expect(refused?.message.contains("first worker") == true)
            #expect(try fixture.journal.run(run).description == JournalFixture.newRun())
            #expect(try fixture.journal.holder(of: run)?.contains("first worker") == true)
            session.close()
            #expect(try Self.accept(run, in: fixture.journal) == 0)
        }
    }

    @Test("Work that would go on with an older file does not begin")
    func refusesOlderFiles() throws {
        let world = try EngineWorld(recordCount: 1)
        let older = try world.journal.run(world.run)
        _ = try Self.accept(world.run, in: world.journal)
        let refused = journalError {
            try RunWork(journal: world.journal, run: world.run, who: "w", scriptSHA: older.description.scriptSHA).start(
                service: AnsweringService(time: world.time) { _ in
                    (.zero, .failure(DistributionError(.notFound, "gone", status: 410)))
                },
                transform: CountingTransform(),
                environment: world.environment(),
                options: EngineOptions(volatile: []),
                onEnd: { _ in }
            )
        }
        #expect(refused?.code == .state)
        #expect(try world.journal.run(world.run).state == older.state)
        #expect(try world.journal.holder(of: world.run) == nil, "so that another can")
    }
}
