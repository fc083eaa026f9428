import DistributionAPI
import LuaRuntime
import Testing

@testable import REPL

@Suite("Records as a table")
struct RecordTableTests {
    private func text(_ records: [LuaValue], columnCount: Int = 80, usesColor: Bool = false, maxItems: Int = 100)
        -> String
    {
        let budget = ValuePrinter.Budget(maxItems: maxItems)
        return ValuePrinter(columnCount: columnCount, usesColor: usesColor, budget: budget).text(of: .array(records))
    }

    private func record(_ members: KeyValuePairs<String, LuaValue>) -> LuaValue {
        .table(members.map { .init($0.key, $0.value) })
    }

    @Test func `members are columns, the id first, numbers to the right`() {
        let records = [
            record(["size": 7, "open": true, "name": "first", "id": "a1"]),
            record(["size": 1200, "open": false, "id": "b2"]),
        ]
        #expect(
            text(records) == """
                id  name   open   size
                ──  ─────  ─────  ────
                a1  first  true      7
                b2  nil    false  1200
                """
        )
    }

    @Test func `nested members have paths, lists are counted, wrappers are left out`() {
        let people: LuaValue = .array([record(["name": "x"]), record(["name": "y"])])
        let records = [
            record(["id": 1, "gist": record(["public": true, "people": record(["iterable": people])])]),
            record(["id": 2, "gist": record(["public": false, "people": record(["iterable": .table([])])])]),
            record(["id": 3, "time": record(["value": "2026-01-02T03:04:05Z"])]),
        ]
        #expect(
            text(records) == """
                id  gist.public  #gist.people  time
                ──  ───────────  ────────────  ────────────────────
                 1  true                    2  nil
                 2  false                   0  nil
                 3  nil                   nil  2026-01-02T03:04:05Z
                """
        )
    }

    @Test func `columns that say the same for all come last`() {
        let records = (1...3).map { record(["access": "PRIVATE", "id": .integer($0), "zone": .integer($0 * 2)]) }
        #expect(text(records).hasPrefix("id  zone  access\n"))
    }

    @Test func `columns that do not fit are named`() {
        let records = (1...2).map { number in
            record([
                "id": .string("a000000\(number)"), "alpha": .string("text of some length \(number)"),
                "beta": .integer(number),
                "gamma": .string("another text \(number)"),
            ])
        }
        #expect(
            text(records, columnCount: 30) == """
                id        beta  alpha
                ────────  ────  ──────────────
                a0000001     1  text of some …
                a0000002     2  text of some …
                … 1 more column: gamma
                """
        )
        #expect(
            text(records, columnCount: 12) == """
                id
                ────────
                a0000001
                a0000002
                … 3 more columns: b…
                """
        )
    }

    @Test func `paths are shortened where they do not fit`() {
        let records = (1...2).map { number in
            record(["github": record(["gist": record(["public": .boolean(number == 1), "stars": .integer(number)])])])
        }
        #expect(text(records, columnCount: 40).hasPrefix("github.gist.public  github.gist.stars\n"))
        #expect(text(records, columnCount: 30).hasPrefix("…public  …stars\n"))
    }

    @Test func `rows beyond the limit are counted`() {
        let lines = text((1...1000).map { record(["n": .integer($0)]) }, maxItems: 20).split(separator: "\n")
        #expect(lines.count == 23)
        #expect(lines.last == "… 980 more")
    }

    @Test func `texts that look like other values are quoted, and what steers a terminal is escaped`() {
        let values: [LuaValue] = ["", "true", "12", "nil", "a\u{1B}[31m\nb", .jsonNull, .opaque("function"), "x"]
        let lines = text(values.map { record(["v": $0]) }).split(separator: "\n").dropFirst(2)
        #expect(
            Array(lines)
                == ["\"\"", "\"true\"", "\"12\"", "\"nil\"", "a\\x1B[31m\\nb", "null", "<function>", "x"]
        )
    }

    @Test func `wide characters keep the columns straight`() {
        let records = [record(["id": "山田", "n": 1]), record(["id": "ab", "n": 22])]
        #expect(text(records) == "id     n\n────  ──\n山田   1\nab    22")
    }

    @Test func `colours mark the header and the types`() {
        let records = [record(["a": 1, "b": true]), record(["a": 2])]
        #expect(
            text(records, usesColor: true) == """
                \u{1B}[2;4mb\u{1B}[0m     \u{1B}[2;4ma\u{1B}[0m
                \u{1B}[33mtrue\u{1B}[0m  \u{1B}[36m1\u{1B}[0m
                \u{1B}[90mnil\u{1B}[0m   \u{1B}[36m2\u{1B}[0m
                """
        )
    }

    static let noTables: [LuaValue] = [
        .array([.table([.init("a", 1)])]), .array([.table([.init("a", 1)]), .table([.init("b", 1)])]),
        .array([.table([.init("a", 1)]), 2]), .array([.array([1]), .array([2])]),
        .table([.init(1, .table([.init("a", 1)])), .init(2, .table([.init("a", 1)])), .init("n", 2)]),
        .array([.table([]), .table([])]), .table([.init("x", .table([.init("a", 1)]))]),
    ]

    @Test(arguments: noTables)
    func `other lists stay constructors`(value: LuaValue) {
        #expect(ValuePrinter().text(of: value).hasPrefix("{ "))
    }

    @Test(arguments: [40, 80, 120, 200, 400])
    func `distributions fit the terminal`(columnCount: Int) throws {
        let records = try SampleGenerator(seed: 7).prefix(120).map { try LuaValue(json: $0.body) }
        let lines = text(records, columnCount: columnCount).split(separator: "\n")
        #expect(lines.allSatisfy { TextWidth.columns(of: $0) <= columnCount })
        let headers = lines[0].split(separator: " ")
        #expect(headers.prefix(3) == ["id", "github.gist.name", "…public"][..<min(headers.count, 3)])
        #expect(lines[2].hasPrefix(records[0]["id"]?.text ?? "?"))
        #expect(lines[102] == "… 20 more")
    }

    @Test func `a distribution is a tree with its id first`() throws {
        let sample = try #require(SampleGenerator(seed: 7).first { _ in true })
        let lines = ValuePrinter().text(of: try LuaValue(json: sample.body)).split(separator: "\n")
        #expect(lines.first == "{" && lines.last == "}")
        #expect(lines[1] == "  id = \"\(sample.id)\",")
        #expect(lines[2].hasPrefix("  created = { value = \"20"))
        #expect(lines.contains("      name = \"docs-release-notes.json\","))
    }
}
