import DistributionAPI
import JSONDocument
import Testing

@testable import Migration

@Suite("A plan's file")
struct PlanFileTests {
    private static let plan = {
        var builder = PlanFixtures.gists()
        builder.add(id: PlanFixtures.id(2000), before: [], answer: .skipped("done by hand: \"x\" \u{1B}[31m"))
        builder.add(
            id: PlanFixtures.id(2001),
            before: Array("[1]".utf8),
            answer: .changed(Array("{}".utf8))
        )
        return builder.plan(PlanFixtures.source(inputCount: 1002, duplicateCount: 3))
    }()

    @Test("what was written is read")
    func roundTrip() throws {
        let (text, sha) = try PlanFile.text(of: Self.plan)
        let (plan, readSHA) = try PlanFile.read(text, name: "plan.json")
        #expect(plan == Self.plan)
        #expect(readSHA == sha)
        #expect(text.last == UInt8(ascii: "\n"))
        #expect(sha.utf8.count == 64)
    }

    @Test("white space does not matter")
    func compact() throws {
        let (text, sha) = try PlanFile.text(of: Self.plan)
        let compact = try JSONDocument(parsing: text).root.compact()
        #expect(try PlanFile.read(compact, name: "plan.json").sha256 == sha)
        #expect(try PlanText(Self.plan).json() == compact)
    }

    @Test(
        "every change is noticed",
        arguments: [
            ("/migration", "\"other\""), ("/shapes/0/count", "413"), ("/shapes/0/signature", "\"add /x string\""),
            ("/read_count", "1003"), ("/refused/0/examples/0", "\"7f1c2c1e-0000-4000-8000-0000000003e1\""),
            ("/sha256", "\"00\""), ("/added", "1"), ("/shapes/0/samples", "[]"),
        ]
    )
    func changed(_ place: String, _ value: String) throws {
        var document = try JSONDocument(parsing: try PlanFile.text(of: Self.plan).text)
        try document.set(try JSONPointer(parsing: place), toRaw: Array(value.utf8))
        let error = #expect(throws: PlanFileError.self) { try PlanFile.read(document.bytes, name: "plan.json") }
        #expect(error?.message.hasPrefix("plan.json: the plan was changed after it was written") == true)
    }

    @Test(
        "files that are no plans, and plans with wrong members under a right hash",
        arguments: [
            (nil, "{", "plan.json is no plan: "), (nil, "[]", "plan.json is no plan: it has no \"format\""),
            (nil, #"{"format":"x"}"#, "plan.json is no plan: it has no \"format\""),
            ("/version", "2", "plan.json is a plan of version 2, this distsh reads version 1"),
            ("/version", "\"1\"", "plan.json: /version must be a whole number"),
            ("/input_count", "-1", "plan.json: /input_count must be a whole number from 0"),
            ("/input_count", "1099511627777", "plan.json: /input_count must be a whole number from 0"),
            ("/created_at", "\"today\"", "plan.json: /created_at must be a time"),
            ("/shapes", "{}", "plan.json: /shapes must be a list"),
            ("/shapes/0/samples/0/id", "\"x\"", "plan.json: /shapes/0/samples/0/id must be the id of a record"),
            ("/refused/0/class", "1", "plan.json: /refused/0/class must be a string"),
            ("/shapes/0/count", "1", "plan.json: the counts do not add up"),
        ] as [(String?, String, String)]
    )
    func wrong(_ place: String?, _ value: String, _ message: String) throws {
        var text = Array(value.utf8)
        if let place {
            var document = try JSONDocument(parsing: try PlanFile.text(of: Self.plan).text)
            try document.remove(JSONPointer(["sha256"]))
            try document.set(try JSONPointer(parsing: place), toRaw: text)
            try document.set(JSONPointer(["sha256"]), to: .string(PlanFile.hash(of: document.root.compact())))
            text = document.bytes
        }
        let error = #expect(throws: PlanFileError.self) { try PlanFile.read(text, name: "plan.json") }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test("a plan is for one script, one target and one input")
    func check() {
        func problems(
            _ script: String = "a1",
            _ target: String = "http://localhost:1000",
            _ input: String = "b2",
            _ count: Int = 1002
        ) -> [String] {
            PlanCheck.problems(
                Self.plan,
                scriptSHA: String(repeating: script, count: 32),
                target: target,
                inputSHA: String(repeating: input, count: 32),
                inputCount: count
            )
        }
        #expect(problems() == [])
        #expect(problems("cc").first?.hasPrefix("the migration file was changed after the plan was made") == true)
        #expect(
            problems("a1", "file.db").first?.hasPrefix("the plan is for http://localhost:1000, not for file.db") == true
        )
        #expect(
            problems("a1", "http://localhost:1000", "ff").first?.hasPrefix(
                "the input has other ids, rows or another order"
            ) == true
        )
        #expect(
            problems("a1", "http://localhost:1000", "ff", 7).first?.hasPrefix("the input has 7 records now") == true
        )
        #expect(problems("cc", "x", "y", 1).count == 3)
    }
}
