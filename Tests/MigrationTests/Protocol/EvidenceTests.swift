import JSONDocument
import Testing

@testable import Migration

@Suite("What a body that was read back proves")
struct EvidenceTests {
    private static let before = #"{"id":1,"a":{"x":1,"y":[1,2]},"b":"old","updated":{"value":"t0"}}"#
    private static let after = #"{"id":1,"a":{"x":2,"y":[1,2]},"b":"old","updated":{"value":"t0"}}"#
    private static let volatile = [JSONPointer(["updated"])]

    static let cases: [(body: String, finding: Evidence.Finding)] = [
        (after, .applied),
        (before, .untouched),
        // The service set its own time.
        (#"{"id":1,"a":{"x":2,"y":[1,2]},"b":"old","updated":{"value":"t1"}}"#, .applied),
        (#"{"id":1,"a":{"x":1,"y":[1,2]},"b":"old","updated":{"value":"t1"}}"#, .untouched),
        // Order, white space and spelling mean nothing.
        (#"{ "updated":{"value":"t9"}, "b":"\u006fld", "a":{"y":[1, 2], "x":2.0}, "id":1 }"#, .applied),
        (#"{"a":{"y":[1,2],"x":1},"id":1,"b":"old","updated":{"value":"t0"}}"#, .untouched),
        // Somebody else has written elsewhere.
        (#"{"id":1,"a":{"x":2,"y":[1,2]},"b":"new","updated":{"value":"t1"}}"#, .applied),
        (#"{"id":1,"a":{"x":1,"y":[1,2]},"b":"new","updated":{"value":"t1"}}"#, .changedElsewhere),
        (#"{"id":1,"a":{"x":1,"y":[1,2,3]},"b":"old","updated":{"value":"t0"}}"#, .changedElsewhere),
        (#"{"id":1,"a":{"x":1,"y":[1,2]},"b":"old","c":1,"updated":{"value":"t0"}}"#, .changedElsewhere),
        // Somebody else has written what the change writes.
        (#"{"id":1,"a":{"x":3,"y":[1,2]},"b":"old","updated":{"value":"t0"}}"#, .foreign),
        (#"{"id":1,"a":{"y":[1,2]},"b":"old","updated":{"value":"t0"}}"#, .foreign),
        (#"{"id":1,"b":"old","updated":{"value":"t0"}}"#, .foreign),
        (#"{"id":1,"a":null,"b":"old","updated":{"value":"t0"}}"#, .foreign),
    ]

    @Test("is decided on the places that the change touches", arguments: cases)
    func findings(_ example: (body: String, finding: Evidence.Finding)) throws {
        let evidence = try Evidence(
            before: Array(Self.before.utf8),
            after: Array(Self.after.utf8),
            volatile: Self.volatile
        )
        try #expect(evidence.finding(in: Array(example.body.utf8)) == example.finding)
        try #expect(evidence.isApplied(in: Array(example.body.utf8)) == (example.finding == .applied))
    }

    @Test("another record's body says nothing")
    func anotherRecord() throws {
        func text(_ id: Int, _ value: Int) -> [UInt8] {
            Array(#"{"id":"00000000-0000-0000-0000-00000000000\#(id)","a":\#(value)}"#.utf8)
        }
        let evidence = try Evidence(before: text(1, 0), after: text(1, 1), volatile: [])
        for value in 0...2 { try #expect(evidence.finding(in: text(2, value)) == .anotherRecord) }
        try #expect(evidence.finding(in: text(1, 1)) == .applied)
    }

    @Test("leaves out what the service changes by itself")
    func volatileChange() throws {
        let evidence = try Evidence(
            before: Array(#"{"updated":{"value":"t0"}}"#.utf8),
            after: Array(#"{"updated":{"value":"t1"}}"#.utf8),
            volatile: Self.volatile
        )
        #expect(evidence.changes.isEmpty)
    }

    private static let list = (
        before: #"{"list":[{"id":"A","n":true},{"id":"B","n":true},{"id":"C","n":false}]}"#,
        after: #"{"list":[{"id":"A","n":true},{"id":"B","n":false},{"id":"C","n":false}]}"#
    )

    @Test(
        "positions in an array prove nothing when somebody else has written",
        arguments: [
            // The first element was taken out before the change came, and after it.
            (#"{"list":[{"id":"B","n":true},{"id":"C","n":false}]}"#, Evidence.Finding.foreign),
            (#"{"list":[{"id":"B","n":false},{"id":"C","n":false}]}"#, .foreign),
            (list.before, .untouched), (list.after, .applied),
            (#"{"list":[{"id":"A","n":true},{"id":"B","n":true},{"id":"C","n":false}],"x":1}"#, .changedElsewhere),
            (#"{"list":[{"id":"A","n":true},{"id":"B","n":false},{"id":"C","n":false}],"x":1}"#, .applied),
        ]
    )
    func arrays(body: String, finding: Evidence.Finding) throws {
        let evidence = try Evidence(
            before: Array(Self.list.before.utf8),
            after: Array(Self.list.after.utf8),
            volatile: []
        )
        try #expect(evidence.finding(in: Array(body.utf8)) == finding)
    }

    @Test("in the answer to the change itself the service may have added to an array's elements")
    func arraysInTheAnswer() throws {
        let evidence = try Evidence(
            before: Array(Self.list.before.utf8),
            after: Array(Self.list.after.utf8),
            volatile: []
        )
        let body = Array(Self.list.after.replacing(#""n""#, with: #""at":1,"n""#).utf8)
        try #expect(evidence.finding(inAnswer: body) == .applied)
        try #expect(evidence.finding(in: body) == .foreign)
    }

    @Test("a removed member is seen by its absence, an added one by its presence")
    func additionsAndRemovals() throws {
        let evidence = try Evidence(
            before: Array(#"{"old":1,"list":[1,2,3]}"#.utf8),
            after: Array(#"{"new":1,"list":[1,2]}"#.utf8),
            volatile: []
        )
        try #expect(evidence.finding(in: Array(#"{"list":[1,2],"new":1,"more":0}"#.utf8)) == .applied)
        try #expect(evidence.finding(in: Array(#"{"old":1,"list":[1,2,3]}"#.utf8)) == .untouched)
        try #expect(evidence.finding(in: Array(#"{"old":1,"list":[1,2,3],"more":0}"#.utf8)) == .changedElsewhere)
        try #expect(evidence.finding(in: Array(#"{"old":1,"new":1,"list":[1,2]}"#.utf8)) == .foreign)
    }
}
