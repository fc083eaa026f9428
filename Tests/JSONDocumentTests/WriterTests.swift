import JSONDocument
import Testing

@Suite("Writing values")
struct WriterTests {
    static let compactCases: [(JSONValue, String)] = [
        (.null, "null"), (true, "true"), (false, "false"), (-5, "-5"), (.integer(.min), "-9223372036854775808"),
        (2.5, "2.5"), (.number(1e300), "1e+300"), (.number(-0.0), "-0.0"), (.number(.leastNonzeroMagnitude), "5e-324"),
        ("q\"", #""q\"""#), ([], "[]"), ([:], "{}"), ([1, [2], ["a": nil]], #"[1,[2],{"a":null}]"#),
        (["b": 1, "a": 2, "b": 3], #"{"b":1,"a":2,"b":3}"#), (.raw(Array(" [ 1E400 ] ".utf8)), "[ 1E400 ]"),
    ]

    @Test("compact text", arguments: compactCases)
    func compact(_ value: JSONValue, _ text: String) throws {
        #expect(String(decoding: try JSONWriter.compact(value), as: UTF8.self) == text)
        #expect(throws: Never.self) { try JSONDocument(value) }
    }

    @Test("NaN and infinity are an error", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(_ value: Double) {
        let error = #expect(throws: JSONError.self) { try JSONWriter.compact([1, ["a": .number(value)]]) }
        #expect(error?.code == .notFinite)
    }

    @Test("raw text must be one value", arguments: ["", "1,2", "{", "nope", "1 2"])
    func invalidRaw(_ text: String) {
        #expect(throws: JSONError.self) { try JSONWriter.compact([.raw(Array(text.utf8))]) }
    }

    @Test("a value nested beyond the limit is an error")
    func tooDeep() throws {
        var value: JSONValue = []
        for _ in 0..<511 { value = .array([value]) }
        _ = try JSONWriter.compact(value)
        let error = #expect(throws: JSONError.self) { try JSONWriter.compact([value]) }
        #expect(error?.code == .tooDeep)
    }

    @Test(
        "pretty text",
        arguments: [
            ("1E400", "1E400"), ("[]", "[]"), ("{ }", "{}"), ("[1,[],{}]", "[\n  1,\n  [],\n  {}\n]"),
            (
                #"{"a":{"b":[1,{"c":"\u00e9"}]},"d":-0}"#,
                "{\n  \"a\": {\n    \"b\": [\n      1,\n      {\n        \"c\": \"\\u00e9\"\n      }\n    ]\n  },\n  \"d\": -0\n}"
            ),
        ]
    )
    func pretty(_ text: String, _ expected: String) throws {
        let document = try JSONDocument(parsing: text)
        #expect(String(decoding: document.root.pretty(), as: UTF8.self) == expected)
        #expect(try JSONWriter.pretty(.raw(Array(text.utf8))) == Array(expected.utf8))
        #expect(try JSONDocument(parsing: expected).root.compact() == document.root.compact())
    }

    @Test("a part of a document is laid out from its own margin")
    func part() throws {
        let document = try JSONDocument(parsing: #"{"x":0,"a":{"b": [1]},"y":2}"#)
        #expect(document.root["a"]?.pretty() == Array("{\n  \"b\": [\n    1\n  ]\n}".utf8))
        #expect(document.root["a"]?.compact() == Array(#"{"b":[1]}"#.utf8))
    }
}
