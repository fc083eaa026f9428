import JSONDocument
import Migration
import TestSupport
import Testing

@Suite("The shape of a change")
struct ShapeTests {
    @Test(
        "what is done, where, from what kind to what kind",
        arguments: [
            (#"{"g":{"public":true}}"#, #"{"g":{"public":false}}"#, "replace /g/public true→false"),
            ("{}", #"{"note":"x"}"#, "add /note string"), (#"{"old":{}}"#, "{}", "remove /old object"),
            ("[1,2]", "[1]", "remove /* number"), ("[]", "[[],[]]", "add /* array"),
            (#"{"a":null}"#, #"{"a":-1}"#, "replace /a null→number"),
            (#"{"a":[{"b":1},{"b":2}]}"#, #"{"a":[{"b":3},{"b":4}]}"#, "replace /a/*/b number→number"),
            (#"{"z":1,"a":1}"#, #"{"z":"1"}"#, "remove /a number; replace /z number→string"),
            ("[]", "{}", "replace (document) array→object"),
            (#"{"a":{"17":1}}"#, #"{"a":{"17":2}}"#, "replace /a/* number→number"),
            ("{}", #"{"":1}"#, "add / number"), ("{}", "{}", ""),
        ]
    )
    func signature(_ before: String, _ after: String, _ expected: String) throws {
        #expect(try Self.signature(before, after) == expected)
    }

    @Test(
        "no name can pass for another shape",
        arguments: [
            ("a b", "/a%20b"), ("a; add /b string", "/a%3b%20add%20~1b%20string"), ("*", "/%2a"), ("%2a", "/%252a"),
            ("~/", "/~0~1"), ("\u{1B}[31m", "/%1b[31m"), ("\u{7F}\n", "/%7f%0a"), ("a*", "/a*"), ("ü→", "/ü→"),
        ]
    )
    func hostileNames(_ name: String, _ path: String) {
        let change = JSONChange(pointer: JSONPointer([name]), old: nil, new: Array("1".utf8))
        #expect(Shape.signature(of: [change]) == "add \(path) number")
    }

    @Test("large shapes have a bounded signature that still tells them apart")
    func large() {
        func changes(_ count: Int, last: String) -> [JSONChange] {
            ((0..<count - 1).map { "m\($0)" } + [last]).map {
                JSONChange(pointer: JSONPointer([$0]), old: nil, new: Array("1".utf8))
            }
        }
        #expect(Shape.signature(of: changes(Shape.maxParts, last: "z")).hasSuffix("; add /z number"))
        let first = Shape.signature(of: changes(10_000, last: "x"))
        let second = Shape.signature(of: changes(10_000, last: "y"))
        #expect(first != second)
        #expect(first == Shape.signature(of: changes(10_000, last: "x").reversed()))
        #expect(first.hasPrefix("add /m0 number; add /m1 number; "))
        #expect(first.contains("… 10000 places in all, sha256 "))
        #expect(first.utf8.count <= Shape.maxBytes)
        let name = String(repeating: "n", count: 5000)
        for signature in [changes(1, last: name), changes(2, last: name)].map(Shape.signature) {
            #expect(signature.utf8.count <= Shape.maxBytes)
            #expect(signature.contains("sha256 "))
        }
    }

    @Test("the order of the changes does not matter, nor how often one occurs", arguments: UInt64(1)...50)
    func order(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let values = ["1", "true", "\"s\"", "[]", "{}", "null"].map { Array($0.utf8) }
        var changes = (0..<Int.random(in: 2...20, using: &random)).map { _ in
            JSONChange(
                pointer: JSONPointer([
                    "p", "\(Int.random(in: 8...12, using: &random))", ["a", "b"].randomElement(using: &random) ?? "",
                ]),
                old: Bool.random(using: &random) ? values.randomElement(using: &random) : nil,
                new: values.randomElement(using: &random)
            )
        }
        let signature = Shape.signature(of: changes)
        changes += changes.prefix(3)
        changes.shuffle(using: &random)
        #expect(Shape.signature(of: changes) == signature, "seed \(seed)")
    }

    private static func signature(_ before: String, _ after: String) throws -> String {
        Shape.signature(of: JSONDocument.diff(try JSONDocument(parsing: before), try JSONDocument(parsing: after)))
    }
}
