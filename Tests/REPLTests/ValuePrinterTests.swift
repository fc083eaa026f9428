import LuaRuntime
import Synchronization
import Testing

@testable import REPL

@Suite("Values as Lua")
struct ValuePrinterTests {
    static let scalars: [(LuaValue, String)] = [
        (nil, "nil"), (.jsonNull, "json.null"), (true, "true"), (false, "false"),
        (42, "42"), (-7, "-7"), (.integer(.max), "9223372036854775807"), (.integer(.min), "math.mininteger"),
        (1.0, "1.0"), (0.1, "0.1"), (1e100, "1e+100"), (-0.0, "-0.0"),
        (.number(.infinity), "math.huge"), (.number(-.infinity), "-math.huge"), (.number(.nan), "0/0"),
        ("", "\"\""), ("plain", "\"plain\""), ("say \"hi\" \\ bye", "\"say \\\"hi\\\" \\\\ bye\""),
        ("a\nb\tc\rd", "\"a\\nb\\tc\\rd\""), ("\0\u{1B}[31m\u{7F}", "\"\\x00\\x1B[31m\\x7F\""),
        ("Zoë 山田 🦀", "\"Zoë 山田 🦀\""), ("👩‍👩‍👧 ❤️", "\"👩‍👩‍👧 ❤️\""),
        ("\u{202E}gnp.exe\u{2066}", "\"\\u{202E}gnp.exe\\u{2066}\""),
        ("a\u{200B}b\u{FEFF}", "\"a\\u{200B}b\\u{FEFF}\""),
        ("a\u{200D}b", "\"a\\u{200D}b\""), ("\u{85}\u{2028}", "\"\\u{85}\\u{2028}\""),
        (.string([0x61, 0xFF, 0xC3, 0xA9, 0xC3]), "\"a\\xFFé\\xC3\""),
        (.string([0xC0, 0x80, 0xED, 0xA0, 0x80]), "\"\\xC0\\x80\\xED\\xA0\\x80\""),
        (.opaque("function"), "<function>"), (.opaque("table"), "<table>"), (.opaque("thread"), "<thread>"),
        (.document(Array("{\"a\":1}".utf8)), "{\"a\":1}"),
    ]

    @Test(arguments: scalars.indices)
    func `a scalar is its literal, with what a terminal must not get escaped`(index: Int) {
        let (value, expected) = Self.scalars[index]
        #expect(ValuePrinter().text(of: value) == expected)
    }

    static let tables: [(LuaValue, String)] = [
        (.table([]), "{}"), (.array([]), "{}"), (.array([1, "b", nil]), "{ 1, \"b\", nil }"),
        (
            .table([.init("key", "x"), .init(2, "b"), .init("odd key", 1), .init(1, "a")]),
            "{ \"a\", \"b\", key = \"x\", [\"odd key\"] = 1 }"
        ),
        (.table([.init("b", 1), .init("id", 2), .init("a", 3)]), "{ id = 2, a = 3, b = 1 }"),
        (.table([.init(1, "a"), .init(3, "c")]), "{ \"a\", [3] = \"c\" }"),
        (
            .table([
                .init(.boolean(true), 1), .init(1.5, 2), .init(-1, 3), .init("end", 4), .init("1x", 5), .init("é", 6),
                .init(.opaque("function"), 7),
            ]),
            "{ [\"1x\"] = 5, [\"end\"] = 4, [\"é\"] = 6, [-1] = 3, [1.5] = 2, [true] = 1, [<function>] = 7 }"
        ),
        (.table([.init("t", .table([.init("u", .array([true]))]))]), "{ t = { u = { true } } }"),
        (.object(metatable: "m", [.init("a", .opaque("function"))]), "{ a = <function> }"),
    ]

    @Test(arguments: tables.indices)
    func `a table is a constructor: the sequence, then names, then other keys`(index: Int) {
        let (value, expected) = Self.tables[index]
        #expect(ValuePrinter(columnCount: 100).text(of: value) == expected)
    }

    @Test func `what does not fit on a line takes a line for each entry`() {
        let value: LuaValue = .table([.init("name", "a long name"), .init("list", .array([1, 2])), .init("z", 1)])
        #expect(ValuePrinter(columnCount: 48).text(of: value) == "{ list = { 1, 2 }, name = \"a long name\", z = 1 }")
        let lines = "{\n  list = { 1, 2 },\n  name = \"a long name\",\n  z = 1\n}"
        #expect(ValuePrinter(columnCount: 47).text(of: value) == lines)
    }

    @Test(arguments: 10...40)
    func `lines of short entries stay within the columns`(columnCount: Int) {
        let value: LuaValue = .table([
            .init("a", .array((0..<30).map { .integer($0) })), .init("wide", .array(["山", "田", "太", "郎"])),
        ])
        for line in ValuePrinter(columnCount: columnCount).text(of: value).split(separator: "\n") {
            // The shortest line there can be: `  wide = {`.
            #expect(TextWidth.columns(of: line) <= max(columnCount, 10), "\(line)")
        }
    }

    @Test func `long lists of scalars fill their lines`() {
        let value: LuaValue = .array((1...12).map { .integer($0) })
        #expect(ValuePrinter(columnCount: 20).text(of: value) == "{\n  1, 2, 3, 4, 5, 6,\n  7, 8, 9, 10, 11,\n  12\n}")
    }

    @Test func `colours tell types apart and take no columns`() {
        let value: LuaValue = .table([
            .init("a", 1), .init("b", "x"), .init("c", true), .init("f", .opaque("function")),
        ])
        let text = ValuePrinter(columnCount: 48, usesColor: true).text(of: value)
        #expect(
            text == "{ a = \u{1B}[36m1\u{1B}[0m, b = \u{1B}[32m\"x\"\u{1B}[0m, c = \u{1B}[33mtrue\u{1B}[0m, "
                + "f = \u{1B}[35m<function>\u{1B}[0m }"
        )
    }

    // MARK: Budgets

    @Test func `what is left out is said`() {
        var budget = ValuePrinter.Budget(maxItems: 3)
        let list: LuaValue = .array((1...1000).map { .integer($0) })
        #expect(ValuePrinter(budget: budget).text(of: list) == "{ 1, 2, 3, … 997 more }")
        let names: LuaValue = .table((0..<50).map { .init("k\($0 + 10)", .integer($0)) }.reversed())
        #expect(ValuePrinter(budget: budget).text(of: names) == "{ k10 = 0, k11 = 1, k12 = 2, … 47 more }")
        budget.maxTextCharacters = 4
        #expect(ValuePrinter(budget: budget).text(of: "äbcdefgh") == "\"äbcd\"… 4 more characters")
        budget.maxDepth = 1
        #expect(ValuePrinter(budget: budget).text(of: .array([.array([]), .array([1])])) == "{ {}, {…} }")
    }

    @Test func `the total of all tables is limited`() {
        let budget = ValuePrinter.Budget(maxTotalItems: 5)
        let row: LuaValue = .array([1, 2, 3])
        #expect(
            ValuePrinter(budget: budget).text(of: .array([row, row, row])) == "{ { 1, 2, 3 }, { … 3 more }, … 1 more }"
        )
    }

    @Test func `lines beyond the limit are counted`() {
        let value: LuaValue = .table((0..<30).map { .init("k\($0 + 10)", .string("a long text of thirty letters")) })
        let text = ValuePrinter(budget: .init(maxLines: 3)).text(of: value)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.last == "… 29 more lines")
    }

    @Test func `the layout ends when its time is up`() {
        let ticks = Mutex(0)
        let printer = ValuePrinter(budget: .init(timeLimit: .milliseconds(2))) {
            .milliseconds(
                ticks.withLock { ticks in
                    defer { ticks += 1 }; return ticks
                }
            )
        }
        let text = printer.text(of: .array((1...100).map { .integer($0) }))
        #expect(text.hasSuffix("… 36 more (it took too long)\n}"))
    }

    @Test func `piped output has everything`() {
        let text = String(repeating: "x", count: 5000)
        var value: LuaValue = .array((1...3000).map { .integer($0) } + [.string(text)])
        for _ in 0..<60 { value = .array([value]) }
        let printed = ValuePrinter(budget: .unlimited).text(of: value)
        #expect(!printed.contains("…"))
        #expect(printed.contains(text) && printed.contains("3000"))
    }

    @Test func `records are no table in piped output`() {
        let records: LuaValue = .array([.table([.init("a", 1)]), .table([.init("a", 2)])])
        #expect(ValuePrinter(budget: .unlimited).text(of: records) == "{ { a = 1 }, { a = 2 } }")
    }

    // MARK: Times

    @Test func `times are shown in the reader's zone on request`() {
        let value: LuaValue = .table([
            .init("created", .table([.init("value", "2026-05-04T10:30:00.250Z")])),
            .init("note", "2026-05-04T10:30:00Z"),
            .init("opened_at", "2026-12-31T23:30:00+00:00"), .init("updated", "soon"),
        ])
        // Summer time until November.
        let zone = TimeZoneStyle.local { $0 < 1_793_491_200 ? 7200 : 3600 }
        #expect(
            ValuePrinter(columnCount: 200, timeZone: zone).text(of: value)
                == "{ created = { value = \"2026-05-04 12:30:00 +02:00\" }, note = \"2026-05-04T10:30:00Z\", "
                + "opened_at = \"2027-01-01 00:30:00 +01:00\", updated = \"soon\" }"
        )
        #expect(ValuePrinter(columnCount: 200).text(of: value).contains("\"2026-05-04T10:30:00.250Z\""))
        let west = ValuePrinter(columnCount: 200, timeZone: .local { _ in -12_600 }).text(of: value)
        #expect(west.contains("\"2026-05-04 07:00:00 -03:30\""))
    }
}
