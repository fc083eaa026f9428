import DistributionAPI

/// Why records were left alone.
struct ReportSkips {
    let model: ReportModel

    /// `nil` when none was, or none for a reason of its own.
    var section: ReportDocument.Section? {
        model.skips.isEmpty ? nil : ReportDocument.Section(title: "Left alone", blocks: [.table(table)])
    }

    private var table: ReportDocument.Table {
        var rows: [[ReportDocument.Line]] = model.skips.map { group in
            [
                [.words(NumberText.grouped(group.count))], [.words(group.kind.map(OutcomeText.counted) ?? "")],
                [.outside(group.message)], ReportDocument.ids(group.examples),
            ]
        }
        if model.omittedSkipCount > 0 {
            rows.append([[.words(NumberText.grouped(model.omittedSkipCount))], [], [.words("other reasons")], []])
        }
        return ReportDocument.Table(
            header: ["Records", "What", "Reason", "For example"],
            rows: rows,
            numberColumns: [0]
        )
    }
}
