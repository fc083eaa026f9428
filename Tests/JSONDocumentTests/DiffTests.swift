import JSONDocument
import Testing

@Suite("Differences by meaning")
struct DiffTests {
    @Test(
        "texts that mean the same",
        arguments: [
            (#"{"a":1,"b":2}"#, #"{ "b":2, "a":1 }"#), (#""é""#, #""\u00e9""#), ("1.0", "1"), ("10", "1e1"),
            ("1.50", "1.5"),
            (#"{"a":1,"a":2}"#, #"{"a":2}"#), ("1E400", "1E400"), ("[1, 2]", "[1,2]"), (#"{"\u0061":1}"#, #"{"a":1}"#),
            (#""\/""#, #""/""#), ("[ ]", "[]"),
        ]
    )
    func same(_ a: String, _ b: String) throws {
        #expect(JSONDocument.diff(try JSONDocument(parsing: a), try JSONDocument(parsing: b)).isEmpty)
        #expect(JSONDocument.diff(try JSONDocument(parsing: b), try JSONDocument(parsing: a)).isEmpty)
    }

    @Test(
        "texts that do not",
        arguments: [
            ("1", "2"), ("1", "\"1\""), ("null", "false"), ("true", "false"), ("[]", "{}"), ("1E400", "1E401"),
            ("9007199254740993", "9007199254740992"), (#""\ud800""#, #""\ud801""#), (#""\ud800""#, "\"\u{FFFD}\""),
            ("\"\u{E9}\"", "\"e\u{301}\""), ("0", "null"),
        ]
    )
    func different(_ a: String, _ b: String) throws {
        let changes = JSONDocument.diff(try JSONDocument(parsing: a), try JSONDocument(parsing: b))
        #expect(changes == [JSONChange(pointer: .root, old: Array(a.utf8), new: Array(b.utf8))])
    }

    @Test("changes and removals in the order of the first document, then additions")
    func order() throws {
        let a = try JSONDocument(parsing: #"{"z":1,"gone":[1],"l":[1,2,3],"o":{"k":"v","same":0},"g":[]}"#)
        let b = try JSONDocument(parsing: #"{"new":{},"o":{"same":0,"k":"w","n~/":1},"l":[1,9],"z":2,"g":[4,5]}"#)
        let lines = JSONDocument.diff(a, b).map { change in
            let old = change.old.map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
            let new = change.new.map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
            return "\(change.pointer) \(old) -> \(new)"
        }
        #expect(
            lines == [
                "/z 1 -> 2", "/gone [1] -> nothing", "/l/1 2 -> 9", "/l/2 3 -> nothing", #"/o/k "v" -> "w""#,
                "/new nothing -> {}", "/o/n~0~1 nothing -> 1", "/g/0 nothing -> 4", "/g/1 nothing -> 5",
            ]
        )
    }

    @Test("changes that are not for the document leave it as it was")
    func foreignChanges() throws {
        var document = try JSONDocument(parsing: #"{"a":1}"#)
        let changes = [
            JSONChange(pointer: JSONPointer(["a"]), old: nil, new: Array("2".utf8)),
            JSONChange(pointer: JSONPointer(["x", "y"]), old: Array("1".utf8), new: nil),
        ]
        #expect(throws: JSONError.self) { try document.apply(changes) }
        #expect(document.text == #"{"a":1}"#)
    }

    @Test("deep documents are compared without recursion")
    func deep() throws {
        let depth = 10_000
        let limits = JSONLimits(maxDepth: depth)
        let open = String(repeating: "[", count: depth)
        let close = String(repeating: "]", count: depth)
        let a = try JSONDocument(parsing: open + "1" + close, limits: limits)
        let b = try JSONDocument(parsing: open + "2" + close, limits: limits)
        #expect(JSONDocument.diff(a, b).map(\.pointer.tokens.count) == [depth])
    }
}
