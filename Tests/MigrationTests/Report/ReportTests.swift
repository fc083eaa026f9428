import DistributionAPI
import JSONDocument
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

    @Test("that records were changed by an older file, too, is beside the file", arguments: [true, false])
    func mixedScripts(_ isMixed: Bool) throws {
        var run = RunFixtures.run(.finished)
        run.hasMixedScripts = isMixed
        let text = MarkdownReport.text(of: try RunFixtures.model(RunFixtures.journal(run)))
        let line = try #require(text.split(separator: "\n").first { $0.contains("Migration file") })
        #expect(line.contains("a1a1a1"))
        #expect(line.contains("; records were changed by an older one, too") == isMixed)
    }

    @Test("a page loads nothing and runs nothing")
    func selfContained() throws {
        let page = HTMLReport.text(of: try Self.model("finished"))
        for word in ["<script", "http-equiv=\"refresh\"", " src=", " href=", "url(", "@import"] {
            #expect(!page.contains(word))
        }
        #expect(!page.contains(/<[^>]*\son[a-z]+=/), "an attribute that is run on an event")
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
        #expect(text.contains("**500 records** left as they are; the first 50 are listed."))
        journal.tallies[RunFixtures.runID]?.counts[.conflict] = 1
        #expect(MarkdownReport.text(of: try RunFixtures.model(journal)).contains("**1 record** left as it is.\n"))
        #expect(text.contains("… 800 entries left out"))
        #expect(text.contains("`action 99`") && text.contains("`action 900`") && !text.contains("`action 100`"))
        let points = HTMLReport.text(of: model).split(separator: " ").count { $0.contains(",") && !$0.contains("(") }
        #expect(points < 12 * (RunCurves.maxPoints + 10))
    }

    /// A run whose code has left 36 records alone, for two reasons and some that are not listed.
    private static func journalOfSkips() -> FixedJournal {
        var journal = RunFixtures.journal(
            tally: RunTally(total: 50, counts: [.verified: 13, .skipped: 36, .already: 1])
        )
        (journal.groups, journal.outcomes) = ([], [])
        journal.skips = [
            FailureGroup(
                failure: .skip,
                kind: .skipped,
                message: "no <gist> | none",
                count: 30,
                examples: (1...5).map { RunFixtures.id($0) }
            ),
            FailureGroup(failure: .skip, kind: .skipped, message: "too old", count: 4, examples: [RunFixtures.id(9)]),
            FailureGroup(failure: .already, kind: .already, message: "run 3", count: 1, examples: [RunFixtures.id(8)]),
        ]
        return journal
    }

    @Test("the reasons for which records were left alone are told, most frequent first")
    func skips() throws {
        let model = try RunFixtures.model(Self.journalOfSkips())
        let markdown = MarkdownReport.text(of: model)
        let ids = (1...5).map { "`\(RunFixtures.id($0))`" }.joined(separator: " ")
        let section = """

            ## Left alone

            | Records | What | Reason | For example |
            | --: | --- | --- | --- |
            | 30 | skipped | <code>no &#60;gist&#62; &#124; none</code> | \(ids) |
            | 4 | skipped | `too old` | `\(RunFixtures.id(9))` |
            | 1 | changed by an earlier run | `run 3` | `\(RunFixtures.id(8))` |
            | 2 |  | other reasons |  |

            """
        #expect(markdown.contains(section), "\(markdown)")
        #expect(!markdown.contains("## Problems"))
        let page = HTMLReport.text(of: model)
        #expect(page.contains("<h2>Left alone</h2>"))
        #expect(page.contains("<td><code>no &lt;gist&gt; | none</code></td>"), "\(page)")
        #expect(page.contains("<td><code>too old</code></td><td><code>\(RunFixtures.id(9))</code></td>"), "\(page)")
    }

    @Test("a report without skips has no section about them, and the journal is not asked")
    func noSkips() throws {
        var journal = Self.journalOfSkips()
        journal.tallies[RunFixtures.runID] = RunTally(total: 50, counts: [.verified: 13, .excluded: 37])
        let model = try RunFixtures.model(journal)
        #expect(model.skips.isEmpty)
        #expect(!MarkdownReport.text(of: model).contains("Left alone"))
    }

    @Test("for programs a report is the status, with problems and skips")
    func json() throws {
        let document = try JSONDocument(parsing: try ReportJSON.line(of: try RunFixtures.model(Self.journalOfSkips())))
        func value(_ pointer: String) throws -> String? { document[try JSONPointer(parsing: pointer)]?.rawText }
        #expect(try value("/run") == "12")
        #expect(try value("/records/skipped") == "36")
        #expect(try value("/problems") == "[]")
        #expect(try value("/skips/0/message") == "\"no <gist> | none\"")
        #expect(try value("/skips/0/count") == "30")
        #expect(try value("/skips/0/outcome") == "\"skipped\"")
        #expect(try value("/skips/0/class") == "\"skip\"")
        #expect(try value("/skips/1/examples/0") == "\"\(RunFixtures.id(9))\"")
        let failed = try JSONDocument(parsing: try ReportJSON.line(of: try RunFixtures.model(RunFixtures.journal())))
        #expect(failed.root["problems"]?.count == 2)
        #expect(failed[try JSONPointer(parsing: "/problems/1/outcome")]?.string == "parked")
    }

    @Test("a finished run that has changed nothing says so, and of what next there is nothing to say")
    func nothingChanged() throws {
        var journal = RunFixtures.journal(tally: RunTally(total: 10, counts: [.unchanged: 10]))
        (journal.shapeCounts, journal.groups, journal.outcomes, journal.verified) = ([], [], [], (0, 0))
        let model = try RunFixtures.model(journal)
        let markdown = MarkdownReport.text(of: model)
        #expect(markdown.contains("\n## Changes by shape\n\nNo record was changed.\n"), "\(markdown)")
        #expect(!markdown.contains("## What next"), "\(markdown)")
        let page = HTMLReport.text(of: model)
        #expect(!page.contains("<h2>What next</h2>"))
        #expect(MarkdownReport.isReport(Array(markdown.utf8)) && HTMLReport.isReport(Array(page.utf8)))
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
            try RunFixtures.model(FixedJournal())
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
