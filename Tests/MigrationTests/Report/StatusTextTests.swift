import DistributionAPI
import JSONDocument
import Testing

@testable import Migration

@Suite("The status of a run, and the list of runs")
struct StatusTextTests {
    private static func status(
        _ journal: FixedJournal,
        holder: String? = nil,
        now: Double = 7200,
        run: RunID = RunFixtures.runID
    ) throws -> RunStatus {
        let time = RunFixtures.time(now)
        return try RunStatus(
            reading: journal,
            run: run,
            holder: holder,
            now: time,
            commands: RunFixtures.commands
        )
    }

    @Test("a stopped run: the rows add up, and the next command is named")
    func stopped() throws {
        let tally = RunTally(total: 1000, counts: RunFixtures.tally.counts, parked: 1, ambiguous: 1)
        let run = RunFixtures.run(.stopped, stop: RunStop(.asked, "it was asked to stop"), itemCount: 1000)
        let text = StatusText(try Self.status(RunFixtures.journal(run, tally: tally))).text(usesColor: false)
        #expect(
            text == """
                run 12: gists-private on http://localhost:1000
                  stopped: it was asked to stop (exit status 7)
                  1,000 records, of these
                        412   changed: 409 verified, 1 acknowledged, 2 recovered
                        580   nothing to do: 80 unchanged, 500 left out by where
                          3   refused
                          1   failed
                          2   in conflict
                          1   parked: tried again later
                          1   perhaps sent: read back before anything more is sent for them
                  3 ids of the input came more than once; each counts once
                  control: at most 500 records a second, at most 64 reads and 64 writes in flight
                  verification: 400 records as sent
                  next: distsh migrate resume 12

                """
        )
    }

    @Test("a run of an empty input says that there are no records")
    func empty() throws {
        let journal = RunFixtures.journal(RunFixtures.run(.finished, itemCount: 0), tally: RunTally(total: 0))
        let text = StatusText(try Self.status(journal)).text(usesColor: false)
        #expect(text.contains("  finished; done (exit status 0)\n  no records\n"), "\(text)")
    }

    @Test("numbers of one are told as one")
    func one() throws {
        let run = RunFixtures.run(.stopped, control: RunControl(recordsPerSecond: 1, maxConcurrency: 1))
        let text = StatusText(try Self.status(RunFixtures.journal(run))).text(usesColor: false)
        #expect(
            text.contains("  control: at most 1 record a second, at most 1 read and 1 write in flight\n"),
            "\(text)"
        )
        #expect(RateText.records(1_000_000) == "1,000,000 records a second")
        #expect(RateText.records(0.5) == "0.5 records a second")
    }

    @Test("what stays parked at the end is given up for now")
    func parked() throws {
        let journal = RunFixtures.journal(tally: RunTally(total: 2, counts: [.verified: 1], parked: 1))
        let text = StatusText(try Self.status(journal)).text(usesColor: false)
        #expect(
            text.contains("          1   parked: given up for now, until a retry\n"),
            "\(text)"
        )
    }

    @Test("a run that found none of its records is warned of", arguments: [(2, 0, true), (1, 1, false), (0, 0, false)])
    func allGone(_ gone: Int, _ changed: Int, _ isWarned: Bool) throws {
        let tally = RunTally(total: gone + changed, counts: [.gone: gone, .verified: changed])
        let journal = RunFixtures.journal(tally: tally)
        let warning = "every record is gone: is --url or --store the right one?"
        #expect(StatusText(try Self.status(journal)).text(usesColor: false).contains("  \(warning)\n") == isWarned)
        #expect(MarkdownReport.text(of: try RunFixtures.model(journal)).contains(warning) == isWarned)
    }

    @Test("a run under way has a rate and an estimate, from its last samples only")
    func underWay() throws {
        var journal = RunFixtures.journal(
            RunFixtures.run(.running),
            tally: RunTally(total: 1000, counts: [.verified: 400]),
            samples: RunFixtures.samples(count: 50)
        )
        let status = try Self.status(journal, holder: "distsh process 4711 on host x", now: 50)
        #expect(status.recordsPerSecond == 405.0 / 49)
        #expect(status.timeLeft == .seconds(600 / (405.0 / 49)))
        #expect(status.verdict == .underWay)
        let text = StatusText(status).text(usesColor: false)
        #expect(text.contains("  running; worked on by distsh process 4711 on host x\n"))
        #expect(text.contains("  8.3/s lately, about 1m13s left\n"))
        #expect(text.contains("\n        600   to do\n"))
        #expect(!text.contains("exit status"))
        #expect(!text.contains("next:"))

        #expect(try Self.status(journal, holder: "x", now: 200).recordsPerSecond == nil)
        #expect(try Self.status(journal, now: 50).recordsPerSecond == nil)
        journal.runRecords[0].control.isPaused = true
        let paused = try Self.status(journal, holder: "x", now: 50)
        #expect(paused.timeLeft == nil)
        #expect(StatusText(paused).text(usesColor: false).contains("control: paused, at most 500 records a second"))
        #expect(paused.nextCommands == ["distsh migrate resume 12"])
    }

    @Test("a rate of nothing gives no estimate")
    func noProgress() throws {
        let samples = RunFixtures.samples(count: 40).map { sample in
            var sample = sample
            sample.concludedCount = 7
            return sample
        }
        let journal = RunFixtures.journal(RunFixtures.run(.running), samples: samples)
        let status = try Self.status(journal, holder: "x", now: 40)
        #expect(status.recordsPerSecond == 0)
        #expect(status.timeLeft == nil)
        func rate(spacing: Double) throws -> Double? {
            let sparse = RunFixtures.samples(count: 3).enumerated().map { index, sample in
                var sample = sample
                sample.time = RunFixtures.time(Double(index) * spacing)
                sample.concludedCount = index * 100
                return sample
            }
            let journal = RunFixtures.journal(RunFixtures.run(.running), samples: sparse)
            return try Self.status(journal, holder: "x", now: 2 * spacing).recordsPerSecond
        }
        #expect(try rate(spacing: 20) == 5)
        #expect(try rate(spacing: 200) == 0.5)
        #expect(try rate(spacing: 2000) == nil)
        let single = RunFixtures.journal(RunFixtures.run(.running), samples: Array(samples.prefix(1)))
        #expect(try Self.status(single, holder: "x", now: 1).recordsPerSecond == nil)
    }

    @Test("what to do next, for each verdict")
    func next() throws {
        func commands(_ state: RunState, _ counts: [OutcomeKind: Int], stop: RunStop? = nil, verified: Int = 0) throws
            -> [String]
        {
            let run = RunFixtures.run(state, stop: stop)
            var journal = RunFixtures.journal(run, tally: RunTally(total: 10, counts: counts))
            journal.verified = (verified, 0)
            journal.groups = []
            return try Self.status(journal).nextCommands.map { $0.replacing("distsh migrate ", with: "") }
        }
        #expect(try commands(.finished, [.verified: 10]) == ["verify 12"])
        #expect(try commands(.finished, [.verified: 10], verified: 10) == [])
        #expect(try commands(.finished, [.verified: 10], verified: 7) == ["verify 12"], "a pass that ended before")
        #expect(try commands(.finished, [.unchanged: 10]) == [])
        #expect(try commands(.finished, [.verified: 9, .failed: 1]) == ["retry 12", "report 12"])
        #expect(try commands(.finished, [.conflict: 1]) == ["report 12", "retry 12"])
        #expect(try commands(.finished, [.mismatch: 1]) == ["report 12", "rollback 12"])
        #expect(try commands(.running, [:]) == ["resume 12"])
        #expect(
            try commands(.stopped, [.mismatch: 1], stop: RunStop(.mismatch, "x"))
                == ["report 12", "resume 12", "rollback 12"]
        )
    }

    private static let mended = "FILE --accept-script-change  # FILE: the migration's file, once it is mended"

    @Test("after too many errors the file is mended, a plan is made, or more of them are allowed")
    func nextAfterErrors() throws {
        func command(_ failure: FailureClass) throws -> String? {
            let run = RunFixtures.run(.stopped, stop: RunStop(.tooManyErrors, "3 failed"))
            var journal = RunFixtures.journal(run, tally: RunTally(total: 10, counts: [.failed: 3]))
            journal.groups = [FailureGroup(failure: failure, kind: .failed, message: "m", count: 3, examples: [])]
            return try Self.status(journal).nextCommands.last
        }
        for failure in [FailureClass.script, .limit, .invalid] {
            #expect(try command(failure) == "distsh migrate resume \(Self.mended)")
        }
        #expect(try command(.rejected) == "distsh migrate resume 12 --max-errors 6")
        #expect(
            try command(.unseenShape)
                == "distsh migrate plan FILE  # FILE: the migration's file; then run it with that plan and --new"
        )
    }

    @Test(
        "what can be tried again is not what a mended file or nothing helps",
        arguments: [
            (.refused, .script, ["retry \(mended)", "report 12"]),
            (.refused, .limit, ["retry \(mended)", "report 12"]),
            (.failed, .invalid, ["retry \(mended)", "report 12"]), (.refused, .already, ["report 12"]),
            (.refused, .unseenShape, ["report 12"]), (.failed, .rejected, ["retry 12", "report 12"]),
            (.conflict, .conflict, ["report 12", "retry 12"]), (.conflict, .doubt, ["report 12"]),
        ] as [(OutcomeKind, FailureClass, [String])]
    )
    func nextByClass(_ kind: OutcomeKind, _ failure: FailureClass, _ next: [String]) throws {
        let tally = RunTally(total: 10, counts: [.verified: 7, kind: 3])
        var journal = RunFixtures.journal(tally: tally)
        journal.groups = [FailureGroup(failure: failure, kind: kind, message: "m", count: 3, examples: [])]
        #expect(try Self.status(journal).nextCommands == next.map { "distsh migrate \($0)" })
    }

    @Test("records of several classes get the commands of all")
    func nextOfSeveral() throws {
        var journal = RunFixtures.journal(tally: RunTally(total: 10, counts: [.refused: 3, .failed: 2], parked: 1))
        journal.groups = [
            FailureGroup(failure: .script, kind: .refused, message: "m", count: 3, examples: []),
            FailureGroup(failure: .timeout, kind: .failed, message: "m", count: 2, examples: []),
        ]
        let next = ["retry 12", "retry \(Self.mended)", "report 12"]
        #expect(try Self.status(journal).nextCommands == next.map { "distsh migrate \($0)" })
    }

    @Test("what a live process has in flight is not called doubtful")
    func inFlight() throws {
        let text = StatusText(try Self.status(RunFixtures.journal(RunFixtures.run(.running)), holder: "x"))
        #expect(text.text(usesColor: false).contains("          1   in flight or perhaps sent\n"))
    }

    /// The journal of a run that has changed 10 records, with run 13, its rollback.
    private static func takenBack(_ tally: RunTally, _ state: RunState) -> FixedJournal {
        var journal = RunFixtures.journal(tally: RunTally(total: 10, counts: [.verified: 10]))
        var rollback = RunFixtures.run(state, kind: .rollback(of: RunFixtures.runID))
        rollback.id = RunID(number: 13)
        journal.runRecords.append(rollback)
        journal.tallies[rollback.id] = tally
        journal.verified = (0, 0)
        return journal
    }

    @Test(
        "a run that was taken back says so, and what to do about its rollback",
        arguments: [
            (
                RunTally(total: 10, counts: [.verified: 10]), RunState.finished,
                "10 of 10 changed records, by run 13", ["verify 13"]
            ),
            (
                RunTally(total: 10, counts: [.verified: 4]), .stopped,
                "4 of 10 changed records, by run 13, which is not finished", ["resume 13"]
            ),
            (
                RunTally(total: 4, counts: [.verified: 4]), .finished, "4 of 10 changed records, by run 13",
                ["verify 12"]
            ),
            (RunTally(total: 10, counts: [.conflict: 10]), .finished, nil, ["verify 12"]),
        ] as [(RunTally, RunState, String?, [String])]
    )
    func rollback(_ tally: RunTally, _ state: RunState, _ words: String?, _ next: [String]) throws {
        let journal = Self.takenBack(tally, state)
        let status = try Self.status(journal)
        #expect(status.nextCommands == next.map { "distsh migrate \($0)" })
        let text = StatusText(status).text(usesColor: false)
        #expect(text.contains("taken back: ") == (words != nil), "\(text)")
        #expect(text.contains("  taken back: \(words ?? "")\n") == (words != nil), "\(text)")
        let report = MarkdownReport.text(of: try RunFixtures.model(journal))
        let isWhole = tally.total == 10 && words != nil
        #expect(report.contains("distsh migrate rollback 12") != isWhole, "\(report)")
        let document = try JSONDocument(parsing: try StatusText(status).json())
        #expect(document.root["taken_back_by"]?.int64 == (words == nil ? nil : 13))
    }

    @Test("a rollback that was stopped by its file has the same advice in the status of both runs")
    func rollbackStoppedByFile() throws {
        var journal = Self.takenBack(RunTally(total: 10, counts: [.refused: 10]), .stopped)
        journal.runRecords[1].stop = RunStop(.tooManyErrors, "10 failed")
        journal.groups = [FailureGroup(failure: .script, kind: .refused, message: "m", count: 10, examples: [])]
        let next = ["distsh migrate report 13", "distsh migrate resume \(Self.mended)"]
        #expect(try Self.status(journal, run: RunID(number: 13)).nextCommands == next)
        #expect(try Self.status(journal).nextCommands == next)
    }

    /// The journal of a run that has changed 30 records, with a rollback for each tally, oldest first.
    private static func takenBack(inTurn tallies: RunTally...) -> FixedJournal {
        var journal = RunFixtures.journal(tally: RunTally(total: 30, counts: [.verified: 30]))
        for (index, tally) in tallies.enumerated() {
            var rollback = RunFixtures.run(.finished, kind: .rollback(of: RunFixtures.runID))
            rollback.id = RunID(number: 13 + Int64(index))
            journal.runRecords.append(rollback)
            journal.tallies[rollback.id] = tally
        }
        journal.verified = (0, 0)
        journal.groups = []
        return journal
    }

    @Test("what several rollbacks have taken back adds up")
    func rollbacks() throws {
        let first = RunTally(total: 30, counts: [.verified: 29, .conflict: 1])
        let journal = Self.takenBack(inTurn: first, RunTally(total: 1, counts: [.verified: 1]))
        let status = try Self.status(journal)
        let text = StatusText(status).text(usesColor: false)
        #expect(text.contains("  taken back: 30 of 30 changed records, by run 13 and run 14\n"), "\(text)")
        #expect(status.nextCommands == ["distsh migrate verify 14"])
        let list = try RunListText(reading: journal, migration: nil) { _ in false }.text(usesColor: false)
        #expect(list.hasSuffix("; taken back by run 13 and run 14\n"), "\(list)")

        let part = StatusText(try Self.status(Self.takenBack(inTurn: first))).text(usesColor: false)
        #expect(part.contains("  taken back: 29 of 30 changed records, by run 13\n"), "\(part)")
        let fruitless = Self.takenBack(inTurn: first, RunTally(total: 1, counts: [.conflict: 1]))
        #expect(
            StatusText(try Self.status(fruitless)).text(usesColor: false).contains(
                "29 of 30 changed records, by run 13\n"
            )
        )
        let twice = Self.takenBack(inTurn: RunTally(total: 30, counts: [.verified: 30]), first)
        #expect(try Self.status(twice).takenBack?.count == 30)
    }

    @Test("of a record that is gone there is nothing left to take back")
    func rollbackOfGone() throws {
        let gone = RunTally(total: 1, counts: [.gone: 1])
        for journal in [
            Self.takenBack(inTurn: RunTally(total: 30, counts: [.verified: 29, .gone: 1])),
            Self.takenBack(inTurn: RunTally(total: 30, counts: [.verified: 29, .conflict: 1]), gone),
        ] {
            let text = StatusText(try Self.status(journal)).text(usesColor: false)
            #expect(text.contains("  taken back: 29 of 30 changed records (1 gone), by run 13"), "\(text)")
            let list = try RunListText(reading: journal, migration: nil) { _ in false }
            #expect(list.text(usesColor: false).contains("; taken back by run 13"))
        }
    }

    @Test("a mismatch that was found before all was taken back does not count any more")
    func mismatchTakenBack() throws {
        let part = RunTally(total: 30, counts: [.verified: 29, .conflict: 1])
        let whole = RunTally(total: 30, counts: [.verified: 30])
        for (tally, verdict) in [(part, RunVerdict.mismatch), (whole, .done)] {
            var journal = Self.takenBack(inTurn: tally)
            journal.verified = (29, 1)
            #expect(try Self.status(journal).verdict == verdict)
            let list = try RunListText(reading: journal, migration: nil) { _ in false }
            let lines = try list.jsonLines().split(separator: UInt8(ascii: "\n"))
            let run = try JSONDocument(parsing: Array(try #require(lines.last)))
            #expect(run.root["verdict"]?.string == verdict.rawValue)
        }
    }

    @Test("the rows add up to the total, whatever the tally is", arguments: RunState.allCases)
    func sums(_ state: RunState) throws {
        var counts: [OutcomeKind: Int] = [:]
        for (index, kind) in OutcomeKind.allCases.enumerated() where kind != .replanned { counts[kind] = 1 << index }
        let tally = RunTally(total: 20_000, counts: counts, parked: 30, ambiguous: 7)
        let text = StatusText(try Self.status(RunFixtures.journal(RunFixtures.run(state), tally: tally)))
            .text(usesColor: false)
        let rows = text.split(separator: "\n").compactMap { line -> Int? in
            guard let match = line.firstMatch(of: /^ +([0-9,]+) {3}/) else { return nil }
            return Int(match.1.replacing(",", with: ""))
        }
        #expect(rows.reduce(0, +) == 20_000)
    }

    @Test("a command whose exit status is not that of the verdict tells its own")
    func exitStatusOfTheCommand() throws {
        let run = RunFixtures.run(.stopped, stop: RunStop(.asked, "it was asked to stop"))
        let text = StatusText(try Self.status(RunFixtures.journal(run)), exitStatus: 130)
        #expect(text.text(usesColor: false).contains("  stopped: it was asked to stop (exit status 130)\n"))
        let document = try JSONDocument(parsing: try text.json())
        #expect(document.root["exit_status"]?.int64 == 130)
        #expect(document.root["verdict"]?.string == "stopped")
    }

    @Test("JSON has the same counts, the verdict and its exit status")
    func json() throws {
        let document = try JSONDocument(parsing: try StatusText(try Self.status(RunFixtures.journal())).json())
        func value(_ pointer: String) throws -> String? { document[try JSONPointer(parsing: pointer)]?.rawText }
        #expect(try value("/run") == "12")
        #expect(try value("/records/total") == "1000")
        #expect(try value("/records/verified") == "409")
        #expect(try value("/records/pending") == "\(RunFixtures.tally.pending)")
        #expect(try value("/records/perhaps_sent") == "1")
        #expect(try value("/verdict") == "\"conflicts\"")
        #expect(try value("/exit_status") == "5")
        #expect(try value("/holder") == "null")
        #expect(try value("/control/records_per_second") == "500.0")
        #expect(try value("/next/0") == "\"distsh migrate report 12\"")
        let names = document[JSONPointer(["records"])]?.members.map(\.name) ?? []
        #expect(names.filter { OutcomeKind.allCases.map(OutcomeText.name).contains($0) }.count == 12)
    }

    @Test("what a verification could not read is in its JSON alone")
    func unverified() throws {
        var status = try Self.status(RunFixtures.journal())
        func member() throws -> String? {
            let document = try JSONDocument(parsing: try StatusText(status).json())
            return document[try JSONPointer(parsing: "/verification/unverified")]?.rawText
        }
        #expect(try member() == nil)
        status.unverifiedCount = 1
        #expect(try member() == "1")
    }

    @Test("nothing from outside acts on the terminal")
    func control() throws {
        let journal = RunFixtures.hostileJournal("\u{1B}[2J\r\nrun 13: fake")
        let text = StatusText(try Self.status(journal, holder: "\u{9B}x")).text(usesColor: false)
        #expect(
            text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)) }
        )
        #expect(!text.contains("\nrun 13"))
    }

    @Test("what a verification pass did not find as sent is a problem in the list")
    func listedMismatches() throws {
        var journal = RunFixtures.journal(tally: RunTally(total: 10, counts: [.verified: 10]))
        journal.verified = (8, 2)
        let list = try RunListText(reading: journal, migration: nil) { _ in false }
        #expect(list.text(usesColor: false).contains("\n 12       10       10         2     0 "))
    }

    @Test("runs are listed newest first, in columns")
    func list() throws {
        var journal = RunFixtures.journal()
        var other = RunFixtures.run(.running, kind: .rollback(of: RunFixtures.runID))
        other.id = RunID(number: 103)
        journal.runRecords.append(other)
        journal.tallies[other.id] = RunTally(total: 412, counts: [.verified: 12])
        let list = try RunListText(reading: journal, migration: nil) { $0 == other.id }
        #expect(
            list.text(usesColor: false) == """
                RUN  RECORDS  CHANGED  PROBLEMS  OPEN  MADE                  STATE      MIGRATION
                103      412       12         0   400  2026-11-18T11:06:40Z  under way  rollback of run 12, gists-private on http://localhost:1000
                 12    1,000      412         6     2  2026-11-18T11:06:40Z  finished   gists-private on http://localhost:1000; taken back in part by run 103

                """
        )
        let lines = try list.jsonLines().split(separator: UInt8(ascii: "\n")).map {
            try JSONDocument(parsing: Array($0))
        }
        #expect(lines.map { $0.root["run"]?.int64 } == [103, 12])
        #expect(lines.map { $0.root["verdict"]?.string } == ["under_way", "conflicts"])
        #expect(lines[0].root["rollback_of"]?.int64 == 12)
        #expect(lines[1].root["taken_back_by"]?.int64 == 103)
        let none = try RunListText(reading: journal, migration: "other") { _ in false }
        #expect(none.text(usesColor: true) == "there are no runs of other\n")
        let empty = FixedJournal()
        let all = try RunListText(reading: empty, migration: nil) { _ in false }
        #expect(all.text(usesColor: true) == "there are no runs\n")
        #expect(try none.jsonLines().isEmpty)
    }

    @Test("a list that is cut says so", arguments: [(RunListText.maxRuns, false), (RunListText.maxRuns + 1, true)])
    func longList(_ count: Int, _ isCut: Bool) throws {
        let runs = (1...count).map { number in
            var run = RunFixtures.run(.finished)
            run.id = RunID(number: Int64(number))
            return run
        }
        let list = try RunListText(reading: FixedJournal(runRecords: runs), migration: nil) { _ in false }
        let lines = list.text(usesColor: false).split(separator: "\n")
        #expect(lines.count == 1 + RunListText.maxRuns + (isCut ? 1 : 0))
        #expect((lines.last == "… older runs are left out") == isCut)
        #expect(try list.jsonLines().split(separator: UInt8(ascii: "\n")).count == RunListText.maxRuns)
    }
}
