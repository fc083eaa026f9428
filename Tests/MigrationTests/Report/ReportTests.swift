import DistributionAPI
import Testing

@testable import Migration

@Suite("Reports")
struct ReportTests {
    @Test(
        "are as recorded: finished, under way, not begun, taken back",
        arguments: ["finished", "running", "ready", "rollback"]
    )
    func golden(_ name: String) throws {
        let model = try Self.model(name)
        let markdown = MarkdownReport.text(of: model)
        let page = HTMLReport.text(of: model)
        #expect(try markdown == GoldenFile.text("\(name).md", recording: markdown))
        #expect(try page == GoldenFile.text("\(name).html", recording: page))
        #expect(MarkdownReport.text(of: try Self.model(name)) == markdown)
    }

    static func model(_ name: String) throws -> ReportModel {
        switch name {
        case "running":
            return try RunFixtures.model(
                RunFixtures.journal(RunFixtures.run(.running), samples: RunFixtures.samples(count: 50)),
                holder: "distsh process 4711 on host x"
            )
        case "ready":
            var journal = RunFixtures.journal(RunFixtures.run(.ready), tally: RunTally(total: 1000), samples: [])
            (journal.shapeCounts, journal.groups, journal.outcomes, journal.verified) = ([], [], [], (0, 0))
            return try RunFixtures.model(journal)
        case "rollback":
            let run = RunFixtures.run(.finished, kind: .rollback(of: RunID(number: 11)))
            var journal = RunFixtures.journal(run, tally: RunTally(total: 412, counts: [.verified: 412]))
            (journal.groups, journal.outcomes) = ([], [])
            return try RunFixtures.model(journal)
        default: return try RunFixtures.model(RunFixtures.journal())
        }
    }

    private static let hostileTexts = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='x", "a|b", "a\\|b", "`x` ``y``",
        "line\nend\r\n# heading", "[link](javascript:x)", "\u{1B}[31m", "&lt;b&gt;", "</code></td></table>",
        "\u{202E}abc",
        "]]>-->", "$(x) ${y}", "<!--",
    ]

    @Test("nothing from outside is markup in a page", arguments: hostileTexts)
    func hostilePage(_ text: String) throws {
        let plain = HTMLReport.text(of: try RunFixtures.model(RunFixtures.hostileJournal("x")))
        let hostile = HTMLReport.text(of: try RunFixtures.model(RunFixtures.hostileJournal(text)))
        #expect(Self.tags(hostile) == Self.tags(plain))
        #expect(hostile.split(separator: "\n").count == plain.split(separator: "\n").count)
        #expect(!Self.hasActingScalars(hostile))
    }

    @Test("nothing from outside is markup in Markdown", arguments: hostileTexts)
    func hostileMarkdown(_ text: String) throws {
        let plain = MarkdownReport.text(of: try RunFixtures.model(RunFixtures.hostileJournal("x")))
        let hostile = MarkdownReport.text(of: try RunFixtures.model(RunFixtures.hostileJournal(text)))
        let plainLines = plain.split(separator: "\n", omittingEmptySubsequences: false)
        let hostileLines = hostile.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(hostileLines.count == plainLines.count)
        for (line, expected) in zip(hostileLines, plainLines) {
            // With what is code taken out, the same is left; and the same number of cells.
            #expect(Self.withoutCode(line) == Self.withoutCode(expected))
            #expect(line.count { $0 == "|" } == expected.count { $0 == "|" })
        }
        #expect(!Self.hasActingScalars(hostile))
    }

    @Test("a page loads nothing and runs nothing")
    func selfContained() throws {
        let page = HTMLReport.text(of: try Self.model("finished"))
        for word in ["<script", "http-equiv=\"refresh\"", " src=", " href=", "url(", "@import", " on"]
        where word != " on" {
            #expect(!page.contains(word))
        }
        #expect(page.contains("default-src 'none'; style-src 'unsafe-inline'"))
        #expect(page.contains("prefers-color-scheme: dark"))
        #expect(page.count { $0 == "\u{0}" } == 0)
    }

    @Test("every opened tag is closed in its order")
    func wellFormed() throws {
        for name in ["finished", "running", "ready", "rollback"] {
            var open: [Substring] = []
            for tag in Self.tags(HTMLReport.text(of: try Self.model(name))) {
                let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
                if ["meta", "line", "polyline"].contains(name) || tag.hasPrefix("!") { continue }
                if tag.hasPrefix("/") { #expect(open.popLast() == name) } else { open.append(name) }
            }
            #expect(open.isEmpty)
        }
    }

    @Test("of very much the first are listed, and the rest is counted")
    func limits() throws {
        var journal = RunFixtures.journal(samples: RunFixtures.samples(count: 5000))
        journal.shapeCounts = (0..<150).map { ("add /m\($0)x number", 2) }
        journal.outcomes = (1...500).map { number in
            (
                RunFixtures.id(number),
                Outcome(sequence: Int64(number), generation: 0, kind: .conflict, failure: .conflict)
            )
        }
        journal.auditEntries = (0..<1000).map {
            AuditEntry(time: RunFixtures.time(Double($0)), who: "ada", action: "action \($0)")
        }
        journal.tallies[RunFixtures.runID]?.counts[.conflict] = 500
        let model = try RunFixtures.model(journal)
        #expect(model.samples.count == ReportModel.maxSamples)
        let text = MarkdownReport.text(of: model)
        #expect(text.contains("| 100 | of 50 more shapes |"))
        #expect(text.contains("**500 records** left as others made them; the first 50 are listed."))
        #expect(text.contains("… 800 entries left out"))
        #expect(text.contains("`action 99`") && text.contains("`action 900`") && !text.contains("`action 100`"))
        let points = HTMLReport.text(of: model).split(separator: " ").count { $0.contains(",") && !$0.contains("(") }
        #expect(points < 12 * (RunCurves.maxPoints + 10))
    }

    @Test("are told from other files")
    func recognized() throws {
        for name in ["finished", "running", "ready", "rollback"] {
            let model = try Self.model(name)
            #expect(MarkdownReport.isReport(Array(MarkdownReport.text(of: model).utf8)))
            #expect(HTMLReport.isReport(Array(HTMLReport.text(of: model).utf8)))
            #expect(!HTMLReport.isReport(Array(MarkdownReport.text(of: model).utf8)))
        }
        for text in ["", "# Run 1: notes of mine\n", "<!DOCTYPE html>\n<html lang=\"en\">\n", "SQLite format 3\0"] {
            #expect(!MarkdownReport.isReport(Array(text.utf8)) && !HTMLReport.isReport(Array(text.utf8)))
        }
    }

    @Test("a run that is not there gives an error in place of a report")
    func missing() {
        let error = #expect(throws: JournalError.self) {
            try ReportModel(reading: FixedJournal(), run: RunID(number: 1), holder: nil, now: RunFixtures.start)
        }
        #expect(error?.code == .noSuchRun)
    }

    private static func tags(_ page: String) -> [Substring] {
        page.split(separator: "<").dropFirst().compactMap { $0.split(separator: ">").first }
    }

    private static func withoutCode(_ line: Substring) -> String {
        String(line).replacing(/<code>.*?<\/code>/, with: "`x`").replacing(/`[^`]+`/, with: "`x`")
    }

    private static func hasActingScalars(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            scalar != "\n" && (scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || scalar == "\u{202E}")
        }
    }
}
