extension ReportDocument {
    /// The report of a run.
    init(_ model: ReportModel) {
        let run = model.run
        let verdict = model.status.verdict
        let isRollback = run.description.kind != .migration
        title =
            [
                .words("Run \(run.id): "), .outside(run.description.migration), .words(" on "),
                .outside(run.description.target),
            ]
        if isRollback { title.insert(.words("rollback of "), at: 1) }
        self.verdict = verdict.words
        isGood = verdict == .done || verdict == .underWay
        sections = [
            ReportSummary(model: model).section, ReportCurves(model: model).section,
            ReportChanges(model: model).section, ReportProblems(model: model).section,
            ReportSkips(model: model).section, ReportApproval(model: model).section,
            ReportApproval(model: model).auditSection,
            ReportApproval(model: model).nextSection,
        ].compactMap { $0 }
        footer = [.words("Made \(TimeText.of(model.madeAt)) \(Self.lastWords)")]
    }
}
