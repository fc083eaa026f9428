import DistributionAPI
import Testing

@testable import Migration

@Suite("A run goes through its states and no others")
struct RunStateTests {
    @Test("What a run is made with is read back", arguments: JournalKind.allCases)
    func keepsDescription(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            var new = JournalFixture.newRun("größe\u{0}\n")
            new.planSHA = "p1a4"
            new.approvedShapes = ["replace /a true→false", "", "remove /b\n string"]
            new.script = Array(0...255)
            new.options = Array(#"{"rate":5}"#.utf8)
            let control = RunControl(isPaused: true, recordsPerSecond: 0.1, maxConcurrency: 7)
            let run = try fixture.journal.createRun(new, control: control)
            #expect(run == RunID(number: 1))
            let record = try fixture.journal.run(run)
            #expect(record.description == new)
            #expect(record.control == control)
            #expect(record.state == .freezing)
            #expect(record.createdAt == fixture.clock.now)
            #expect(record.endedAt == nil)
            #expect(record.itemCount == 0)
            let create = AuditEntry(time: fixture.clock.now, who: new.approvedBy, action: "create")
            #expect(try fixture.journal.audit(run: run) == [create])
        }
    }

    @Test("An empty list of approved shapes is not the same as none", arguments: JournalKind.allCases)
    func keepsEmptyApproval(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            var new = JournalFixture.newRun()
            new.approvedShapes = []
            let run = try fixture.journal.createRun(new, control: RunControl())
            #expect(try fixture.journal.run(run).description.approvedShapes == [])
        }
    }

    @Test("Every change of state is refused or done as the table says", arguments: JournalKind.allCases)
    func changesStates(kind: JournalKind) async throws {
        let ways: [RunState: [RunState]] = [
            .ready: [], .running: [.running], .stopped: [.running, .stopped], .finished: [.running, .finished],
        ]
        for (state, way) in ways {
            for next in RunState.allCases {
                try await JournalFixture.with(kind) { fixture in
                    let run = try fixture.makeRun(0, isRunning: false)
                    for step in way {
                        try fixture.journal.setState(step, run: run, stop: nil, audit: fixture.audit())
                    }
                    let error = journalError {
                        try fixture.journal.setState(
                            next,
                            run: run,
                            stop: RunStop(.refused, "r"),
                            audit: fixture.audit("next")
                        )
                    }
                    let isLegal = state.mayBecome(next)
                    #expect(error?.code == (isLegal ? nil : .state), "\(state) to \(next)")
                    #expect(try fixture.journal.run(run).state == (isLegal ? next : state))
                    let actions = try fixture.journal.audit(run: run).map(\.action)
                    #expect(actions.contains("next") == isLegal)
                }
            }
        }
    }

    @Test("A run that is being frozen becomes nothing but by the end of its input", arguments: JournalKind.allCases)
    func refusesWhileFreezing(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.journal.createRun(JournalFixture.newRun(), control: RunControl())
            for next in RunState.allCases {
                let error = journalError {
                    try fixture.journal.setState(next, run: run, stop: nil, audit: fixture.audit())
                }
                #expect(error?.code == .state, "\(next)")
            }
            #expect(journalError { try fixture.journal.open(run: run, worker: "w") }?.code == .state)
            #expect(journalError { try fixture.journal.reopen(run: run, failure: nil, by: "a") }?.code == .state)
            #expect(try fixture.journal.holder(of: run) == nil)
        }
    }

    @Test("A run with records that are not settled does not finish", arguments: JournalKind.allCases)
    func refusesUnsettledFinish(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(3)
            #expect(journalError { try fixture.finish(run) }?.code == .state)
            #expect(try fixture.journal.run(run).state == .running)
        }
    }

    @Test("The reason and the time of an end are kept as long as they count", arguments: JournalKind.allCases)
    func keepsReason(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(0)
            fixture.clock.advance(seconds: 10)
            let stopped = fixture.clock.now
            try fixture.journal.setState(
                .stopped,
                run: run,
                stop: RunStop(.gaveUp, "limit"),
                audit: fixture.audit("stop")
            )
            #expect(try fixture.journal.run(run).stop == RunStop(.gaveUp, "limit"))
            #expect(try fixture.journal.run(run).endedAt == stopped)
            fixture.clock.advance(seconds: 10)
            try fixture.journal.setState(.running, run: run, stop: RunStop(.asked, "x"), audit: fixture.audit())
            #expect(try fixture.journal.run(run).stop == nil)
            #expect(try fixture.journal.run(run).endedAt == stopped)
        }
    }

    @Test("Runs are listed newest first", arguments: JournalKind.allCases)
    func listsRuns(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            for name in ["a", "b", "a"] { _ = try fixture.makeRun(1, migration: name) }
            func numbers(_ migration: String?, _ limit: Int) throws -> [Int64] {
                try fixture.journal.runs(RunFilter(migration: migration), limit: limit).map(\.id.number)
            }
            #expect(try numbers(nil, 9) == [3, 2, 1])
            #expect(try numbers("a", 9) == [3, 1])
            #expect(try numbers(nil, 2) == [3, 2])
            #expect(try numbers(nil, 0) == [])
            #expect(try numbers("none", 9) == [])
        }
    }

    @Test("Runs are found by what they are, with all that a list shows of them", arguments: JournalKind.allCases)
    func findsRuns(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let journal = fixture.journal
            let finished = try fixture.makeRun(2)
            try await fixture.carryOut(finished)
            let running = try fixture.makeRun(1)
            let rollbacks = [
                try fixture.makeRun(1, kind: .rollback(of: finished)),
                try fixture.makeRun(1, kind: .rollback(of: finished)),
            ]
            let elsewhere = try fixture.makeRun(1, target: "https://other.example")
            let freezing = try journal.createRun(JournalFixture.newRun("another"), control: RunControl(isPaused: true))
            func found(_ filter: RunFilter) throws -> [RunID] { try journal.runs(filter, limit: .max).map(\.id) }
            #expect(try found(RunFilter(migration: "rename", isMigration: true)) == [elsewhere, running, finished])
            #expect(try found(RunFilter(target: "https://other.example")) == [elsewhere])
            #expect(try found(RunFilter(record: JournalFixture.id(2))) == [finished])
            #expect(try found(RunFilter(isUnfinished: true)).contains(finished) == false)
            #expect(try journal.rollbacks(of: finished).map(\.id) == rollbacks.reversed())
            #expect(try journal.rollbacks(of: running).isEmpty)
            let unfinished = try journal.unfinishedRuns(of: "rename", target: "https://api.example")
            #expect(unfinished.map(\.id) == rollbacks.reversed() + [running])
            #expect(try journal.latestRun(RunFilter(migration: "rename", isUnfinished: true))?.id == elsewhere)
            #expect(try journal.latestRun(RunFilter(migration: "none")) == nil)
            try journal.setState(.stopped, run: running, stop: RunStop(.gaveUp, "x"), audit: fixture.audit())
            for run in [finished, running, rollbacks[0], freezing] {
                let summary = try #require(try journal.runs(RunFilter(), limit: .max).first { $0.id == run })
                #expect(summary == (try journal.run(run).summary))
            }
        }
    }

    @Test("Changes of the control are audited, a value each", arguments: JournalKind.allCases)
    func auditsControl(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let run = try fixture.makeRun(1)
            let before = try fixture.journal.audit(run: run).count
            let changed = try fixture.journal.changeControl(run: run, by: "bob@host") { control in
                control.isPaused = true
                control.recordsPerSecond = 2.5
            }
            #expect(changed == RunControl(isPaused: true, recordsPerSecond: 2.5))
            #expect(try fixture.journal.run(run).control == changed)
            _ = try fixture.journal.changeControl(run: run, by: "bob@host") { _ in }
            _ = try fixture.journal.changeControl(run: run, by: "bob@host") { control in
                control = RunControl(maxConcurrency: 9)
            }
            let entries = try fixture.journal.audit(run: run).dropFirst(before)
            #expect(
                entries.map { "\($0.who) \($0.action): \($0.old) -> \($0.new)" } == [
                    "bob@host pause: running -> paused", "bob@host set rate: none -> 2.5",
                    "bob@host resume: paused -> running", "bob@host set rate: 2.5 -> none",
                    "bob@host set concurrency: 64 -> 9",
                ]
            )
            let session = try fixture.journal.open(run: run, worker: "w")
            #expect(try session.control() == RunControl(maxConcurrency: 9))
            session.close()
        }
    }

    @Test("Nothing is done for a run that does not exist, nor after closing", arguments: JournalKind.allCases)
    func refusesUnknownRuns(kind: JournalKind) async throws {
        try await JournalFixture.with(kind) { fixture in
            let journal = fixture.journal
            func codes(_ run: RunID) -> [JournalError.Code?] {
                [
                    journalError { try journal.run(run) },
                    journalError { try journal.freeze([], run: run) },
                    journalError { try journal.endFreezing(run: run, sha: "", expectedCount: 0) },
                    journalError { try journal.restartFreezing(run: run) },
                    journalError { try journal.setState(.running, run: run, stop: nil, audit: fixture.audit()) },
                    journalError { try journal.changeControl(run: run, by: "") { $0.isPaused = true } },
                    journalError { try journal.reopen(run: run, failure: nil, by: "") },
                    journalError { try journal.acceptScript([], sha: "", run: run, reopening: [], by: "") },
                    journalError { try journal.purge(run: run, force: true) },
                    journalError { try journal.open(run: run, worker: "") },
                    journalError { try journal.recordVerifications([], run: run) },
                    journalError { try journal.discard(run: run) },
                    journalError { try journal.tally(run: run) },
                    journalError { try journal.openIntentCount(run: run) },
                    journalError { try journal.outcomes(run: run, kinds: [], after: 0, limit: 1) },
                    journalError { try journal.applied(run: run, after: 0, limit: 1) },
                    journalError { try journal.applied(run: run, id: JournalFixture.id(1)) },
                    journalError { try journal.life(of: JournalFixture.id(1), run: run) },
                    journalError { try journal.shapes(run: run) },
                    journalError { try journal.failureGroups(run: run, of: .problems, limit: 1) },
                    journalError { try journal.samples(run: run, limit: 1) },
                    journalError { try journal.audit(run: run) },
                    journalError { try journal.verifications(run: run) },
                    journalError {
                        try journal.createRun(JournalFixture.newRun(kind: .rollback(of: run)), control: RunControl())
                    },
                ].map { $0?.code }
            }
            let unknown = codes(RunID(number: 9))
            #expect(unknown.allSatisfy { $0 == .noSuchRun }, "\(unknown)")
            journal.close()
            journal.close()
            let closed = codes(RunID(number: 9))
            #expect(closed.allSatisfy { $0 == .closed }, "\(closed)")
        }
    }
}
