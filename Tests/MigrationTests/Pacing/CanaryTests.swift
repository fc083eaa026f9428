import TestSupport
import Testing

@testable import Migration

@Suite("The canary ramp and its gates")
struct CanaryTests {
    @Test(
        arguments: [
            (0, [0]), (1, [1]), (2, [1, 2]), (11, [1, 11]), (12, [1, 11, 12]), (111, [1, 11, 111]),
            (112, [1, 11, 111, 112]), (5000, [1, 11, 111, 5000]), (11_199, [1, 11, 111, 11_199]),
            (11_200, [1, 11, 111, 223, 11_200]), (1_000_000, [1, 11, 111, 10_111, 1_000_000]), (-5, [0]),
        ] as [(Int, [Int])]
    )
    func stages(total: Int, admitted: [Int]) {
        var ramp = CanaryRamp(total: total, concluded: 0)
        var seen = [ramp.admitted]
        while let stage = ramp.stage {
            #expect(stage.number == seen.count)
            #expect(stage.count == admitted.count - 1)
            #expect(stage.recordCount == seen[seen.count - 1] - (seen.count > 1 ? seen[seen.count - 2] : 0))
            ramp.advance()
            seen.append(ramp.admitted)
        }
        #expect(seen == admitted)
        ramp.advance()
        #expect(ramp.admitted == max(total, 0))
    }

    /// A stage whose records are all concluded still has its gate before it.
    @Test(
        arguments: [
            (0, 1), (1, 1), (2, 2), (11, 2), (12, 3), (111, 3), (112, 4), (10_111, 4), (10_112, nil),
            (1_000_000, nil),
        ] as [(Int, Int?)]
    )
    func resumes(concluded: Int, number: Int?) {
        #expect(CanaryRamp(total: 1_000_000, concluded: concluded).stage?.number == number)
    }

    @Test
    func theRampEndsWhereverItBegins() {
        for total in 0...300 {
            for concluded in stride(from: 0, through: total, by: 7) {
                var ramp = CanaryRamp(total: total, concluded: concluded)
                var admitted = ramp.admitted
                #expect(admitted >= concluded)
                while ramp.stage != nil {
                    ramp.advance()
                    #expect(ramp.admitted > admitted)
                    admitted = ramp.admitted
                }
                #expect(admitted == total)
            }
        }
    }

    private static let stage: CanaryRamp.Stage = (number: 2, count: 4, recordCount: 10)

    @Test(
        arguments: [
            ([.verified: 11], .fraction(0.01), nil),
            ([.verified: 10, .failed: 1], .fraction(0.1), nil),
            (
                [.verified: 8, .failed: 1, .refused: 1, .conflict: 1], .fraction(0.01),
                "3 of 11 failed, more than 1.0 % (1 failed, 1 refused, 1 in conflict)"
            ),
            ([.verified: 9, .conflict: 2], .count(1), "2 of 11 failed, more than 1 record (2 in conflict)"),
            ([.verified: 9, .conflict: 2], .count(2), nil),
            ([.failed: 1], .count(25), nil),
            ([.failed: 11], .count(25), nil),
            ([.failed: 26], .count(25), "26 of 26 failed, more than 25 records (26 failed)"),
            ([.failed: 1], .fraction(1), nil),
            ([.failed: 3, .unchanged: 1], .fraction(1), nil),
            (
                [.verified: 10, .mismatch: 1], .fraction(1),
                "1 of 11 records is not as it should be after the write (see explain)"
            ),
            (
                [.verified: 9, .mismatch: 2], .fraction(1),
                "2 of 11 records are not as they should be after the write (see explain)"
            ),
            ([.mismatch: 1], .fraction(1), "1 of 1 record is not as it should be after the write (see explain)"),
            ([.failed: 1], .fraction(0.01), "1 of 1 failed, more than 1.0 % (1 failed)"),
            ([:], .count(0), nil),
        ] as [([OutcomeKind: Int], ErrorLimit, String?)]
    )
    func gates(counts: [OutcomeKind: Int], limit: ErrorLimit, problem: String?) {
        let tally = RunTally(total: 1000, counts: counts)
        let found = GateCheck.problem(
            stage: Self.stage,
            tally: tally,
            limit: limit,
            reason: nil,
            maxP95: nil,
            readP95: .seconds(9),
            writeP95: nil,
            countsConflicts: true
        )
        #expect(found == problem.map { "canary stage 2 of 4 (10 records): \($0)" })
    }

    @Test("the words of a gate have the most frequent reason")
    func reasons() {
        var reasons = FailureReasons()
        #expect(reasons.mostFrequent(of: [.refused]) == nil)
        func add(_ kind: OutcomeKind, _ message: String, count: Int) {
            for sequence in 0..<count {
                reasons.add(
                    Outcome(sequence: Int64(sequence), generation: 0, kind: kind, failure: .script, message: message)
                )
            }
        }
        add(.refused, "first", count: 1)
        add(.refused, "second", count: 1)
        #expect(reasons.mostFrequent(of: [.refused]) == "script: first")
        add(.refused, "second\nat line 3", count: 1)
        add(.conflict, "third", count: 9)
        add(.verified, "fourth", count: 99)
        #expect(reasons.mostFrequent(of: [.refused, .failed]) == "script: second")
        #expect(reasons.mostFrequent(of: [.refused, .conflict]) == "script: third")
        let found = GateCheck.problem(
            stage: Self.stage,
            tally: RunTally(total: 9, counts: [.refused: 1]),
            limit: .fraction(0.01),
            reason: reasons.mostFrequent(of: [.refused]),
            maxP95: nil,
            readP95: nil,
            writeP95: nil,
            countsConflicts: true
        )
        #expect(
            found == "canary stage 2 of 4 (10 records): 1 of 1 failed, more than 1.0 % (1 refused; script: second)"
        )
    }

    @Test("in a rollback, records that others have changed do not close a gate")
    func rollbackGates() {
        let tally = RunTally(total: 1000, counts: [.verified: 9, .conflict: 2])
        for (countsConflicts, isClosed) in [(true, true), (false, false)] {
            let found = GateCheck.problem(
                stage: Self.stage,
                tally: tally,
                limit: .fraction(0.01),
                reason: nil,
                maxP95: nil,
                readP95: nil,
                writeP95: nil,
                countsConflicts: countsConflicts
            )
            #expect((found != nil) == isClosed)
        }
    }

    @Test(
        arguments: [
            (nil, nil, nil), (.milliseconds(200), .milliseconds(200), nil),
            (.milliseconds(201), nil, "p95 of reads is 201.0 ms, more than 200.0 ms"),
            (
                .milliseconds(300), .seconds(2),
                "p95 of reads is 300.0 ms, more than 200.0 ms; p95 of writes is 2.0 s, more than 200.0 ms"
            ),
        ] as [(Duration?, Duration?, String?)]
    )
    func gatesOfLatency(readP95: Duration?, writeP95: Duration?, problem: String?) {
        let tally = RunTally(total: 1000, counts: [.verified: 1])
        let found = GateCheck.problem(
            stage: Self.stage,
            tally: tally,
            limit: .fraction(0.01),
            reason: nil,
            maxP95: .milliseconds(200),
            readP95: readP95,
            writeP95: writeP95,
            countsConflicts: true
        )
        #expect(found == problem.map { "canary stage 2 of 4 (10 records): \($0)" })
    }
}
