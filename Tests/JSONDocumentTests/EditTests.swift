import JSONDocument
import Testing

@Suite("An edit changes its own bytes and no others")
struct EditTests {
    struct Case: Sendable {
        let before: String
        let pointer: String
        /// `nil` for a removal.
        let value: String?
        let after: String

        init(_ before: String, _ pointer: String, _ value: String?, _ after: String) {
            self.before = before
            self.pointer = pointer
            self.value = value
            self.after = after
        }
    }

    @Test("set and remove", arguments: replacements + additions + removals)
    func edit(_ item: Case) throws {
        var document = try JSONDocument(parsing: item.before)
        let pointer = try JSONPointer(parsing: item.pointer)
        if let value = item.value {
            try document.set(pointer, toRaw: Array(value.utf8))
        } else {
            try document.remove(pointer)
        }
        #expect(document.text == item.after)
        #expect(try JSONDocument(parsing: item.after).nodes == document.nodes)
    }

    static let replacements = [
        Case(#"{ "a" : 1 , "b":2 }"#, "/a", "10", #"{ "a" : 10 , "b":2 }"#),
        Case(#"{"a":1,"a":2}"#, "/a", "3", #"{"a":1,"a":3}"#),
        Case(#"{"\u0061":1}"#, "/a", "3", #"{"\u0061":3}"#),
        Case(#"[1, 1E400 ,-0]"#, "/1", #"{"x":[]}"#, #"[1, {"x":[]} ,-0]"#),
        Case(" 1\n", "", " [2] ", " [2]\n"),
        Case(#"{"a":{"b":[0,{"c":null}]}}"#, "/a/b/1/c", "true", #"{"a":{"b":[0,{"c":true}]}}"#),
    ]

    static let additions = [
        Case("{}", "/a", "1", #"{"a":1}"#),
        Case("{ }", "/a", "1", #"{"a":1 }"#),
        Case(#"{"a":1}"#, "/b", "2", #"{"a":1,"b":2}"#),
        Case(#"{ "a": 1 }"#, "/b", "2", #"{ "a": 1, "b": 2 }"#),
        Case("{\n  \"a\": 1\n}", "/b", "2", "{\n  \"a\": 1,\n  \"b\": 2\n}"),
        Case("{\"a\": 1, \"b\": 2}", "/c", "3", "{\"a\": 1, \"b\": 2, \"c\": 3}"),
        Case("{\n\t\"a\" : 1,\n\t\"b\" : [1,\n2]\n}", "/c", "3", "{\n\t\"a\" : 1,\n\t\"b\" : [1,\n2],\n\t\"c\" : 3\n}"),
        Case("{\"a\": {}}", "/a/x", "1", "{\"a\": {\"x\": 1}}"),
        Case("{\"a\":1}", "/q~0\"~1", "2", "{\"a\":1,\"q~\\\"/\":2}"),
        Case("[]", "/-", "1", "[1]"),
        Case("[]", "/0", "1", "[1]"),
        Case("[1, 2]", "/2", "3", "[1, 2, 3]"),
        Case("[\n  1\n]", "/-", "2", "[\n  1,\n  2\n]"),
    ]

    static let removals = [
        Case(#"{"a":1}"#, "/a", nil, "{}"),
        Case(#"{ "a": 1 }"#, "/a", nil, "{}"),
        Case(#"{"a":1,"b":2,"c":3}"#, "/a", nil, #"{"b":2,"c":3}"#),
        Case(#"{"a":1,"b":2,"c":3}"#, "/b", nil, #"{"a":1,"c":3}"#),
        Case(#"{"a":1,"b":2,"c":3}"#, "/c", nil, #"{"a":1,"b":2}"#),
        Case("{\n  \"a\": 1,\n  \"b\": 2\n}", "/b", nil, "{\n  \"a\": 1\n}"),
        Case("{\n  \"a\": 1,\n  \"b\": 2\n}", "/a", nil, "{\n  \"b\": 2\n}"),
        Case(#"{"a":1,"b":2,"a":3}"#, "/a", nil, #"{"b":2}"#),
        Case(#"{"a":1,"a":3}"#, "/a", nil, "{}"),
        Case("[1,[2,3],4]", "/1/0", nil, "[1,[3],4]"),
        Case("[1,[2,3],4]", "/1", nil, "[1,4]"),
        Case("[1]", "/0", nil, "[]"),
    ]

    @Test(
        "an edit that cannot be done says why and changes nothing",
        arguments: [
            ("/x/y", "1", JSONError.Code.notFound), ("/a/0", "1", .unexpectedShape), ("/l/3", "1", .notFound),
            ("/l/x", "1", .notFound), ("/a", "1,\"z\":2", .invalidSyntax), ("/a", "", .unexpectedEnd),
            ("/new", "[", .unexpectedEnd),
            ("/a", "\"0123456789 0123456789 0123456789\"", .tooLarge), ("/a", "[[[]]]", .tooDeep),
        ]
    )
    func refused(_ pointer: String, _ value: String, _ code: JSONError.Code) throws {
        let limits = JSONLimits(maxBytes: 40, maxDepth: 3)
        let before = try JSONDocument(parsing: "{\"a\":1,\"l\":[1,2]}", limits: limits)
        var document = before
        let error = #expect(throws: JSONError.self) {
            try document.set(JSONPointer(parsing: pointer), toRaw: Array(value.utf8))
        }
        #expect(error?.code == code)
        #expect(document == before)
    }

    @Test(
        "removing what is not there",
        arguments: [("/x", JSONError.Code.notFound), ("/l/2", .notFound), ("", .unexpectedShape)]
    )
    func nothingToRemove(_ pointer: String, _ code: JSONError.Code) throws {
        var document = try JSONDocument(parsing: "{\"a\":1,\"l\":[1,2]}")
        let error = #expect(throws: JSONError.self) { try document.remove(JSONPointer(parsing: pointer)) }
        #expect(error?.code == code)
    }

    @Test("values built by hand are set as compact text")
    func builtValue() throws {
        var document = try JSONDocument(parsing: "{\"a\": 1}")
        try document.set(
            JSONPointer(parsing: "/a"),
            to: ["x": [1, 2.5, nil, true, "é\n"], "raw": .raw(Array(" 1E400 ".utf8))]
        )
        #expect(document.text == "{\"a\": {\"x\":[1,2.5,null,true,\"é\\n\"],\"raw\":1E400}}")
    }
}
