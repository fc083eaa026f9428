import DistributionAPI

/// What went wrong.
struct ReportProblems {
    let model: ReportModel

    /// `nil` when nothing did.
    var section: ReportDocument.Section? {
        var blocks: [ReportDocument.Block] = []
        if !model.failures.isEmpty { blocks.append(.table(groups)) }
        let left = model.tally[.conflict] == 1 ? "left as it is" : "left as they are"
        blocks += list(model.conflicts, of: .conflict, left)
        blocks += list(model.mismatches, of: .mismatch, "where what the service holds is not as it should be")
        return blocks.isEmpty ? nil : ReportDocument.Section(title: "Problems", blocks: blocks)
    }

    private var groups: ReportDocument.Table {
        ReportDocument.Table(
            header: ["Records", "What", "Class", "Message", "For example"],
            rows: model.failures.map { group in
                [
                    [.words(NumberText.grouped(group.count))],
                    [.words(group.kind.map(OutcomeText.counted) ?? "parked")], [.outside(group.failure.rawValue)],
                    [.outside(group.message)], ReportDocument.ids(group.examples),
                ]
            },
            numberColumns: [0]
        )
    }

    private func list(
        _ records: [ReportModel.ListedRecord],
        of kind: OutcomeKind,
        _ words: String
    ) -> [ReportDocument.Block] {
        guard !records.isEmpty else { return [] }
        let count = model.tally[kind]
        let shown = count > records.count ? "; the first \(records.count) are listed" : ""
        return [
            .paragraph([.strong(CountText.of(count, "record")), .words(" \(words)\(shown).")]),
            .table(
                ReportDocument.Table(
                    header: ["Record", "Message"],
                    rows: records.map { [[.outside($0.id.description)], [.outside($0.outcome.message ?? "")]] }
                )
            ),
        ]
    }
}
