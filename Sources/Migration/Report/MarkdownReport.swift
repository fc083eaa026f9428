/// A report as Markdown (CommonMark with tables), for pull requests, chats and terminals.
public enum MarkdownReport {
    /// The report's text; the same for the same model. All that comes from outside is escaped.
    public static func text(of model: ReportModel) -> String {
        let document = ReportDocument(model)
        var lines = ["# \(line(document.title))", "", "**\(MarkdownText.escaped(document.verdict))**"]
        for section in document.sections {
            lines += ["", "## \(section.title)"]
            for block in section.blocks { lines += [""] + self.lines(of: block) }
        }
        lines += ["", line(document.footer)]
        return lines.joined(separator: "\n") + "\n"
    }

    /// Whether a text is a report that `text(of:)` has written.
    public static func isReport(_ text: [UInt8]) -> Bool {
        text.starts(with: "# Run ".utf8) && text.suffix(ending.utf8.count).elementsEqual(ending.utf8)
    }

    private static let ending = "\(ReportDocument.lastWords)\n"

    private static func lines(of block: ReportDocument.Block) -> [String] {
        switch block {
        case .paragraph(let line): return [self.line(line)]
        case .table(let table): return lines(of: table)
        case .facts(let facts):
            let rows = facts.map { [[.strong($0.name)], $0.value] as [ReportDocument.Line] }
            return lines(of: ReportDocument.Table(header: ["", ""], rows: rows))
        case .shares(let shares):
            let some = shares.filter { $0.count > 0 }.map { "\(NumberText.grouped($0.count)) \($0.name)" }
            return [some.isEmpty ? "no records" : some.joined(separator: " · ")]
        case .plot(let plot): return lines(of: plot)
        case .commands(let commands): return ["```sh"] + commands + ["```"]
        }
    }

    private static func lines(of table: ReportDocument.Table) -> [String] {
        let rule = table.header.indices.map { table.numberColumns.contains($0) ? "--:" : "---" }
        let rows = table.rows.map { row in row.map(line) }
        return ([table.header, rule] + rows).map { "| \($0.joined(separator: " | ")) |" }
    }

    /// A plot's first curve in a line, and what it shows in words.
    private static func lines(of plot: LinePlot) -> [String] {
        let values = plot.curves.first?.pieces.flatMap { $0 }.map(\.y) ?? []
        let curve = Sparkline.of(values)
        let title = "**\(MarkdownText.escaped(plot.title))**: \(MarkdownText.escaped(plot.summary))"
        return curve.isEmpty ? [title] : [title, "", "`\(curve)`"]
    }

    private static func line(_ line: ReportDocument.Line) -> String {
        line.map { span in
            switch span {
            case .words(let text): MarkdownText.escaped(text)
            case .strong(let text): "**\(MarkdownText.escaped(text))**"
            case .outside(let text): MarkdownText.code(text)
            }
        }.joined()
    }
}
