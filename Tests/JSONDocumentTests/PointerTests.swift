import JSONDocument
import Testing

@Suite("JSON Pointer (RFC 6901)")
struct PointerTests {
    /// The document of RFC 6901 section 5.
    static let example = #"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#

    @Test(
        "the examples of section 5",
        arguments: [
            ("", example), ("/foo", #"["bar","baz"]"#), ("/foo/0", #""bar""#), ("/", "0"), ("/a~1b", "1"),
            ("/c%d", "2"),
            ("/e^f", "3"), ("/g|h", "4"), (#"/i\j"#, "5"), ("/k\"l", "6"), ("/ ", "7"), ("/m~0n", "8"),
        ]
    )
    func evaluation(_ pointer: String, _ expected: String) throws {
        let document = try JSONDocument(parsing: Self.example)
        #expect(document[try JSONPointer(parsing: pointer)]?.rawText == expected)
        #expect(document.root[try JSONPointer(parsing: pointer)]?.rawText == expected)
    }

    @Test(
        "what names nothing",
        arguments: [
            "/bar", "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/+1", "/foo/1e0", "/foo/", "/foo/0/x", "/a", "//x",
        ]
    )
    func nothing(_ pointer: String) throws {
        let document = try JSONDocument(parsing: Self.example)
        #expect(document[try JSONPointer(parsing: pointer)] == nil)
    }

    @Test("text that is no pointer", arguments: ["foo", " /", "/~", "/~2", "/a~", "/~/b", "#/foo"])
    func invalid(_ text: String) {
        let error = #expect(throws: JSONError.self) { try JSONPointer(parsing: text) }
        #expect(error?.code == .invalidPointer)
    }

    @Test(
        "text and tokens, both ways",
        arguments: [
            ("", []), ("/", [""]), ("//", ["", ""]), ("/~0~1", ["~/"]), ("/~01", ["~1"]), ("/a~1b/0", ["a/b", "0"]),
            ("/é", ["é"]),
            ("/~00", ["~0"]), ("/\u{301}", ["\u{301}"]),
        ]
    )
    func roundTrip(_ text: String, _ tokens: [String]) throws {
        let pointer = try JSONPointer(parsing: text)
        #expect(pointer == JSONPointer(tokens))
        #expect(Array(pointer.description.utf8) == Array(text.utf8))
    }

    @Test("names that only look the same are different pointers")
    func bytewise() {
        #expect(JSONPointer(["\u{E9}"]) != JSONPointer(["e\u{301}"]))
        #expect(Set([JSONPointer(["\u{E9}"]), JSONPointer(["e\u{301}"])]).count == 2)
        #expect(JSONPointer.root.appending("a").appending(3) == JSONPointer(["a", "3"]))
        #expect(JSONPointer(["a", "3"]).parent == JSONPointer(["a"]))
        #expect(JSONPointer.root.parent == nil)
    }
}
