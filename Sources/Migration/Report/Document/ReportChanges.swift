/// What was changed.
struct ReportChanges {
    let model: ReportModel

    var section: ReportDocument.Section {
        ReportDocument.Section(
            title: "Changes by shape",
            blocks: model.shapes.isEmpty ? [.paragraph(none)] : [.table(table)]
        )
    }

    private var none: ReportDocument.Line {
        [.words(model.run.state == .finished ? "No record was changed." : "Nothing was planned to be changed yet.")]
    }

    private var table: ReportDocument.Table {
        var rows: [[ReportDocument.Line]] = model.shapes.map { shape in
            [[.words(NumberText.grouped(shape.count))], [.outside(shape.signature)]]
        }
        let omitted = model.omittedShapes
        if omitted.count > 0 {
            rows.append(
                [
                    [.words(NumberText.grouped(omitted.changes))],
                    [.words("of \(CountText.of(omitted.count, "more shape"))")],
                ]
            )
        }
        return ReportDocument.Table(header: ["Planned", "Shape"], rows: rows, numberColumns: [0])
    }
}
