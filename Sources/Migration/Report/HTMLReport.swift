/// A report as one HTML page: no scripts, nothing from elsewhere, readable on light and dark screens and on paper.
public enum HTMLReport {
    /// The page's text; the same for the same model. All that comes from outside is escaped.
    public static func text(of model: ReportModel) -> String {
        let document = ReportDocument(model)
        var lines = head(document)
        for (index, section) in document.sections.enumerated() {
            lines.append("<section>")
            lines.append("<h2>\(HTMLText.escaped(section.title))</h2>")
            for (position, block) in section.blocks.enumerated() {
                lines += self.lines(of: block, id: "plot-\(index + 1)-\(position + 1)")
            }
            lines.append("</section>")
        }
        lines.append("<footer><p>\(line(document.footer))</p></footer>")
        return (lines + end).joined(separator: "\n") + "\n"
    }

    /// Whether a text is a report that `text(of:)` has written.
    public static func isReport(_ text: [UInt8]) -> Bool {
        let ending = (["\(ReportDocument.lastWords)</p></footer>"] + end).joined(separator: "\n") + "\n"
        return text.starts(with: beginning.joined(separator: "\n").utf8)
            && text.suffix(ending.utf8.count).elementsEqual(ending.utf8)
    }

    private static let beginning = [
        "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
        // Whatever an error in escaping might let through is not run and loads nothing.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
    ]
    private static let end = ["</main>", "</body>", "</html>"]

    private static func head(_ document: ReportDocument) -> [String] {
        let title = document.title.map { span in
            switch span {
            case .words(let text), .strong(let text), .outside(let text): HTMLText.escaped(text)
            }
        }.joined()
        return beginning + [
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
            "<meta name=\"color-scheme\" content=\"light dark\">",
            "<title>\(title)</title>", "<style>", HTMLStyle.text, "</style>", "</head>", "<body>", "<main>",
            "<h1>\(line(document.title))</h1>",
            "<p class=\"verdict \(document.isGood ? "good" : "problem")\">\(HTMLText.escaped(document.verdict))</p>",
        ]
    }

    private static func lines(of block: ReportDocument.Block, id: String) -> [String] {
        switch block {
        case .paragraph(let line): return ["<p>\(self.line(line))</p>"]
        case .table(let table): return lines(of: table)
        case .facts(let facts):
            let rows = facts.map { "<div><dt>\(HTMLText.escaped($0.name))</dt><dd>\(line($0.value))</dd></div>" }
            return ["<dl>"] + rows + ["</dl>"]
        case .shares(let shares): return ShareBar.lines(shares)
        case .plot(let plot): return ["<figure>", plot.svg(id: id), "</figure>"]
        case .commands(let commands):
            return ["<pre><code>\(commands.map(HTMLText.escaped).joined(separator: "\n"))</code></pre>"]
        }
    }

    private static func lines(of table: ReportDocument.Table) -> [String] {
        func cells(_ tag: String, _ contents: [String]) -> String {
            contents.enumerated().map { column, content in
                let style = table.numberColumns.contains(column) ? " class=\"number\"" : ""
                let scope = tag == "th" ? " scope=\"col\"" : ""
                return "<\(tag)\(scope)\(style)>\(content)</\(tag)>"
            }.joined()
        }
        let header = "<tr>\(cells("th", table.header.map(HTMLText.escaped)))</tr>"
        let rows = table.rows.map { "<tr>\(cells("td", $0.map(line)))</tr>" }
        return ["<div class=\"table\">", "<table>", "<thead>\(header)</thead>", "<tbody>"] + rows
            + ["</tbody>", "</table>", "</div>"]
    }

    private static func line(_ line: ReportDocument.Line) -> String {
        line.map { span in
            switch span {
            case .words(let text): HTMLText.escaped(text)
            case .strong(let text): "<strong>\(HTMLText.escaped(text))</strong>"
            case .outside(let text): "<code>\(HTMLText.escaped(text))</code>"
            }
        }.joined()
    }
}

/// A bar of parts of a whole, with a legend that says the same in words.
private enum ShareBar {
    static func lines(_ shares: [ReportDocument.Share]) -> [String] {
        let some = shares.filter { $0.count > 0 }
        let total = some.reduce(0) { $0 + $1.count }
        guard total > 0 else { return ["<p>no records</p>"] }
        let parts = some.map { "<span class=\"\($0.role.rawValue)\" style=\"flex-grow: \($0.count)\"></span>" }
        let legend = some.map { share in
            "<li class=\"\(share.role.rawValue)\">\(NumberText.grouped(share.count)) \(HTMLText.escaped(share.name)) "
                + "(\(NumberText.percent(share.count, of: total)))</li>"
        }
        return ["<div class=\"bar\" aria-hidden=\"true\">\(parts.joined())</div>", "<ul class=\"legend\">"] + legend
            + ["</ul>"]
    }
}
