import DistributionAPI
import Glibc
import LuaRuntime
import Scripting
import Testing

@Suite("Every documented function works as documented", .timeLimit(.minutes(4)))
struct DocumentationTests {
    /// Defines what the examples use.
    private static let prelude = """
        local complete = {}
        for _, id in ipairs(ids) do
          if distribution.get(id).github then complete[#complete + 1] = id end
        end
        ids = complete
        local id = ids[1]
        distribution.get = (function(get) return function(wanted, options)
          return get(wanted == "7f1c2c1e-3c5f-4d0e-9b1a-2f6f8f0c1a2b" and id or wanted, options)
        end end)(distribution.get)
        local d, before, after = distribution.get(id), distribution.get(ids[1]), distribution.get(ids[2])
        local t = task.spawn(function() return d end)
        local real_lines, real_jsonl, real_csv = input.lines, input.jsonl, input.csv
        function input.lines(path) return real_lines(folder .. path) end
        function input.jsonl(path) return real_jsonl(folder .. path) end
        function input.csv(path) return real_csv(folder .. path) end
        function print(...) for i = 1, select("#", ...) do tostring((select(i, ...))) end end

        """

    @Test(arguments: DocumentationTable.entries.map(\.name))
    func example(name: String) throws {
        let entry = try #require(DocumentationTable.entry(named: name))
        let files = try TemporaryFolder()
        let runner = try ScriptRunner(
            configuration: ScriptHost.Configuration(
                history: EmptyHistory(),
                diagnostics: Diagnostics(write: { _ in })
            )
        )
        try files.write("ids.txt", runner.ids.joined(separator: "\n"))
        try files.write("recipients.csv", "email,name\na@example.org,A\n")
        try runner.host.vm.setGlobal("folder", to: .string(files.path + "/"))
        let record = try runner.run("return (json.encode(distribution.get(ids[1])))").first?.text ?? ""
        try files.write("export.jsonl", record + "\n")
        try runner.run(Self.prelude + entry.example)
    }

    @Test(arguments: DocumentationTable.entries.map(\.name))
    func completeness(name: String) throws {
        let entry = try #require(DocumentationTable.entry(named: name))
        let type = try ScriptRunner(samples: 0).run("return type(\(name))").first
        #expect(entry.isFunction ? type == "function" : type != "nil")
        #expect(entry.summary.hasSuffix("."))
        #expect(!entry.example.isEmpty)
        #expect(entry.parameters.allSatisfy { !$0.text.isEmpty })
    }

    @Test func `every function is documented`() throws {
        let values = try ScriptRunner(samples: 0).run(
            """
            local names = {}
            for _, library in ipairs { "distribution", "json", "task", "input", "log" } do
              for name in pairs(_G[library]) do names[#names + 1] = library .. "." .. name end
            end
            return names
            """
        )
        guard case .array(let names) = values.first else {
            Issue.record("no names")
            return
        }
        for name in names.compactMap(\.text) { #expect(DocumentationTable.entry(named: name) != nil, "\(name)") }
    }

    @Test func `the reference page is that of the table`() throws {
        let path = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/docs/lua.md"
        if getenv("DISTSH_REWRITE_DOCS") != nil {
            try TemporaryFolder.write(DocumentationReference.markdown, to: path)
        }
        let text = try TemporaryFolder.read(path)
        #expect(
            text == DocumentationReference.markdown,
            "run the tests with DISTSH_REWRITE_DOCS=1 to write the page anew"
        )
    }

    static let helps: [(call: String, expected: String)] = [
        ("help 'distribution.get'", "distribution.get(id, [options])\n"),
        ("help(distribution.get)", "distribution.get(id, [options])\n"),
        ("help(distribution)", "distribution.get("),
        ("help 'task'", "task.spawn("),
        ("help()", "distribution.get("),
    ]

    @Test(arguments: helps)
    func help(call: String, expected: String) throws {
        let text = try ScriptRunner(samples: 0)
            .run("local text function print(t) text = t end \(call) return text").first?.text
        #expect(text?.hasPrefix(expected) == true, "\(text ?? "nothing")")
    }

    @Test func `help for what there is not`() throws {
        let runner = try ScriptRunner(samples: 0)
        #expect(
            try runner.errorText("help 'get'")
                == "test:2: help: nothing is known of \"get\"; did you mean distribution.get, distribution.get_many?"
        )
        #expect(try runner.errorText("help(print)") == "test:2: help: nothing is known of this function")
    }
}

/// A history with nothing in it.
private struct EmptyHistory: ChangeHistory {
    func changes(of id: DistributionID?, maxCount: Int) throws(DistributionError) -> [RecordedChange] { [] }

    func undo(_ count: Int, completion: @escaping @Sendable (Result<[RecordedChange], DistributionError>) -> Void) {
        completion(.success([]))
    }
}
