import JSONDocument
import TestSupport
import Testing

@testable import Migration

@Suite("Taking a change of a record back")
struct RestorationTests {
    private static let volatile = [JSONPointer(["updated"])]

    struct Example: Sendable {
        var name: String
        var before: String
        var after: String
        var current: String
        /// `nil` for a conflict; equal to `current` when nothing is to be done.
        var expected: String?
    }

    static let examples = [
        Example(
            name: "nobody else has written: the old bytes, with the service's own values",
            before: #"{"b": 1, "a":1.0,"updated":"t0"}"#,
            after: #"{"b": 1, "a":2,"updated":"t0"}"#,
            current: #"{"a":2,"b":1,"updated":"t7"}"#,
            expected: #"{"b": 1, "a":1.0,"updated":"t7"}"#
        ),
        Example(
            name: "what others wrote elsewhere stays",
            before: #"{"a":1,"b":1}"#,
            after: #"{"a":2,"b":1}"#,
            current: #"{"a":2,"b":9,"c":[1]}"#,
            expected: #"{"a":1,"b":9,"c":[1]}"#
        ),
        Example(
            name: "what others wrote in the same place stays",
            before: #"{"a":1}"#,
            after: #"{"a":2}"#,
            current: #"{"a":3}"#,
            expected: nil
        ),
        Example(
            name: "the old values are there already",
            before: #"{"a":1,"b":1}"#,
            after: #"{"a":2,"b":1}"#,
            current: #"{"a":1,"b":7}"#,
            expected: #"{"a":1,"b":7}"#
        ),
        Example(
            name: "an added member goes",
            before: #"{"b":1}"#,
            after: #"{"b":1,"a":{"x":[1,2]}}"#,
            current: #"{"b":2,"a":{"x":[1,2]}}"#,
            expected: #"{"b":2}"#
        ),
        Example(
            name: "a removed member comes back",
            before: #"{"a":{"x":1.50},"b":1}"#,
            after: #"{"b":1}"#,
            current: #"{"b":2}"#,
            expected: #"{"b":2,"a":{"x":1.50}}"#
        ),
        Example(
            name: "a renamed member is named as before",
            before: #"{"old":"v","b":1}"#,
            after: #"{"new":"v","b":1}"#,
            current: #"{"new":"v","b":2}"#,
            expected: #"{"b":2,"old":"v"}"#
        ),
        Example(
            name: "a list that grew shrinks again",
            before: #"{"l":[1],"b":1}"#,
            after: #"{"l":[1,2,3],"b":1}"#,
            current: #"{"l":[1,2,3],"b":2}"#,
            expected: #"{"l":[1],"b":2}"#
        ),
        Example(
            name: "a list from which others have taken an element is left alone",
            before: #"{"l":[{"i":"A","n":true},{"i":"B","n":true},{"i":"C","n":false}]}"#,
            after: #"{"l":[{"i":"A","n":true},{"i":"B","n":false},{"i":"C","n":false}]}"#,
            current: #"{"l":[{"i":"B","n":false},{"i":"C","n":false}]}"#,
            expected: nil
        ),
        Example(
            name: "a list that shrank grows again",
            before: #"{"l":[1,2,3],"b":1}"#,
            after: #"{"l":[1],"b":1}"#,
            current: #"{"l":[1],"b":2}"#,
            expected: #"{"l":[1,2,3],"b":2}"#
        ),
    ]

    @Test("gives the old values back where the new ones stand", arguments: examples)
    func restoring(_ example: Example) throws {
        let outcome = try Restoration.restore(
            before: Array(example.before.utf8),
            after: Array(example.after.utf8),
            current: Array(example.current.utf8),
            volatile: Self.volatile
        )
        switch (outcome, example.expected) {
        case (.conflict, nil): break
        case (.alreadyRestored, example.current): break
        case (.restored(let text), let expected?): #expect(String(decoding: text, as: UTF8.self) == expected)
        default: Issue.record("\(example.name): \(outcome)")
        }
    }
}
