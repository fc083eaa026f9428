import DistributionAPI
import JSONDocument
import Testing

@testable import Migration

@Suite("A migration's transform")
struct LuaTransformTests {
    @Test("changes what up changes, and no other byte")
    func keepsOtherBytes() throws {
        let transform = try ScriptFixture.transform(up: "d.github.gist.public = false; return d")
        let changed = try #require(transform.apply(to: ScriptFixture.body, of: ScriptFixture.item()).changedText)
        let expected = ScriptFixture.record.replacing("\"public\":true", with: "\"public\":false")
        #expect(changed == expected)
    }

    @Test(
        "keeps every byte around a change",
        arguments: [
            ("d.count = 1", "\"count\":0", "\"count\":1"),
            ("d.extra.z = 2.5", "\"z\":1.0", "\"z\":2.5"),
            ("d.extra.text = nil", "\"text\":\"\\u00e9\\ud83d\\ude00\",", ""),
            ("d.extra.list[1] = 7", "[ 1,", "[ 7,"),
            ("d.share.short = 'ü'", "\"short\":\"ab12cd\"", "\"short\":\"ü\""),
            ("d.github.gist.recipients.iterable[1].email = 'a@b.c'", "ada@example.com", "a@b.c"),
            ("d.count = json.null", "\"count\":0", "\"count\":null"),
        ]
    )
    func isFaithful(change: String, old: String, new: String) throws {
        let transform = try ScriptFixture.transform(up: "\(change); return d")
        let changed = transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item()).changedText
        #expect(changed == ScriptFixture.record.replacing(old, with: new))
    }

    @Test(
        "tells that nothing changed",
        arguments: [
            "return d", "d.github.gist.public = true; return d", "d.count = 0; return d",
            "local x = d.extra; d.extra = nil; d.extra = x; return d",
            "d.extra.text = 'é😀'; return d",
            "d.extra.z = 1.0; return d",
        ]
    )
    func knowsUnchanged(up: String) throws {
        let transform = try ScriptFixture.transform(up: up)
        #expect(transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item()) == .unchanged)
    }

    @Test("leaves out what where leaves out", arguments: ["false", "nil", "d.nothing", "row.skip == 'no'"])
    func excludes(condition: String) throws {
        let transform = try ScriptFixture.transform(
            up: "d.count = 1; return d",
            fields: "where = function(d, row) return \(condition) end"
        )
        let answer = transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item(input: "{\"skip\":\"yes\"}"))
        #expect(answer == .excluded)
    }

    @Test("gives the row to where and up")
    func givesRows() throws {
        let transform = try ScriptFixture.transform(
            up: "d.count = #row; d.note = row[2].name; return d",
            fields: "where = function(d, row) return row[1].name == 'a' end"
        )
        let item = try ScriptFixture.item(input: "[{\"name\":\"a\"},{\"name\":\"b\"}]")
        let changed = try #require(transform.apply(to: ScriptFixture.body, of: item).changedText)
        #expect(changed.contains("\"count\":2") && changed.contains("\"note\":\"b\""))
    }

    @Test(
        "skips a record with a reason, whatever the code does afterwards",
        arguments: [
            "skip('why')",
            "local ok, e = pcall(skip, 'why'); error(e)",
            "local ok, e = pcall(skip, 'why'); error('other: ' .. e)",
            "pcall(skip, 'why'); d.count = 1; return d",
            "local co = coroutine.create(function() skip('why') end); coroutine.resume(co); return d",
            "pcall(skip, 'why'); pcall(skip, 'not this'); return nil",
        ]
    )
    func skips(up: String) throws {
        let transform = try ScriptFixture.transform(up: up)
        #expect(transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item()) == .skipped("why"))
    }

    @Test("goes on after a skip")
    func forgetsSkips() throws {
        let transform = try ScriptFixture.transform(up: "if row then skip('row') end; d.count = 1; return d")
        #expect(transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item(input: "{}")) == .skipped("row"))
        #expect(transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item()).changedText != nil)
    }

    @Test(
        "refuses what is no record, with the reason",
        arguments: [
            ("", FailureClass.script, "up returned nothing: end it with \"return d\", or call skip(reason)"),
            ("return nil", .script, "up returned nothing"),
            ("return true", .script, "up returned a boolean: return the changed record, as in \"return d\""),
            ("return 'x'", .script, "up returned a string"),
            ("return d.github", .invalid, "up made an invalid record: "),
            ("return {}", .invalid, "up made an invalid record: id: missing required member; share: missing"),
            ("d.github.gist.public = 'no'; return d", .invalid, "github.gist.public: expected boolean, got string"),
            ("d.share = nil; d.created = 3; return d", .invalid, "share: missing required member"),
            ("d.share = nil; d.created = 3; return d", .invalid, "created: expected object, got number (3)"),
            (
                "d.id = '0f8b4c5e-5f0e-4a52-8b43-6e1e5c8c9a10'; return d", .script,
                "up changed the record's id, which must stay"
            ),
            ("d.x = print; return d", .invalid, "up returned a document that cannot be written: "),
            ("d.x = 0/0; return d", .invalid, "up returned a document that cannot be written: "),
            ("d.x = d; return d", .invalid, "up returned a document that cannot be written: "),
            ("d.x = { 1, a = 2 }; return d", .invalid, "up returned a document that cannot be written: "),
            ("local x = d.none.y; return d", .script, "test.lua:4: attempt to index a nil value (field 'none')"),
            ("error('boom')", .script, "test.lua:4: boom"),
            ("error({})", .script, "(error object is a table value)"),
            ("error(nil)", .script, "(error object is a nil value)"),
            ("error(setmetatable({}, { __tostring = function() return 'mine' end }))", .script, "mine"),
            ("skip()", .script, "test.lua:4: skip: expected the reason as a string, got no value"),
        ]
    )
    func refuses(up: String, failure: FailureClass, message: String) throws {
        let transform = try ScriptFixture.transform(up: up)
        let refusal = try #require(transform.apply(to: ScriptFixture.body, of: ScriptFixture.item()).refusal)
        #expect(refusal.failure == failure)
        #expect(refusal.message.contains(message), "\(refusal.message)")
        #expect(!refusal.message.contains("stack traceback"))
    }

    @Test("takes a record built by hand when it is valid")
    func takesRecordsByHand() throws {
        let transform = try ScriptFixture.transform(
            up: "local copy = json.decode(json.encode(d)); copy.count = 5; return copy"
        )
        let changed = try #require(transform.apply(to: ScriptFixture.body, of: ScriptFixture.item()).changedText)
        let document = try JSONDocument(parsing: changed)
        #expect(document.root["count"]?.int64 == 5)
        #expect(document.root["share"]?["accessors"]?["iterable"]?.kind == .array)
    }

    @Test("refuses a body that is no JSON, and goes on")
    func survivesBrokenBodies() throws {
        let transform = try ScriptFixture.transform(up: "d.count = 1; return d")
        let refusal = transform.apply(to: Array("{\"id\":".utf8), of: try ScriptFixture.item()).refusal
        #expect(refusal?.failure == .rejected)
        #expect(refusal?.message.hasPrefix("what the service gave is no distribution: invalid JSON at") == true)
        #expect(transform.apply(to: ScriptFixture.body, of: try ScriptFixture.item()).changedText != nil)
    }

    @Test("keeps what it does not touch, byte for byte, in records of every kind", arguments: [7 as UInt64, 8, 9])
    func isFaithfulToSamples(seed: UInt64) throws {
        let transform = try ScriptFixture.transform(up: "d.zz = 1; return d")
        for sample in SampleGenerator(seed: seed).prefix(50) {
            let body = sample.body
            let answer = transform.apply(to: body, of: WorkItem(sequence: 1, id: sample.id))
            let changed = try #require(answer.changedText, "seed \(seed)")
            let original = String(decoding: body, as: UTF8.self)
            #expect(changed == original.dropLast() + ",\"zz\":1}", "seed \(seed)")
        }
    }
}

@Suite("down and verify")
struct DownAndVerifyTests {
    private static let before = Array(ScriptFixture.record.replacing("\"count\":0", with: "\"count\":9").utf8)

    @Test("down gets the image of the record before the run")
    func givesPreimages() throws {
        let transform = try ScriptFixture.transform(
            up: "return d",
            fields: "down = function(d, row, before) d.count = before.count; return d end"
        )
        let answer = transform.revert(ScriptFixture.body, before: Self.before, of: try ScriptFixture.item())
        let changed = try #require(answer.changedText)
        #expect(changed.contains("\"count\":9"))
    }

    @Test("down is named in what it does wrong")
    func namesDown() throws {
        let transform = try ScriptFixture.transform(
            up: "return d",
            fields: "down = function(d) end"
        )
        let answer = transform.revert(ScriptFixture.body, before: Self.before, of: try ScriptFixture.item())
        let refusal = answer.refusal
        #expect(refusal?.message.hasPrefix("down returned nothing") == true)
    }

    @Test(
        "verify tells what is wrong",
        arguments: [
            ("return true", nil), ("return after.count == 0", nil), ("return before.count == 9", nil),
            ("return false", "verify returned false"), ("", "verify returned false"),
            ("return 'count is ' .. after.count", "count is 0"),
            ("error('boom')", "verify failed: test.lua:4: boom"),
            ("skip('x')", "verify failed: test.lua:4: skip: only where, up and down can skip a record"),
            ("while true do end", "verify failed: took more than 200,000 instructions (limits.instructions)"),
        ] as [(String, String?)]
    )
    func verifies(code: String, problem: String?) throws {
        let transform = try ScriptFixture.transform(
            up: "return d",
            fields: "verify = function(after, before) \(code) end, \(ScriptFixture.tight)"
        )
        let item = try ScriptFixture.item()
        #expect(transform.problem(after: ScriptFixture.body, before: Self.before, of: item) == problem)
        #expect(transform.apply(to: ScriptFixture.body, of: item) == .unchanged)
    }

    @Test("without verify nothing is wrong")
    func needsNoVerify() throws {
        let transform = try ScriptFixture.transform(up: "return d")
        #expect(transform.problem(after: ScriptFixture.body, before: Self.before, of: try ScriptFixture.item()) == nil)
    }
}
