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
            run: RunFixtures.run(.finished),
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

    @Test(
        "a run that is not finished",
        arguments: [
            (RunState.freezing, "", RunVerdict.stopped), (.ready, "", .stopped), (.running, "", .stopped),
            (.stopped, "it was asked to stop", .stopped), (.stopped, "too many errors: 11 of 100", .tooManyErrors),
        ]
    )
    func unfinished(_ state: RunState, _ reason: String, _ expected: RunVerdict) {
        let tally = RunTally(total: 10, counts: [.failed: 1, .conflict: 1])
        let run = RunFixtures.run(state, reason: reason)
        #expect(RunVerdict(run: run, tally: tally, mismatchCount: 0, isHeld: false) == expected)
        #expect(RunVerdict(run: run, tally: tally, mismatchCount: 1, isHeld: false) == .mismatch)
        #expect(RunVerdict(run: run, tally: tally, mismatchCount: 1, isHeld: true) == .underWay)
        #expect(RunVerdict.underWay.exitStatus == 0)
        #expect(expected.exitStatus == (expected == .stopped ? 7 : 4))
    }

    @Test(
        "the end of the work, and the reason that is stored, agree",
        arguments: [
            (EngineEnd.Reason.drained, RunVerdict.stopped), (.stoppedNow, .stopped), (.gaveUp("the gate"), .stopped),
            (.tooManyErrors("11 of 100 records failed"), .tooManyErrors),
            (.tooManyErrors("too many errors: 11"), .tooManyErrors),
        ]
    )
    func end(_ reason: EngineEnd.Reason, _ expected: RunVerdict) {
        let tally = RunTally(total: 10, counts: [.failed: 1])
        #expect(RunVerdict(end: EngineEnd(reason: reason, tally: tally)) == expected)
        let run = RunFixtures.run(.stopped, reason: StopReason.text(of: reason))
        #expect(RunVerdict(run: run, tally: tally, mismatchCount: 0, isHeld: false) == expected)
    }

    @Test("errors have no verdict of a run; a mismatch has one whatever else happened")
    func errors() {
        let tally = RunTally(total: 10, counts: [.mismatch: 1])
        let full = JournalError(.full, "the disk is full")
        for reason in [EngineEnd.Reason.refused("no application id"), .journal(full)] {
            #expect(RunVerdict(end: EngineEnd(reason: reason, tally: tally)) == nil)
        }
        #expect(RunVerdict(end: EngineEnd(reason: .mismatch("x"), tally: RunTally())) == .mismatch)
        #expect(RunVerdict(end: EngineEnd(reason: .drained, tally: tally)) == .mismatch)
        #expect(StopReason.text(of: .journal(full)) == "the journal failed: the disk is full")
        #expect(StopReason.text(of: .tooManyErrors("11 failed")) == "too many errors: 11 failed")
        #expect(StopReason.text(of: .finished).isEmpty)
    }
}
