import DistributionAPI
import JSONDocument
import TestSupport
import Testing

@Suite("The schema is checked to the last member")
struct SchemaValidatorTests {
    static let id = DistributionID(high: 0x7F1C_0000_0000_4000, low: 0x8000_0000_0000_0001)

    /// The findings' descriptions for a minimal distribution with members added at its end.
    private func findings(extraMembers: String) throws -> [String] {
        try findings(
            String(decoding: ScriptedService.minimalBody(id: Self.id, extraMembers: extraMembers), as: UTF8.self)
        )
    }

    private func findings(_ text: String, as schema: SchemaName = .distribution) throws -> [String] {
        var tape = JSONTape()
        let bytes = Array(text.utf8)
        try bytes.withUnsafeBytes { try tape.parse($0) }
        return bytes.withUnsafeBytes { SchemaValidator.validate(tape, text: $0, as: schema).map(\.description) }
    }

    static let gist = #"""
        "recipients":{"iterable":[]},"public":true,"name":"n","created":{"value":"2026-01-02T03:04:05Z"},"updated":{"value":"2026-01-02T03:04:05Z"},"github_id":"g"
        """#

    @Test(
        "Valid documents have no findings",
        arguments: [
            #""x":1"#, #""github":null"#, #""mailgun":null,"deleted":null"#, #""github":{}"#,
            #""github":{"gist":null}"#,
            #""github":{"gist":{\#(gist),"url":"u","description":null,"unknown":[{"id":1}]}}"#,
            #""schema":{"migration":3,"semantic":"MAJOR_0_MINOR_0_PATCH_1"}"#,
            #""schema":{"migration":2.0,"semantic":"UNKNOWN"}"#, #""schema":{"migration":1e3,"semantic":"UNKNOWN"}"#,
            #""schema":{"migration":1,"semantic":"\u0055NKNOWN"}"#,
            #""mailgun":{"recipients":{"iterable":[{},{"sourced":"GIT_HUB","email":null}]}}"#,
            #""deleted":{"v\u0061lue":"2026-01-02T03:04:05\u005a"}"#,
        ]
    )
    func acceptsValid(extraMembers: String) throws {
        #expect(try findings(extraMembers: extraMembers) == [])
    }

    @Test(
        "Each mistake is named with its place",
        arguments: [
            (#""github":{"gist":{\#(gist),"url":42}}"#, ["github.gist.url: expected string, got number (42)"]),
            (#""github":{"gist":{\#(gist)}}"#, ["github.gist.url: missing required member"]),
            (#""github":{"gist":{\#(gist),"url":null}}"#, ["github.gist.url: expected string, got null"]),
            (#""github":7"#, ["github: expected object, got number (7)"]),
            (#""github":[]"#, ["github: expected object, got array"]),
            (
                #""mailgun":{"recipients":{"iterable":[{},{"email":5}]}}"#,
                ["mailgun.recipients.iterable[2].email: expected string, got number (5)"]
            ),
            (
                #""mailgun":{"recipients":{"iterable":[null,"x"]}}"#,
                [
                    "mailgun.recipients.iterable[1]: expected object, got null",
                    #"mailgun.recipients.iterable[2]: expected object, got string ("x")"#,
                ]
            ),
            (#""mailgun":{"recipients":{"iterable":{}}}"#, ["mailgun.recipients.iterable: expected array, got object"]),
            (#""mailgun":{}"#, ["mailgun.recipients: missing required member"]),
            (#""deleted":{"value":"yesterday"}"#, [#"deleted.value: expected an RFC 3339 date-time, got "yesterday""#]),
            (#""deleted":{"value":true}"#, ["deleted.value: expected an RFC 3339 date-time, got boolean (true)"]),
            (
                #""schema":{"migration":1.5,"semantic":"X"}"#,
                [
                    "schema.migration: expected integer, got number (1.5)",
                    #"schema.semantic: expected one of UNKNOWN, MAJOR_0_MINOR_0_PATCH_1, got "X""#,
                ]
            ),
            (
                #""schema":{"migration":1e999,"semantic":null}"#,
                [
                    "schema.migration: expected integer, got number (1e999)",
                    "schema.semantic: expected one of UNKNOWN, MAJOR_0_MINOR_0_PATCH_1, got null",
                ]
            ),
            (
                #""github":{"gist":{\#(gist),"url":"u","p\u0075blic":"yes"}}"#,
                [#"github.gist.public: expected boolean, got string ("yes")"#]
            ),
        ] as [(String, [String])]
    )
    func namesMistakes(extraMembers: String, expected: [String]) throws {
        #expect(try findings(extraMembers: extraMembers) == expected)
    }

    @Test("Every required member of an empty object is listed")
    func listsAllMissing() throws {
        #expect(
            try findings("{}") == [
                "id: missing required member", "share: missing required member", "created: missing required member",
                "updated: missing required member",
            ]
        )
        #expect(try findings("[]") == ["expected object, got array"])
        #expect(try findings("{}", as: .seededDistribution) == [])
        #expect(
            try findings(#"{"github":{"gist":{}}}"#, as: .seededDistribution) == [
                "github.gist.name: missing required member"
            ]
        )
    }

    @Test("An access that is none is told what there is")
    func namesEnumerationCases() throws {
        let share =
            #"{"id":"s","link":"l","access":"X","accessors":{"iterable":[]},"created":{"value":"2026-01-02T03:04:05Z"},"short":"s"}"#
        #expect(try findings(share, as: .share) == [#"access: expected one of UNKNOWN, PUBLIC, PRIVATE, got "X""#])
    }

    @Test("A hostile document cannot make the list endless, nor a long value the message")
    func boundsFindings() throws {
        let people = Array(repeating: "1", count: 500).joined(separator: ",")
        let found = try findings(extraMembers: #""mailgun":{"recipients":{"iterable":[\#(people)]}}"#)
        #expect(found.count == SchemaValidator.maxFindings)
        let long = try findings(extraMembers: #""deleted":{"value":"\#(String(repeating: "é", count: 5000))"}"#)
        #expect(try #require(long.first).utf8.count < 200)
    }

    @Test("Every sample keeps to the schema", arguments: [1, 2, 3, 4] as [UInt64])
    func acceptsSamples(seed: UInt64) throws {
        for sample in SampleGenerator(seed: seed).prefix(300) {
            #expect(try findings(String(decoding: sample.body, as: UTF8.self)) == [], "seed \(seed)")
            #expect(try CheckedDistribution(sample.body).id == sample.id)
        }
    }

    @Test("Each way to break a valid document is found", arguments: [5, 6] as [UInt64])
    func findsRemovedMembers(seed: UInt64) throws {
        let required = [
            "\"id\":", "\"share\":", "\"created\":", "\"updated\":", "\"value\":", "\"link\":", "\"access\":",
        ]
        for sample in SampleGenerator(seed: seed).prefix(20) {
            for name in required {
                let text = String(decoding: sample.body, as: UTF8.self)
                guard let range = text.firstRange(of: name) else { continue }
                let broken = text.replacingCharacters(in: range, with: "\"renamed\":")
                #expect(try !findings(broken).isEmpty, "seed \(seed): \(name)")
            }
        }
    }
}

extension String {
    fileprivate func firstRange(of part: String) -> Range<String.Index>? {
        let whole = Array(utf8)
        let wanted = Array(part.utf8)
        guard let offset = whole.indices.first(where: { whole[$0...].starts(with: wanted) }) else { return nil }
        let start = utf8.index(utf8.startIndex, offsetBy: offset)
        return start..<utf8.index(start, offsetBy: wanted.count)
    }

    fileprivate func replacingCharacters(in range: Range<String.Index>, with replacement: String) -> String {
        self[..<range.lowerBound] + replacement + self[range.upperBound...]
    }
}
