/// How the run stands, and how its records do.
struct ReportSummary {
    let model: ReportModel

    var section: ReportDocument.Section {
        var blocks: [ReportDocument.Block] = [.facts(facts), .shares(shares), .table(recordTable)]
        if model.tally.isAllGone { blocks.insert(.paragraph([.strong(OutcomeText.allGone)]), at: 1) }
        return ReportDocument.Section(title: "Summary", blocks: blocks)
    }

    private var facts: [(name: String, value: ReportDocument.Line)] {
        let run = model.run
        let verdict = model.status.verdict
        var facts: [(String, ReportDocument.Line)] = [
            ("Verdict", [.strong(verdict.words), .words(" (exit status \(verdict.exitStatus))")]),
            ("State", state),
            ("Records", [.words(recordWords)]),
            ("Made", [.words(TimeText.of(run.createdAt))]),
        ]
        if let endedAt = run.endedAt {
            let span = NumberText.duration(.seconds(RunStatus.seconds(from: run.createdAt, to: endedAt)))
            facts.append(("Ended", [.words("\(TimeText.of(endedAt)), \(span) later")]))
        }
        if let curves = RunCurves(model.samples), let rate = curves.averageRate {
            let work = NumberText.duration(.seconds(curves.workSeconds))
            facts.append(("Rate", [.words("\(NumberText.rate(rate)) on average over \(work) of work")]))
        }
        facts.append(("Verification", [.words(verification)]))
        if let takenBack = model.status.takenBack {
            facts.append(("Taken back", [.words(takenBack.words(model.tally))]))
        }
        facts.append(("Journal", [.words(NumberText.bytes(model.journalBytes))]))
        return facts
    }

    private var state: ReportDocument.Line {
        let run = model.run
        var line: ReportDocument.Line = [.words(run.state.rawValue)]
        if let holder = model.status.holder { line += [.words(", worked on by "), .outside(holder)] }
        if let stop = run.stop { line += [.words(": "), .outside(stop.words)] }
        return line
    }

    private var recordWords: String {
        let duplicates = model.run.duplicateCount
        let records = CountText.of(model.tally.total, "record")
        return duplicates == 0 ? records : "\(records); \(CountText.duplicates(duplicates))"
    }

    private var verification: String {
        let (matches, mismatches) = (model.status.matchCount, model.status.mismatchCount)
        guard matches + mismatches > 0 else { return "no verification pass was made" }
        return "\(CountText.of(matches, "record")) as sent, \(NumberText.grouped(mismatches)) not"
    }

    private var shares: [ReportDocument.Share] {
        let tally = model.tally
        let changed = model.run.description.kind == .migration ? "changed" : "taken back"
        return [
            .init(name: changed, count: tally.applied, role: .good),
            .init(name: "nothing to do", count: tally.skipped, role: .neutral),
            .init(
                name: "failed, refused, in conflict or not as sent",
                count: tally.failed + tally[.conflict] + tally[.mismatch],
                role: .problem
            ),
            .init(name: "open", count: tally.pending + tally.parked, role: .open),
        ]
    }

    /// A row for each end that occurs; they add up to the total.
    private var recordTable: ReportDocument.Table {
        let tally = model.tally
        var rows: [(String, Int)] = (OutcomeText.applied + OutcomeText.skips + OutcomeText.problems)
            .map { (OutcomeText.counted($0), tally[$0]) }
        rows += [
            (OutcomeText.parked(in: model.run.state), tally.parked),
            (OutcomeText.perhapsSent(isHeld: model.status.holder != nil), tally.ambiguous),
            ("to do", tally.pending - tally.ambiguous),
        ]
        rows = rows.filter { $0.1 > 0 } + [("total", tally.total)]
        return ReportDocument.Table(
            header: ["Records", "Count", "Share"],
            rows: rows.map { name, count in
                [
                    [.words(name)], [.words(NumberText.grouped(count))],
                    [.words(NumberText.percent(count, of: tally.total))],
                ]
            },
            numberColumns: [1, 2]
        )
    }
}
