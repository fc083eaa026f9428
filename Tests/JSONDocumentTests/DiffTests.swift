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
        let a = #"{"z":1,"gone":[1],"l":[1,2,3],"o":{"k":"v","same":0},"g":[]}"#
        let b = #"{"new":{},"o":{"same":0,"k":"w","n~/":1},"l":[1,9],"z":2,"g":[4,5]}"#
        #expect(
            try Self.lines(a, b) == [
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

    @Test(
        "members in step, out of step, twice, escaped",
        arguments: [
            (#"{"a":1,"b":2,"c":3}"#, #"{"a":1,"b":9,"c":3}"#, ["/b 2 -> 9"]),
            (#"{"a":1,"b":2}"#, #"{"a":1,"b":2,"c":3,"d":4}"#, ["/c nothing -> 3", "/d nothing -> 4"]),
            (#"{"a":1,"b":2,"c":3}"#, #"{"a":1,"c":4}"#, ["/b 2 -> nothing", "/c 3 -> 4"]),
            (#"{"a":1,"c":3}"#, #"{"a":1,"b":2,"c":4}"#, ["/c 3 -> 4", "/b nothing -> 2"]),
            (#"{"a":1,"b":2,"c":3}"#, #"{"a":1,"x":2,"c":3}"#, ["/b 2 -> nothing", "/x nothing -> 2"]),
            (#"{"a":1,"b":2}"#, #"{"b":3,"a":1}"#, ["/b 2 -> 3"]),
            ("{}", #"{"a":1}"#, ["/a nothing -> 1"]), (#"{"a":1}"#, "{}", ["/a 1 -> nothing"]),
            // Of names that occur twice the last counts, wherever it is.
            (#"{"a":1,"a":2}"#, #"{"a":3,"a":2}"#, []), (#"{"a":1,"a":2}"#, #"{"a":1,"a":3}"#, ["/a 2 -> 3"]),
            (#"{"a":1,"b":2}"#, #"{"a":1,"b":2,"a":3}"#, ["/a 1 -> 3"]),
            (#"{"a":1,"b":2,"a":3}"#, #"{"a":1,"b":2}"#, ["/a 3 -> 1"]),
            (#"{"x":1,"x":2,"b":3}"#, #"{"b":3}"#, ["/x 2 -> nothing"]),
            (#"{"b":3}"#, #"{"x":1,"x":2,"b":3}"#, ["/x nothing -> 2"]),
            (#"{"\u0061":1,"a":2}"#, #"{"\u0061":3,"a":2}"#, []),
            (#"{"a":1,"b":2}"#, #"{"a":1,"b":2,"\u0061":3}"#, ["/a 1 -> 3"]),
        ]
    )
    func members(_ a: String, _ b: String, _ expected: [String]) throws {
        #expect(try Self.lines(a, b) == expected)
    }

    @Test("as many members as go in step, and more", arguments: 1...20)
    func many(_ count: Int) throws {
        let a = (0..<count).map { "\"m\($0)\":\($0)" }.joined(separator: ",")
        let b = (0..<count).map { "\"m\($0)\":-1" }.joined(separator: ",")
        #expect(try Self.lines("{\(a)}", "{\(b)}") == (0..<count).map { "/m\($0) \($0) -> -1" })
        #expect(try Self.lines("{}", "{\(b)}") == (0..<count).map { "/m\($0) nothing -> -1" })
        #expect(try Self.lines("{\(a)}", "{}") == (0..<count).map { "/m\($0) \($0) -> nothing" })
    }

    @Test("any two objects differ as a plain comparison by name says", arguments: UInt64(1)...200)
    func asThePlainComparison(_ seed: UInt64) throws {
        var source = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let a = try JSONDocument(parsing: PlainComparison.randomObject(&source))
            let b = try JSONDocument(parsing: PlainComparison.randomVariant(of: a, &source))
            var plain = PlainComparison()
            plain.compare(a.root, b.root, at: .root)
            #expect(JSONDocument.diff(a, b) == plain.inOrder + plain.additions, "seed \(seed): \(a) \(b)")
        }
    }

    private static func lines(_ a: String, _ b: String) throws -> [String] {
        JSONDocument.diff(try JSONDocument(parsing: a), try JSONDocument(parsing: b)).map { change in
            let old = change.old.map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
            let new = change.new.map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
            return "\(change.pointer) \(old) -> \(new)"
        }
    }
}
