import DistributionAPI
import JSONDocument
import Testing

@testable import Migration

@Suite("A plan as text")
struct PlanTextTests {
    @Test("counts, shapes with samples, reasons, and where it is")
    func example() {
        let plan = PlanFixtures.gists().plan(PlanFixtures.source(inputCount: 1000))
        let text = PlanText(plan, file: ("plan.json", "3fa9")).text(usesColor: false)
        #expect(
            text == """
                gists-private on http://localhost:1000: 1,000 records read
                   412 × replace /github/gist/public true→false
                          e.g. 7f1c2c1e-0000-4000-8000-000000000000  - "public":true  + "public":false
                          e.g. 7f1c2c1e-0000-4000-8000-000000000001  - "public":true  + "public":false
                          e.g. 7f1c2c1e-0000-4000-8000-000000000002  - "public":true  + "public":false
                   500   left out by where
                    80   unchanged
                     8   refused (script): attempt to index a nil value (field 'gist') (gists-private.lua:5), e.g. \
                7f1c2c1e-0000-4000-8000-0000000003e0
                Journal: about \(NumberText.bytes(plan.estimatedJournalBytes)). Plan: plan.json, sha256 3fa9

                """
        )
    }

    @Test("a plan names what carries it out, if there is anything, and warns when all records are gone")
    func next() {
        let plan = PlanFixtures.gists().plan(PlanFixtures.source(inputCount: 1000))
        #expect(PlanText(plan, next: "distsh x").text(usesColor: false).hasSuffix("\nnext: distsh x\n"))
        var builder = PlanBuilder()
        builder.addGone(id: PlanFixtures.id(1))
        let gone = PlanText(builder.plan(PlanFixtures.source(inputCount: 1)), next: "distsh x").text(usesColor: false)
        #expect(gone.contains("\n  every record is gone: is --url or --store the right one?\n"), "\(gone)")
        #expect(!gone.contains("next: "))
        builder.add(id: PlanFixtures.id(2), before: Array("{}".utf8), answer: .excluded)
        let some = PlanText(builder.plan(PlanFixtures.source(inputCount: 2))).text(usesColor: false)
        #expect(!some.contains("every record is gone"))
    }

    @Test("colours are added around, nothing else changes")
    func color() {
        let text = PlanText(PlanFixtures.gists().plan(PlanFixtures.source(inputCount: 1000)))
        let colored = text.text(usesColor: true)
        #expect(colored.contains("\u{1B}[31m- \"public\":true\u{1B}[0m  \u{1B}[32m+ \"public\":false\u{1B}[0m"))
        #expect(colored.replacing(/\u{1B}\[[0-9]*m/, with: "") == text.text(usesColor: false))
    }

    @Test("samples of several changes, of a sample, of an empty plan, of too many shapes")
    func variants() {
        var builder = PlanBuilder()
        let after = Array(#"{"a":[1],"b":2,"long":"\#(String(repeating: "x", count: 100))"}"#.utf8)
        builder.add(id: PlanFixtures.id(1), before: Array(#"{"a":[]}"#.utf8), answer: .changed(after))
        let sampled = PlanText(builder.plan(PlanFixtures.source(inputCount: 1_000_000, duplicateCount: 1)))
            .text(usesColor: false)
        #expect(sampled.contains("1 of 1,000,000 records read: a sample"))
        #expect(sampled.contains("1 id of the input came more than once; each counts once"))
        #expect(sampled.contains("e.g. 7f1c2c1e-0000-4000-8000-000000000001  /b  + 2\n               /long  + \"xxx"))
        #expect(sampled.contains("xxx…\n"))
        let empty = PlanText(PlanBuilder().plan(PlanFixtures.source(inputCount: 0))).text(usesColor: false)
        #expect(empty.contains("0 records read\n  nothing would be changed\n"))
        for number in 0..<50 {
            let text = "{\"m\(number)x\":1}"
            builder.add(id: PlanFixtures.id(number), before: Array("{}".utf8), answer: .changed(Array(text.utf8)))
            builder.add(id: PlanFixtures.id(number), before: [], answer: .skipped("reason \(number)"))
        }
        let many = PlanText(builder.plan(PlanFixtures.source(inputCount: 101))).text(usesColor: false)
        #expect(many.contains("    11   of 11 more shapes: see the plan's file or --json\n"))
        #expect(many.contains("    30   skipped for 30 more reasons\n"))
    }

    @Test("nothing from a record or a script acts on the terminal")
    func control() {
        var builder = PlanBuilder()
        let after = Array("{\"\\u001b[2J\":\"\u{202E}x\u{85}\"}".utf8)
        builder.add(id: PlanFixtures.id(1), before: Array("{}".utf8), answer: .changed(after))
        builder.add(id: PlanFixtures.id(2), before: [], answer: .skipped("\r\n\u{1B}]0;title\u{7}"))
        let text = PlanText(builder.plan(PlanFixtures.source(inputCount: 2))).text(usesColor: false)
        #expect(
            text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)) }
        )
        #expect(!text.contains("\u{202E}"))
        #expect(text.contains(#"skipped: \u{d}\u{a}\u{1b}]0;title\u{7}"#))
        #expect(text.contains(#"\u{202e}x\u{85}"#))
    }
}
