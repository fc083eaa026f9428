import DistributionAPI
import JSONDocument
import Testing

@testable import Migration

@Suite("A migration's file")
struct MigrationFileTests {
    @Test("is described with all its fields")
    func describesAllFields() throws {
        let file = try ScriptFixture.file(
            """
            return migration {
              name   = "gists-private_2.0",
              select = input.csv("ids.csv", { id = "uuid", separator = ";", group = true }),
              where  = function(d, row) return true end,
              up     = function(d, row) return d end,
              down   = function(d, row, before) return d end,
              verify = function(after, before) return true end,
              volatile = { "/updated", "/share/a~1b" },
              limits = { concurrency = 8, rate = 12.5, max_errors = "1%", max_p95 = "500ms", memory = "16MB",
                         instructions = 1000000, time = "2s" },
            }
            """,
            folder: "/data"
        )
        let description = file.description
        #expect(description.name == "gists-private_2.0")
        #expect(
            description.selection
                == .csv(path: "/data/ids.csv", idColumn: "uuid", separator: UInt8(ascii: ";"), grouped: true)
        )
        #expect(description.hasDown && description.hasVerify)
        #expect(description.volatile == [JSONPointer(["updated"]), JSONPointer(["share", "a/b"])])
        #expect(description.limits.concurrency == 8)
        #expect(description.limits.recordsPerSecond == 12.5)
        #expect(description.limits.maxErrors == .fraction(0.01))
        #expect(description.limits.maxP95 == .milliseconds(500))
        let script = ScriptLimits(memoryBytes: 16_000_000, instructions: 1_000_000, time: .seconds(2))
        #expect(description.limits.script == script)
    }

    @Test("needs only a name, a selection and up")
    func hasDefaults() throws {
        let description = try ScriptFixture.file(ScriptFixture.text("up = function(d) return d end")).description
        #expect(!description.hasDown && !description.hasVerify)
        #expect(description.volatile == [JSONPointer(["updated"])])
        #expect(description.limits == MigrationLimits())
    }

    @Test("may ask for no more than the least memory, instructions and time")
    func readsLeastLimits() throws {
        let limits = "limits = { memory = \"2MB\", instructions = 10000, time = \"50ms\" }"
        let file = try ScriptFixture.file(ScriptFixture.text("up = function(d) return d end, \(limits)"))
        let least = ScriptLimits(memoryBytes: 2_000_000, instructions: 10_000, time: .milliseconds(50))
        #expect(file.description.limits.script == least)
    }

    @Test("is the same each time it is loaded")
    func loadsTheSameTwice() throws {
        let text = ScriptFixture.text("up = function(d) return d end, limits = { max_errors = 25 }")
        #expect(try ScriptFixture.file(text).description == ScriptFixture.file(text).description)
    }

    @Test(
        "sets the pace by its limits, and that of every run where it gives none",
        arguments: [
            ("", RunControl()), ("concurrency = 8", RunControl(maxConcurrency: 8)),
            ("rate = 0.5", RunControl(recordsPerSecond: 0.5)),
            ("rate = 20, concurrency = 1", RunControl(recordsPerSecond: 20, maxConcurrency: 1)),
        ]
    )
    func setsThePace(limits: String, control: RunControl) throws {
        let text = ScriptFixture.text("up = function(d) return d end, limits = { \(limits) }")
        #expect(try ScriptFixture.file(text).description.limits.control == control)
    }

    private static let idText = ScriptFixture.idText

    @Test(
        "selects records in many ways",
        arguments: [
            ("distribution.list", Selection.allRecords),
            ("input.lines \"ids.txt\"", .lines(path: "dir/ids.txt")),
            ("input.lines \"/abs/ids.txt\"", .lines(path: "/abs/ids.txt")),
            ("input.lines \"-\"", .lines(path: "-")),
            ("input.jsonl \"a.jsonl\"", .jsonl(path: "dir/a.jsonl", idMember: "id", grouped: false)),
            ("input.jsonl(\"-\", { id = \"uuid\" })", .jsonl(path: "-", idMember: "uuid", grouped: false)),
            ("input.csv \"a.csv\"", .csv(path: "dir/a.csv", idColumn: "id", separator: 44, grouped: false)),
            ("function() return nil end", .iterator),
        ]
    )
    func readsSelections(text: String, selection: Selection) throws {
        let source = "return migration { name = \"a\", select = \(text), up = function(d) return d end }"
        #expect(try ScriptFixture.file(source, folder: "dir").description.selection == selection)
    }

    @Test("may list its records itself, with rows")
    func readsLists() throws {
        let other = "0f8b4c5e-5f0e-4a52-8b43-6e1e5c8c9a10"
        let source = """
            return migration { name = "a", up = function(d) return d end,
              select = { "\(Self.idText)", { id = "\(other)", email = "a@b.c" } } }
            """
        let items = [
            NewItem(id: try #require(DistributionID(Self.idText))),
            NewItem(
                id: try #require(DistributionID(other)),
                input: Array("{\"email\":\"a@b.c\",\"id\":\"\(other)\"}".utf8)
            ),
        ]
        #expect(try ScriptFixture.file(source).description.selection == .ids(items))
    }

    @Test(
        "may list no more records than are held at once: by their number, and by what stands beside their ids",
        arguments: [
            (InputLimits.maxListItems + 9, "\"\(idText)\"", InputLimits.maxListItems),
            (9, "rows[1] or { id = \"\(idText)\", text = (\"x\"):rep(1 << 22) }", 3),
        ]
    )
    func boundsLists(count: Int, row: String, room: Int) throws {
        let text = """
            local rows = {}
            for number = 1, \(count) do rows[number] = \(row) end
            return migration { name = "a", select = rows, up = function(d) return d end }
            """
        // What a busy machine takes for so many is not what is tested.
        let limits = ScriptLimits(instructions: ScriptLimits.maxInstructions, time: ScriptLimits.maxTime)
        let script = try ScriptVM(text: Array(text.utf8), name: "test.lua", limits: limits)
        let answer = try script.call(script.function("describe"))
        #expect(script.answers.items.count == room + 1)
        var reader = DescriptionReader(
            lines: FieldLines(text: Array(text.utf8)),
            folder: "",
            items: script.answers.items
        )
        let messages = reader.read(answer).1.map(\.message)
        let head = "select: element \(room + 1): a list in a migration's file has at most"
        #expect(messages.count == 1 && messages.allSatisfy { $0.hasPrefix(head) }, "\(messages)")
        #expect(messages.allSatisfy { $0.hasSuffix("put them into a file, and name that with input.jsonl") })
    }

    @Test("may begin with a line for the interpreter, which counts")
    func skipsTheInterpreterLine() throws {
        let text = "#!/usr/bin/env distsh\n" + ScriptFixture.text("up = function(d) return d.x.y end")
        let refusal = try LuaTransform(ScriptFixture.file(text))
            .apply(to: ScriptFixture.body, of: ScriptFixture.item()).refusal
        #expect(refusal?.message.hasPrefix("test.lua:5: ") == true)
    }

    @Test("may print while it is loaded")
    func prints() throws {
        var printed: [String] = []
        let text = ScriptFixture.text("up = function(d) return d end", head: "print('a', 1, nil, true)")
        _ = try MigrationFile(text: Array(text.utf8), name: "test.lua", folder: "", print: { printed.append($0) })
        #expect(printed == ["a\t1\tnil\ttrue"])
    }
}

@Suite("A wrong migration file")
struct WrongMigrationFileTests {
    static let up = "up = function(d) return d end"

    @Test(
        "is refused with what is wrong and where",
        arguments: [
            ("", "test.lua: the file returns nothing: end the file with: return migration { … }"),
            ("migration { }", "test.lua: the file does not return the migration: write return before migration { … }"),
            ("return {}", "test.lua: the file returns a table that is no migration: end the file with"),
            ("return 1", "test.lua: the file returns a number that is no migration"),
            ("return migration(1)", "test.lua: the file returns a number that is no migration"),
            ("local x = = 1", "test.lua:1: unexpected symbol near '='"),
            ("\n\nreturn migration {\n", "test.lua:4: unexpected symbol near <eof>"),
            ("\u{1B}Lua", "test.lua: this is compiled Lua"),
            ("end\nend", "test.lua:1: <eof> expected near 'end'"),
            ("return migration {}", "test.lua: name is missing"),
            ("return migration {}", "test.lua: select is missing: add select = distribution.list"),
            ("return migration {}", "test.lua: up is missing: add up = function(d, row)"),
            ("\nerror('boom')", "test.lua:2: boom"),
            ("error({})", "test.lua: (error object is a table value)"),
            ("local t = nil\nlocal x = t.a", "test.lua:2: attempt to index a nil value (local 't')"),
            ("skip('x')", "test.lua:1: skip: only where, up and down can skip a record"),
            ("return migration { 1 }", "a value without a name ([1])"),
        ]
    )
    func saysWhatIsWrong(text: String, message: String) {
        expectProblem(text, message)
    }

    @Test(
        "names the field and its line",
        arguments: [
            ("upp = function(d) return d end", "test.lua:4: unknown field \"upp\": did you mean \"up\"?"),
            ("pu = function(d) return d end", "test.lua:4: unknown field \"pu\": did you mean \"up\"?"),
            ("\(up),\nvolatil = {}", "test.lua:5: unknown field \"volatil\": did you mean \"volatile\"?"),
            ("\(up), something = 1", "unknown field \"something\": expected one of name, select, where, up"),
            ("up = 3", "test.lua:4: up: expected a function, got number"),
            ("\(up),\nwhere = true", "test.lua:5: where: expected a function, got boolean"),
            ("\(up), down = \"x\"", "test.lua:4: down: expected a function, got string"),
            ("\(up), verify = {}", "test.lua:4: verify: expected a function, got table"),
            ("\(up), volatile = \"/a\"", "volatile: expected a list of places, such as { \"/updated\" }, got string"),
            ("\(up), volatile = { \"a\" }", "volatile: JSON pointer 'a' must be empty or begin with '/'"),
            ("\(up), volatile = { \"/a~2\" }", "'~' must be followed by 0 or 1"),
            ("\(up), volatile = { 1 }", "volatile: expected places as strings"),
            ("\(up), volatile = { a = 1 }", "volatile: expected a list of places"),
            ("\(up), limits = 3", "limits: expected a table, such as { concurrency = 64 }, got number"),
            ("\(up), limits = { 3 }", "limits: limits have names, such as concurrency = 64"),
            ("\(up), limits = { max_error = 3 }", "limits.max_error: unknown limit: did you mean \"max_errors\"?"),
            (
                "\(up),\nlimits = {\nmax_errors = \"1%x\" }",
                "test.lua:6: limits.max_errors: expected a share such as \"1%\""
            ),
            ("\(up), limits = { max_errors = -1 }", "limits.max_errors: expected a share such as"),
            (
                "\(up), limits = { concurrency = 0 }",
                "limits.concurrency: expected a whole number from 1 to 4,096, got 0"
            ),
            ("\(up), limits = { concurrency = 1.5 }", "limits.concurrency: expected a whole number"),
            ("\(up), limits = { concurrency = \"8\" }", "got \"8\""),
            ("\(up), limits = { rate = 0 }", "limits.rate: expected records a second as a number above 0, got 0"),
            ("\(up), limits = { rate = 0/0 }", "limits.rate: expected records a second"),
            (
                "\(up), limits = { max_p95 = 500 }",
                "limits.max_p95: expected a time such as \"500ms\" or \"2s\", got 500"
            ),
            ("\(up), limits = { max_p95 = \"5 parsecs\" }", "limits.max_p95: expected a time such as"),
            ("\(up), limits = { time = \"1ms\" }", "limits.time: expected a time from 50.0 ms to 10m00s, got \"1ms\""),
            ("\(up), limits = { memory = \"64\" }", "limits.memory: expected a size such as \"64MB\", got \"64\""),
            ("\(up), limits = { memory = \"1KB\" }", "limits.memory: expected a size from 2MB to 4GB, got \"1KB\""),
            ("\(up), limits = { instructions = 10 }", "limits.instructions: expected a whole number from 10,000"),
        ]
    )
    func checksFields(fields: String, message: String) {
        expectProblem(ScriptFixture.text(fields), message)
    }

    @Test(
        "is refused for a bad name",
        arguments: ["\"\"", "\"a b\"", "\"ä\"", "\"a/b\"", "(\"x\"):rep(81)", "12", "{}"]
    )
    func checksNames(name: String) {
        expectProblem("return migration { name = \(name), select = distribution.list, \(Self.up) }", "name: ")
    }

    @Test(
        "is refused for a bad selection",
        arguments: [
            ("5", "select: expected distribution.list, input.lines, input.jsonl, input.csv, a list of ids"),
            ("\"ids.txt\"", "an iterator, got string"),
            ("{}", "select: the list is empty"),
            ("{ a = 1 }", "got table"),
            ("{ \"abc\" }", "element 1: \"abc\" is no id of a distribution: an id is a uuid, such as"),
            ("{ 7 }", "element 1: a value of type number is no record: give an id, or a table with an id"),
            ("{ { name = 1 } }", "element 1: a table whose id is no string is no record"),
            ("{ { id = \"\(ScriptFixture.idText)\", f = print } }", "cannot be written as JSON"),
            ("input.lines()", "input.lines: expected the path of a file, or \"-\" for standard input, got nil"),
            ("input.lines(\"a\", { id = \"x\" })", "input.lines: unknown option \"id\": it has no options"),
            ("input.csv(\"a\", 1)", "input.csv: expected a table of options, got number"),
            ("input.csv(\"a\", { idd = \"x\" })", "input.csv: unknown option \"idd\": did you mean \"id\"?"),
            ("input.csv(\"a\", { id = 3 })", "the option id must be a string"),
            ("input.csv(\"a\", { group = 1 })", "the option group must be true or false"),
            ("input.csv(\"a\", { separator = \"ab\" })", "the option separator must be one character"),
            ("distribution.list()", "distribution.list is a value in a migration: write select = distribution.list"),
        ]
    )
    func checksSelections(selection: String, message: String) {
        expectProblem("return migration { name = \"a\", select = \(selection), \(Self.up) }", message)
    }

    @Test("has all that is wrong in one error, by lines")
    func collectsProblems() throws {
        let text = """
            return migration {
              name = "a b",
              select = 3,
              up = 1,
              nonsense = 2,
              limits = { rate = "x" },
            }
            """
        let error = try #require(throws: MigrationFileError.self) { try ScriptFixture.file(text) }
        #expect(error.problems.map(\.line) == [2, 3, 4, 5, 6])
        #expect(error.description.split(separator: "\n").count == 5)
    }

    @Test("has the problems of one line in the same order each time")
    func sortsProblemsOfALine() throws {
        let limits = ["time = 1", "rate = 0", "memory = 2", "instructions = 3", "max_p95 = 4", "concurrency = 0"]
        for _ in 0..<10 {
            let text = ScriptFixture.text("\(Self.up), limits = { \(limits.shuffled().joined(separator: ", ")) }")
            let error = try #require(throws: MigrationFileError.self) { try ScriptFixture.file(text) }
            let messages = error.problems.map(\.message)
            #expect(messages.count == limits.count)
            #expect(messages == messages.sorted())
        }
    }

    @Test("takes 1 to 80 letters, digits, -, _ and . for a name")
    func checksNames() {
        for name in ["a", "gists-private_2.0", String(repeating: "x", count: 80)] {
            #expect(MigrationDescription.isName(name))
        }
        for name in ["", "a b", "a/b", "é", "a\n", String(repeating: "x", count: 81)] {
            #expect(!MigrationDescription.isName(name), "\(name)")
        }
    }

    @Test(
        "cannot take more than the limits while it is loaded",
        arguments: [
            ("while true do end", "instructions (limits.instructions)"),
            ("local s = ('x'):rep(100000000)", "of memory (limits.memory)"),
            ("while true do pcall(function() while true do end end) end", "limits"),
        ]
    )
    func holdsLimitsAtLoad(head: String, message: String) {
        expectProblem(ScriptFixture.text(Self.up, head: head), message)
    }

    @Test("of more than a mebibyte is refused")
    func limitsTheText() {
        let padding = String(repeating: "-- padding\n", count: MigrationFile.maxTextBytes / 10)
        expectProblem(ScriptFixture.text(Self.up, head: padding), "the file is longer than 1.0 MiB")
    }

    private func expectProblem(_ text: String, _ message: String, _ location: SourceLocation = #_sourceLocation) {
        let error = #expect(throws: MigrationFileError.self, sourceLocation: location) {
            try ScriptFixture.file(text)
        }
        let found = error?.description ?? ""
        #expect(found.contains(message), "\(found)", sourceLocation: location)
    }
}
