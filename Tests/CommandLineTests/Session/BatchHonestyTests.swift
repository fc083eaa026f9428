import Foundation
import TestSupport
import Testing

@Suite("Without a terminal", .serialized, .timeLimit(.minutes(4)))
struct BatchHonestyTests {
    private let shell = Shell()

    private func entries(_ text: String, _ options: String...) async throws -> RunningProcess.Result {
        try await shell.run(["-i", "--store", "sample:5"] + options, input: .text(text))
    }

    @Test(arguments: [[], ["-"]])
    func standardInputIsOneProgram(_ arguments: [String]) async throws {
        let wrong = try await shell.run(arguments, input: .text("print(1)\nprint(2)\nprint(3))\nprint(4)\n"))
        #expect(wrong.output == "")
        #expect(wrong.errors == "distsh: stdin:3: unexpected symbol near ')'\n" || wrong.errors.contains("stdin:3:"))
        #expect(wrong.status == 1)
        let right = try await shell.run(arguments, input: .text("local a = 1\nlocal b = 2\nprint(a + b)\n1\n"))
        #expect(right.status == 1)
        let fine = try await shell.run(arguments, input: .text("local a = 1\nlocal b =\n2\nprint(a + b)\n"))
        #expect(fine.outputBytes == Array("3\n".utf8))
        #expect(fine.errors == "")
        #expect(fine.status == 0)
    }

    @Test func entriesHaveNoPromptsNoBannerAndNoColour() async throws {
        let result = try await entries("1 + 1\nx = { a = 'q' }\nx\nfor i = 1, 1 do\nprint(i)\nend\n.status\n")
        #expect(result.output.hasPrefix("2\n"))
        for text in ["sample>", "…>", "distsh 1", "help()", "\u{1B}"] { #expect(!result.output.contains(text)) }
        #expect(result.errors == "")
        #expect(result.status == 0)
    }

    @Test(arguments: [
        "error('x')", "local = 1", "no.such.thing", ".nocommand", ".load nowhere.lua", "distribution.get('x')",
    ])
    func theFirstErrorDecides(_ wrong: String) async throws {
        let result = try await entries("'before'\n\(wrong)\n'after'\n")
        #expect(result.output == "\"before\"\n\"after\"\n")
        #expect(!result.errors.isEmpty)
        #expect(!result.errors.contains("\u{1B}"))
        #expect(result.status == 1)
    }

    @Test func anEntryThatDoesNotEndIsAnError() async throws {
        let result = try await entries("1\nfor i = 1, 2 do\nprint(i)\n")
        #expect(result.output == "1\n")
        #expect(result.errors.contains("expected"), "\(result.errors)")
        #expect(result.status == 1)
    }

    @Test func jsonIsOneValueALineForEachResult() async throws {
        let result = try await entries(
            "1 + 1\nnil\n'a\\nb', 2.5\n{ 1, 2 }\n{ deep = { er = { est = {} } } }\nx = 1\n1 / 0\ndistribution.get('\(Samples.firstID)')\n",
            "--json"
        )
        #expect(result.errors == "")
        #expect(result.status == 0)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 8)
        #expect(lines.prefix(5) == ["2", "null", #""a\nb""#, "2.5", "[1,2]"])
        for line in lines {
            #expect(throws: Never.self) {
                try JSONSerialization.jsonObject(with: Data(line.utf8), options: .fragmentsAllowed)
            }
        }
        #expect(lines.last?.contains(Samples.firstID) == true)
    }

    @Test func errorsAreJSONToo() async throws {
        let result = try await entries("error('x')\n1 +\n", "--json")
        #expect(result.output == "")
        #expect(result.status == 1)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 2)
        for line in lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect((object?["error"] as? String)?.hasPrefix("stdin:1: ") == true, "\(line)")
        }
    }

    @Test func nothingIsCutForAPipe() async throws {
        let records = """
            local all = {}
            for d in distribution.list() do all[#all + 1] = d end
            all
            """
        let list = try await shell.run(
            ["-i", "--store", "sample:300"],
            input: .text(records.replacing("local all", with: "all") + "\n")
        )
        #expect(list.errors == "")
        #expect(!list.output.contains("…"))
        #expect(!list.output.contains("\u{1B}"))
        let identifiers = try await shell.run(
            "--store",
            "sample:300",
            "-e",
            "for d in distribution.list() do print(d.id) end"
        )
        let missing = identifiers.output.split(separator: "\n").filter { !list.output.contains($0) }
        #expect(missing.isEmpty && identifiers.output.split(separator: "\n").count == 300)
    }

    @Test func deepAndLongTablesAreWhole() async throws {
        let program = "t = { 'bottom' } for i = 1, 60 do t = { t } end\nt\n"
        let deep = try await entries(program)
        #expect(deep.output.contains("\"bottom\""))
        let json = try await entries(program, "--json")
        #expect(
            json.output == String(repeating: "[", count: 61) + #""bottom""# + String(repeating: "]", count: 61) + "\n"
        )
        let long = try await entries("t = {} for i = 1, 5000 do t[i] = i * 11 end\nt\n(('x'):rep(100000))\n")
        #expect(!long.output.contains("…"))
        #expect(long.output.contains("54989"))
        #expect(long.output.contains(String(repeating: "x", count: 100_000)))
    }
}
