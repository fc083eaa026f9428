import DistributionAPI

@testable import Migration

/// Runs and journals for tests of reports.
enum RunFixtures {
    static let runID = RunID(number: 12)
    static let commands = SuggestedCommand()
    static let start = DateTime(secondsSince1970: 1_795_000_000)

    static func time(_ seconds: Double) -> DateTime {
        let whole = seconds.rounded(.down)
        return DateTime(
            secondsSince1970: start.secondsSince1970 + Int64(whole),
            nanoseconds: Int32((seconds - whole) * 1e9)
        )
    }

    static func id(_ number: Int) -> DistributionID {
        DistributionID(high: 0x7f1c_2c1e_0000_4000, low: 0x8000_0000_0000_0000 | UInt64(number))
    }

    static func run(
        _ state: RunState,
        kind: RunKind = .migration,
        stop: RunStop? = nil,
        control: RunControl = RunControl(recordsPerSecond: 500),
        itemCount: Int = 1000
    ) -> RunRecord {
        RunRecord(
            id: runID,
            description: NewRun(
                kind: kind,
                migration: "gists-private",
                script: [],
                scriptSHA: String(repeating: "a1", count: 32),
                engineVersion: "1.2.3",
                target: "http://localhost:1000",
                planSHA: String(repeating: "c3", count: 32),
                approvedShapes: ["replace /github/gist/public true→false"],
                approvedBy: "ada@example"
            ),
            state: state,
            control: control,
            stop: stop,
            itemCount: itemCount,
            duplicateCount: 3,
            inputSHA: String(repeating: "b2", count: 32),
            createdAt: start,
            endedAt: state == .finished || state == .stopped ? time(3725) : nil
        )
    }

    /// 412 changed, 580 with nothing to do, 4 failed, 2 in conflict, 1 parked, 1 perhaps sent.
    static let tally = RunTally(
        total: 1000,
        counts: [
            .verified: 409, .acknowledged: 1, .recovered: 2, .excluded: 500, .unchanged: 80, .refused: 3, .failed: 1,
            .conflict: 2,
        ],
        parked: 1,
        ambiguous: 1
    )

    /// Curves with a slow start, a service in trouble, and a pause of an hour.
    static func samples(count: Int = 120) -> [ThroughputSample] {
        var concluded = 0
        return (0..<count).map { index in
            let isTrouble = (60..<75).contains(index)
            concluded += index == 0 ? 0 : isTrouble ? 1 : min(index, 9)
            let seconds = Double(index) + (index >= 90 ? 3600 : 0)
            let limit = isTrouble ? 2 : min(4 + index / 2, 32)
            return ThroughputSample(
                time: time(seconds),
                concludedCount: concluded,
                failedCount: index < 60 ? 0 : isTrouble ? 2 : 4,
                readMedianMicroseconds: isTrouble ? 80_000 : 4_000 + index * 7 % 900,
                readP95Microseconds: isTrouble ? 900_000 : 9_000 + index * 31 % 4_000,
                writeMedianMicroseconds: isTrouble ? 0 : 6_000 + index * 13 % 1_200,
                writeP95Microseconds: isTrouble ? 0 : 14_000 + index * 57 % 9_000,
                readLimit: limit,
                writeLimit: max(limit - 1, 1),
                inFlightCount: limit * 3 / 2,
                limiter: isTrouble ? "breaker" : index < 20 ? "canary" : "rate"
            )
        }
    }

    static func journal(
        _ run: RunRecord = run(.finished),
        tally: RunTally = tally,
        samples: [ThroughputSample] = samples()
    ) -> FixedJournal {
        var journal = FixedJournal(runRecords: [run], tallies: [run.id: tally], curve: samples)
        journal.shapeCounts = [
            ("replace /github/gist/public true→false", 400), ("add /share/note string; remove /old/* object", 14),
        ]
        journal.groups = [
            FailureGroup(
                failure: .script,
                kind: .refused,
                message: "attempt to index a nil value (field 'gist') (gists-private.lua:5)",
                count: 3,
                examples: [id(1), id(2), id(3)]
            ),
            FailureGroup(failure: .timeout, kind: nil, message: "no answer in 10 s", count: 1, examples: [id(4)]),
        ]
        journal.outcomes = (7...8).map { number in
            let outcome = Outcome(
                sequence: Int64(number),
                generation: 0,
                kind: .conflict,
                httpStatus: 200,
                failure: .conflict,
                message: "/github/gist/public is true"
            )
            return (id(number), outcome)
        }
        journal.auditEntries = [
            AuditEntry(time: start, who: "ada@example", action: "create"),
            AuditEntry(time: time(30), who: "bob@example", action: "set rate", old: "1000", new: "500"),
        ]
        journal.verified = (400, 0)
        journal.fileBytes = 1_200_000
        return journal
    }

    /// A journal whose every text means something somewhere.
    static func hostileJournal(_ text: String) -> FixedJournal {
        var run = run(.stopped, stop: RunStop(.gaveUp, text))
        run.description.migration = text
        run.description.target = text
        run.description.scriptSHA = text
        run.description.planSHA = text
        run.description.engineVersion = text
        run.description.approvedBy = text
        run.inputSHA = text
        var journal = journal(run)
        journal.shapeCounts = [(text, 1)]
        journal.groups = [
            FailureGroup(
                failure: FailureClass(rawValue: text),
                kind: .failed,
                message: text,
                count: 1,
                examples: [id(1)]
            )
        ]
        journal.tallies[run.id]?.counts[.skipped] = 2
        journal.skips = [
            FailureGroup(failure: .skip, kind: .skipped, message: text, count: 1, examples: [id(1), id(2)])
        ]
        journal.outcomes = [.conflict, .mismatch].map { kind in
            (id(1), Outcome(sequence: 1, generation: 0, kind: kind, failure: .conflict, message: text))
        }
        journal.auditEntries = [AuditEntry(time: start, who: text, action: text, old: text, new: text)]
        journal.curve = samples().map { sample in
            var sample = sample
            sample.limiter = text
            return sample
        }
        return journal
    }

    static func model(_ journal: FixedJournal, holder: String? = nil) throws -> ReportModel {
        try ReportModel(reading: journal, run: runID, holder: holder, now: time(7200), commands: commands)
    }
}
