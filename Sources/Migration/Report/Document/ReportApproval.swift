/// What was approved, who did what, and what can be done.
struct ReportApproval {
    let model: ReportModel

    var section: ReportDocument.Section {
        let run = model.run
        let description = run.description
        var facts: [(String, ReportDocument.Line)] = [
            ("Approved by", [.outside(description.approvedBy)]),
            ("Plan", description.planSHA.map { [.words("sha256 "), .outside($0)] } ?? [.words("none")]),
            ("Shapes approved", [.words(description.approvedShapes.map { NumberText.grouped($0.count) } ?? "all")]),
            ("Migration file", script),
            ("Input", input),
            ("Engine", [.words("distsh "), .outside(description.engineVersion)]),
        ]
        if case .rollback(let other) = description.kind {
            facts.insert(("Rollback of", [.words("run \(other)")]), at: 0)
        }
        return ReportDocument.Section(title: "Plan and approval", blocks: [.facts(facts)])
    }

    private var script: ReportDocument.Line {
        let line: ReportDocument.Line = [.words("sha256 "), .outside(model.run.description.scriptSHA)]
        return model.run.hasMixedScripts ? line + [.words("; records were changed by an older one, too")] : line
    }

    private var input: ReportDocument.Line {
        let run = model.run
        guard !run.inputSHA.isEmpty else { return [.words("not complete yet")] }
        return [.words("\(CountText.of(run.itemCount, "record")), sha256 "), .outside(run.inputSHA)]
    }

    var auditSection: ReportDocument.Section {
        var rows: [[ReportDocument.Line]] = model.audit.map { entry in
            [
                [.words(TimeText.of(entry.time))], [.outside(entry.who)], [.outside(entry.action)],
                entry.old.isEmpty ? [] : [.outside(entry.old)], entry.new.isEmpty ? [] : [.outside(entry.new)],
            ]
        }
        if model.omittedAudit.count > 0 {
            let words = "… \(CountText.of(model.omittedAudit.count, "entry", plural: "entries")) left out"
            rows.insert([[], [], [.words(words)], [], []], at: model.omittedAudit.position)
        }
        let table = ReportDocument.Table(header: ["Time", "Who", "What", "Before", "After"], rows: rows)
        return ReportDocument.Section(title: "Audit", blocks: [.table(table)])
    }

    /// Whether a rollback was begun of all that the run has changed.
    private var isTakenBack: Bool { model.status.takenBack?.isOfAll(model.tally) == true }

    /// `nil` when there is nothing to be done.
    var nextSection: ReportDocument.Section? {
        var blocks: [ReportDocument.Block] = []
        let next = model.status.nextCommands.filter { command in
            command != model.status.reportCommand && command != model.status.rollbackCommand
        }
        if !next.isEmpty {
            blocks += [.paragraph([.words("To go on:")]), .commands(next)]
        }
        if model.run.description.kind == .migration, model.tally.written > 0, !isTakenBack {
            let words =
                "To take the changes back: only the members that were changed are restored, and only where the run's "
                + "values still stand; records that others have changed since are left alone and reported."
            blocks += [.paragraph([.words(words)]), .commands([model.status.rollbackCommand])]
        }
        return blocks.isEmpty ? nil : ReportDocument.Section(title: "What next", blocks: blocks)
    }
}
