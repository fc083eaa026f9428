import Testing

@testable import Migration

@Suite("The verdict on a run")
struct RunVerdictTests {
    @Test(
        "a finished run",
        arguments: [
            ([.verified: 9, .unchanged: 1], 0, 0, RunVerdict.done, 0), ([:], 0, 0, .done, 0),
            ([.verified: 9, .failed: 1], 0, 0, .failures, 3), ([.refused: 10], 0, 0, .failures, 3),
            ([.verified: 9], 1, 0, .failures, 3), ([.failed: 9, .conflict: 1], 0, 0, .conflicts, 5),
            ([.failed: 8, .conflict: 1, .mismatch: 1], 0, 0, .mismatch, 6), ([.verified: 10], 0, 1, .mismatch, 6),
            ([.skipped: 5, .gone: 3, .already: 2], 0, 0, .done, 0),
        ] as [([OutcomeKind: Int], Int, Int, RunVerdict, Int32)]
    )
    func finished(
        _ counts: [OutcomeKind: Int],
        _ parked: Int,
        _ mismatches: Int,
        _ expected: RunVerdict,
        _ status: Int32
    ) {
        let tally = RunTally(total: 10, counts: counts, parked: parked)
        let verdict = RunVerdict(
            run: RunFixtures.run(.finished).summary,
            tally: tally,
            mismatchCount: mismatches,
            isHeld: false
        )
        #expect(verdict == expected)
        #expect(verdict.exitStatus == status)
        if mismatches == 0 {
            #expect(RunVerdict(end: EngineEnd(reason: .finished, tally: tally)) == expected)
        }
    }

    private static let unfinishedRuns: [(RunState, RunStop.Kind?, RunVerdict)] = [
        (.freezing, nil, .stopped), (.ready, nil, .stopped), (.running, nil, .stopped),
        (.stopped, .asked, .stopped), (.stopped, .gaveUp, .stopped), (.stopped, .refused, .stopped),
        (.stopped, .tooManyErrors, .tooManyErrors), (.stopped, .mismatch, .mismatch),
    ]

    @Test("a run that is not finished", arguments: unfinishedRuns)
    func unfinished(_ state: RunState, _ kind: RunStop.Kind?, _ expected: RunVerdict) {
        let tally = RunTally(total: 10, counts: [.failed: 1, .conflict: 1])
        let run = RunFixtures.run(state, stop: kind.map { RunStop($0, "words") })
        #expect(RunVerdict(run: run.summary, tally: tally, mismatchCount: 0, isHeld: false) == expected)
        #expect(RunVerdict(run: run.summary, tally: tally, mismatchCount: 1, isHeld: false) == .mismatch)
        #expect(RunVerdict(run: run.summary, tally: tally, mismatchCount: 1, isHeld: true) == .underWay)
        #expect(RunVerdict.underWay.exitStatus == 0)
    }

    @Test(
        "the end of the work, and what is stored of it, agree",
        arguments: [
            (EngineEnd.Reason.drained, RunVerdict.stopped), (.stoppedNow, .stopped), (.gaveUp("the gate"), .stopped),
            (.tooManyErrors("11 of 100 records failed"), .tooManyErrors),
            (.mismatch("the gate"), .mismatch),
        ]
    )
    func end(_ reason: EngineEnd.Reason, _ expected: RunVerdict) {
        let tally = RunTally(total: 10, counts: [.failed: 1])
        #expect(RunVerdict(end: EngineEnd(reason: reason, tally: tally)) == expected)
        let run = RunFixtures.run(.stopped, stop: RunStop(reason))
        #expect(RunVerdict(run: run.summary, tally: tally, mismatchCount: 0, isHeld: false) == expected)
    }

    @Test("errors have no verdict of a run; a mismatch has one whatever else happened")
    func errors() {
        let tally = RunTally(total: 10, counts: [.mismatch: 1])
        let full = JournalError(.full, "the disk is full")
        for reason in [EngineEnd.Reason.refused("no application id"), .journal(full)] {
            #expect(RunVerdict(end: EngineEnd(reason: reason, tally: tally)) == nil)
        }
        #expect(RunVerdict(end: EngineEnd(reason: .drained, tally: tally)) == .mismatch)
        #expect(RunStop(.journal(full)) == nil)
        #expect(RunStop(.finished) == nil)
        #expect(RunStop(.tooManyErrors("11 failed")) == RunStop(.tooManyErrors, "too many errors: 11 failed"))
    }
}
