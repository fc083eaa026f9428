import DistributionAPI
import Foundation
import JSONDocument
import TestSupport
import Testing

@Suite("The typed model edits bytes and loses nothing")
struct DistributionModelTests {
    static let text = #"""
        { "id" : "7f1c0000-0000-4000-8000-000000000001", "x":1.50, "y":[ ],
          "share":{"id":"s","link":"l","access":"PRIVATE","accessors":{"iterable":[]},"created":{"value":"2026-01-02T03:04:05Z"},"short":"s"},
          "created":{"value":"2026-01-02T03:04:05Z"}, "updated":{"value":"2026-01-02T03:04:05Z","readable":"then"},
          "github" : { "gist" : { "recipients":{"iterable":[{"email":"a@b.c","z":null}, {"name":"\u00e9"} ]}, "public":true, "name":"n",
            "created":{"value":"2026-01-02T03:04:05Z"},"updated":{"value":"2026-01-02T03:04:05Z"},"github_id":"g","url":"u" } } }
        """#

    private func edited(_ old: String, _ new: String) -> String {
        Self.text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }

    typealias Edit = @Sendable (inout Distribution) -> Void

    static let edits: [(edit: Edit, old: String, new: String)] = [
        ({ $0.github?.gist?.isPublic = false }, #""public":true"#, #""public":false"#),
        ({ $0.github?.gist?.url = "v\n" }, #""url":"u""#, #""url":"v\n""#),
        ({ $0.share.access = .public }, #""access":"PRIVATE""#, #""access":"PUBLIC""#),
        ({ $0.updated.readable = nil }, #","readable":"then""#, ""),
        ({ $0.updated.readable = "now" }, #""then""#, #""now""#),
        ({ $0.github?.gist?.recipients.people[1].name = "e" }, #""\u00e9""#, #""e""#),
        ({ $0.github?.gist?.recipients.people[0].email = nil }, #""email":"a@b.c","#, ""),
        ({ $0.github?.gist?.recipients.people.removeLast() }, #", {"name":"\u00e9"}"#, ""),
        (
            { $0.github?.gist?.recipients.people.append(.init(name: "w")) }, #"{"name":"\u00e9"}"#,
            #"{"name":"\u00e9"}, {"name":"w"}"#
        ),
        ({ $0.github?.gist?.recipients.people[0].source = .gitHub }, #""z":null}"#, #""z":null,"sourced":"GIT_HUB"}"#),
        (
            { $0.updated.time = DateTime(secondsSince1970: 0) }, #""updated":{"value":"2026-01-02T03:04:05Z","r"#,
            #""updated":{"value":"1970-01-01T00:00:00.000Z","r"#
        ),
        ({ $0.github?.gist?.isPublic = true }, "none", "none"),
        (
            { distribution in
                let gist = distribution.github?.gist
                distribution.github?.gist = gist
            }, "none", "none"
        ),
        ({ $0.mailgun = nil }, "none", "none"),
        ({ $0.mailgun?.recipients.people = [] }, "none", "none"),
    ]

    @Test("Setting a member changes its bytes and no others", arguments: edits.indices)
    func editsBytes(index: Int) throws {
        let (edit, old, new) = Self.edits[index]
        var distribution = try Distribution(parsing: Self.text)
        edit(&distribution)
        #expect(distribution.description == edited(old, new))
    }

    @Test("Members are read with their types")
    func reads() throws {
        let distribution = try Distribution(parsing: Self.text)
        #expect(distribution.findings == [])
        #expect(distribution.id == .first)
        #expect(distribution.github?.gist?.recipients.people.map(\.name) == [nil, "é"])
        #expect(distribution.share.access == .private)
        #expect(distribution.created.time == DateTime(secondsSince1970: 1_767_323_045))
        #expect(distribution.mailgun == nil)
        #expect(distribution.schemaVersion == nil)
        #expect(distribution.share.assets == nil)
    }

    @Test("What is missing or of another type reads as nothing, not as a failure")
    func readsLeniently() throws {
        let distribution = try Distribution(parsing: #"{"id":5,"share":{"access":"NEW"},"github":[],"mailgun":{}}"#)
        #expect(distribution.id == nil)
        #expect(distribution.idText == "")
        #expect(distribution.share.access.rawValue == "NEW")
        #expect(distribution.share.accessors.accessors == [])
        #expect(distribution.github == nil)
        #expect(distribution.mailgun?.recipients.people == [])
        #expect(distribution.created.time == nil)
        #expect(distribution.findings.count > 5)
    }

    @Test("Only an object is a distribution", arguments: ["[]", "", "7", "{", "{}x", "null"])
    func refusesOthers(text: String) {
        let error = #expect(throws: DistributionError.self) { _ = try Distribution(parsing: text) }
        #expect(error?.code == .invalid)
    }

    @Test("A required object that is missing comes into being when it is set")
    func makesObjects() throws {
        var distribution = try Distribution(parsing: "{}")
        distribution.share.accessors.accessors = []
        distribution.created = .init(fixedTime)
        #expect(
            distribution.description
                == #"{"share":{"accessors":{"iterable":[]}},"created":{"value":"2026-11-23T14:28:22.123Z"}}"#
        )
    }

    @Test("Equality is by meaning")
    func comparesMeaning() throws {
        let left = try Distribution(parsing: #"{"id":"a","n":1.0,"s":"\u0041"}"#)
        #expect(left == (try Distribution(parsing: #"{ "s":"A", "n":1, "id":"a" }"#)))
        #expect(left != (try Distribution(parsing: #"{"id":"a","n":1.0}"#)))
        #expect(left != (try Distribution(parsing: #"{"id":"a","n":1.5,"s":"A"}"#)))
    }

    @Test("Codable keeps members that the contract does not name", arguments: [21, 22] as [UInt64])
    func codes(seed: UInt64) throws {
        for sample in SampleGenerator(seed: seed).prefix(60) {
            let distribution = try Distribution(parsing: sample.body)
            let decoded = try JSONDecoder().decode(Distribution.self, from: Data(sample.body))
            #expect(decoded == distribution, "seed \(seed)")
            let encoded = try JSONEncoder().encode(distribution)
            #expect(try Distribution(parsing: Array(encoded)) == distribution, "seed \(seed)")
        }
        let odd = #"{"a":null,"b":[1,-2.5,true,[],{}],"c":18446744073709551615,"d":-9223372036854775808,"e":"\u0000é"}"#
        let decoded = try JSONDecoder().decode(Distribution.self, from: Data(odd.utf8))
        #expect(decoded == (try Distribution(parsing: odd)))
        #expect(throws: DecodingError.self) { _ = try JSONDecoder().decode(Distribution.self, from: Data("[]".utf8)) }
    }
}

@Suite("Samples are made from their seed alone")
struct SampleGeneratorTests {
    @Test("The same seed makes the same samples, another seed others")
    func isDeterministic() {
        let first = Array(SampleGenerator(seed: 42).prefix(200))
        #expect(first == Array(SampleGenerator(seed: 42).prefix(200)))
        #expect(first != Array(SampleGenerator(seed: 43).prefix(200)))
        #expect(Set(first.map(\.id)).count == 200)
        #expect(first[0].id.description == "bdd73226-2feb-4e95-a8ef-e333b266f103")
    }

    @Test("Samples are of a realistic size and variety")
    func isRealistic() {
        let samples = Array(SampleGenerator(seed: 1).prefix(1000))
        let sizes = samples.map(\.body.count).sorted()
        #expect(450...900 ~= sizes[500])
        #expect(sizes[999] > 1500)
        #expect(samples.contains { $0.body.contains { $0 >= 0x80 } })
        #expect(samples.contains { String(decoding: $0.body, as: UTF8.self).contains("\"x_") })
    }
}
