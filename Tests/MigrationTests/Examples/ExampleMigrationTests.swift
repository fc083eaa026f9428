import DistributionAPI
import JSONDocument
import Migration
import Testing

@Suite("The example migrations", .timeLimit(.minutes(4)))
struct ExampleMigrationTests {
    /// What a migration does to the samples.
    struct Expectation: Sendable, CustomTestStringConvertible {
        var name: String
        var changed = 0
        var unchanged = 0
        var excluded = 0
        var skipped: [String: Int] = [:]
        var gone = 0
        /// Every change of some of the records, in any order, as `path: old → new`.
        var changes: [String: [String]]

        var testDescription: String { name }
    }

    static let expectations = [
        Expectation(
            name: "gists-private",
            changed: 257,
            excluded: 743,
            changes: ["597a9e58-e554-49d7-9a52-49a3914725e5": ["/github/gist/public: true → false"]]
        ),
        Expectation(
            name: "rename-member",
            changed: 28,
            excluded: 972,
            changes: [
                "ac6226cc-9729-4a37-9bcf-93345669c532": [
                    #"/x_note: "50 \u20ac \/ month" → nothing"#, #"/note: nothing → "50 € / month""#,
                ]
            ]
        ),
        Expectation(
            name: "repoint-share-links",
            changed: 1000,
            changes: [
                "63cbe1e4-5932-4dd7-844c-3cd7f43c661c": [
                    #"/share/link: "https://share.example.com/73d33b66-6a1e-41da-bfda-be86cbbeaa11""#
                        + #" → "https://links.example.org/73d33b66-6a1e-41da-bfda-be86cbbeaa11""#,
                    #"/share/short: "https://ex.am/e19bce0" → "https://s.example.org/e19bce0""#,
                ]
            ]
        ),
        Expectation(
            name: "merge-recipients",
            changed: 3,
            unchanged: 1,
            skipped: ["a row has no e-mail address": 1],
            changes: [
                "63cbe1e4-5932-4dd7-844c-3cd7f43c661c": [
                    "/github/gist/recipients/iterable/1: nothing → "
                        + #"{"email":"ada.lovelace@example.org","name":"Ada Lovelace"}"#
                ],
                "58073912-1024-4086-b1e3-35f7e72abcdb": [
                    "/github/gist/recipients/iterable/0: nothing → "
                        + #"{"email":"grace.hopper@example.com","name":"Hopper, Grace"}"#,
                    "/github/gist/recipients/iterable/1: nothing → "
                        + #"{"email":"zoe.mueller@example.com","name":"Zoë Müller"}"#,
                ],
                "5597b0d8-b9ae-4634-9063-b11763f48230": [
                    #"/mailgun/recipients/iterable/0: nothing → {"email":"unnamed@example.net"}"#
                ],
            ]
        ),
        Expectation(
            name: "backfill",
            changed: 3,
            excluded: 1,
            gone: 1,
            changes: [
                "63cbe1e4-5932-4dd7-844c-3cd7f43c661c": [
                    #"/share/name: nothing → "Release notes""#, #"/labels: nothing → ["docs","release notes"]"#,
                ],
                "eb68608f-1080-4741-8daf-ba6382331ebf": [#"/owner: null → "platform""#],
                "d23a1c3f-da58-4000-a4f7-43483549acb3": [
                    #"/mailgun/campaign: nothing → {"name":"spring","year":2026}"#
                ],
            ]
        ),
    ]

    @Test("change what they say, and nothing else", arguments: expectations)
    func changes(expected: Expectation) throws {
        let example = try ExampleMigration(expected.name)
        var found = Expectation(name: expected.name, changes: [:])
        found.gone = try example.records().goneCount
        for (item, body, answer) in try example.run() {
            switch answer {
            case .changed(let after):
                found.changed += 1
                let id = item.id.description
                if expected.changes[id] != nil { found.changes[id] = try Self.changes(from: body, to: after) }
            case .unchanged: found.unchanged += 1
            case .excluded: found.excluded += 1
            case .skipped(let reason): found.skipped[reason, default: 0] += 1
            case .conflict, .refused: Issue.record("\(item.id): \(answer)")
            }
        }
        #expect(found.changed == expected.changed)
        #expect(found.unchanged == expected.unchanged)
        #expect(found.excluded == expected.excluded)
        #expect(found.skipped == expected.skipped)
        #expect(found.gone == expected.gone)
        #expect(found.changes == expected.changes.mapValues { $0.sorted() })
    }

    @Test("give the same answer in another sandbox, in another order", arguments: ExampleMigration.names)
    func determinism(name: String) throws {
        let example = try ExampleMigration(name)
        let other = try LuaTransform(example.file)
        for (item, body, answer) in try example.run().reversed() {
            #expect(other.apply(to: body, of: item) == answer, "\(item.id)")
        }
    }

    @Test("have nothing to do for a record that they have changed", arguments: ExampleMigration.names)
    func idempotence(name: String) throws {
        let example = try ExampleMigration(name)
        let transform = try LuaTransform(example.file)
        for (item, _, answer) in try example.run() {
            guard case .changed(let after) = answer else { continue }
            let again = transform.apply(to: after, of: item)
            #expect(again == .unchanged || again == .excluded, "\(item.id): \(again)")
        }
    }

    @Test(
        "find their own changes right, and a record that was not changed wrong",
        arguments: ExampleMigration.names.filter { $0 != "backfill" }
    )
    func verification(name: String) throws {
        let example = try ExampleMigration(name)
        try #require(example.file.description.hasVerify)
        let transform = try LuaTransform(example.file)
        for (item, before, answer) in try example.run() {
            guard case .changed(let after) = answer else { continue }
            #expect(transform.problem(after: after, before: before, of: item) == nil, "\(item.id)")
            // That nobody was lost says nothing about who was added.
            guard name != "merge-recipients" else { continue }
            #expect(transform.problem(after: before, before: before, of: item) != nil, "\(item.id)")
        }
    }

    @Test("miss a recipient that was lost")
    func lostRecipient() throws {
        let example = try ExampleMigration("merge-recipients")
        let transform = try LuaTransform(example.file)
        let found = try #require(try example.records().found.first)
        var emptied = try JSONDocument(parsing: found.body)
        try emptied.set(JSONPointer(["github", "gist", "recipients", "iterable"]), toRaw: Array("[]".utf8))
        #expect(
            transform.problem(after: Array(emptied.text.utf8), before: found.body, of: found.item)
                == "radia.lamarr@example.com is no recipient any more"
        )
    }

    /// Records of their own making, which the samples do not have.
    static let unusual: [(name: String, edits: [(path: [String], text: String)], answer: TransformAnswer)] = [
        ("rename-member", [(["x_note"], "1"), (["note"], "2")], .skipped("has both x_note and note")),
        ("rename-member", [(["x_note"], "null")], .excluded),
        (
            "repoint-share-links",
            [
                (["share", "link"], #""https://share.example.com.evil.example/x""#),
                (["share", "short"], #""https://ex.am:1@evil.example/""#),
            ], .excluded
        ),
        ("gists-private", [(["github"], "{}")], .excluded),
    ]

    @Test("leave alone what they are not about", arguments: unusual)
    func others(name: String, edits: [(path: [String], text: String)], answer: TransformAnswer) throws {
        let example = try ExampleMigration(name)
        let sample = try #require(ExampleMigration.samples.first)
        var document = try JSONDocument(parsing: sample.body)
        for edit in edits { try document.set(JSONPointer(edit.path), toRaw: Array(edit.text.utf8)) }
        let item = WorkItem(sequence: 1, id: sample.id)
        #expect(try LuaTransform(example.file).apply(to: Array(document.text.utf8), of: item) == answer)
    }

    @Test("keep port, path, query and fragment of a link")
    func wholeLink() throws {
        let example = try ExampleMigration("repoint-share-links")
        let sample = try #require(ExampleMigration.samples.first)
        var document = try JSONDocument(parsing: sample.body)
        let link = #""HTTPS://Share.Example.com:8443/a/b?c=https://ex.am/#d""#
        try document.set(JSONPointer(["share", "link"]), toRaw: Array(link.utf8))
        let item = WorkItem(sequence: 1, id: sample.id)
        let answer = try LuaTransform(example.file).apply(to: Array(document.text.utf8), of: item)
        guard case .changed(let after) = answer else {
            Issue.record("\(answer)")
            return
        }
        let moved = try JSONDocument(parsing: after).root["share"]?["link"]?.string
        #expect(moved == "HTTPS://links.example.org:8443/a/b?c=https://ex.am/#d")
    }

    @Test("of the benchmark changes every sample")
    func benchmark() throws {
        let transform = try LuaTransform(ExampleMigration("../../Benchmarks/lua/migrate").file)
        for sample in ExampleMigration.samples {
            let item = WorkItem(sequence: 1, id: sample.id)
            guard case .changed(let after) = transform.apply(to: sample.body, of: item) else {
                Issue.record("\(sample.id) is not changed")
                continue
            }
            try #expect(Self.changes(from: sample.body, to: after) == [#"/share/name: nothing → "migrated""#])
        }
    }

    private static func changes(from before: [UInt8], to after: [UInt8]) throws -> [String] {
        JSONDocument.diff(try JSONDocument(parsing: before), try JSONDocument(parsing: after)).map { change in
            "\(change.pointer): \(text(change.old)) → \(text(change.new))"
        }.sorted()
    }

    private static func text(_ value: [UInt8]?) -> String {
        value.map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
    }
}
