import JSONDocument
import Testing

@Suite("A parse error says what, where, and what was expected")
struct ParseErrorTests {
    struct Case: Sendable {
        let text: String
        let code: JSONError.Code
        let line: Int
        let column: Int
        let byte: Int
        let detail: String
    }

    @Test(arguments: cases)
    func message(_ item: Case) throws {
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: item.text) }
        #expect(error?.code == item.code)
        #expect(error?.position == JSONError.Position(byteOffset: item.byte, line: item.line, column: item.column))
        let place = "line \(item.line), column \(item.column) (byte \(item.byte))"
        #expect(error?.message == "invalid JSON at \(place): \(item.detail)")
    }

    static let cases = [
        Case(
            text: "{\n  \"a\": 1\n  x}",
            code: .invalidSyntax,
            line: 3,
            column: 3,
            byte: 13,
            detail: "expected ',' or '}' after a member, found 'x'"
        ),
        Case(
            text: "[1 é]",
            code: .invalidSyntax,
            line: 1,
            column: 4,
            byte: 3,
            detail: "expected ',' or ']' after an element, found 'é'"
        ),
        Case(
            text: "[\"日本\", x]",
            code: .invalidSyntax,
            line: 1,
            column: 8,
            byte: 11,
            detail: "expected a value, found 'x'"
        ),
        Case(
            text: "",
            code: .unexpectedEnd,
            line: 1,
            column: 1,
            byte: 0,
            detail: "expected a value, found the end of the text"
        ),
        Case(
            text: "{\"a\":1,\n}",
            code: .invalidSyntax,
            line: 2,
            column: 1,
            byte: 8,
            detail: "expected a member name in quotes after ',', found '}'"
        ),
        Case(
            text: "{a:1}",
            code: .invalidSyntax,
            line: 1,
            column: 2,
            byte: 1,
            detail: "expected a member name in quotes or '}', found 'a'"
        ),
        Case(
            text: "{\"a\" 1}",
            code: .invalidSyntax,
            line: 1,
            column: 6,
            byte: 5,
            detail: "expected ':' after a member name, found '1'"
        ),
        Case(
            text: "\"a\tb\"",
            code: .invalidSyntax,
            line: 1,
            column: 3,
            byte: 2,
            detail: "a control character in a string must be escaped, found byte 0x09"
        ),
        Case(
            text: "\"abc",
            code: .unexpectedEnd,
            line: 1,
            column: 5,
            byte: 4,
            detail: "expected '\"' at the end of a string, found the end of the text"
        ),
        Case(
            text: "\u{FEFF}{}",
            code: .byteOrderMark,
            line: 1,
            column: 1,
            byte: 0,
            detail: "the text must not begin with a byte order mark (EF BB BF): remove it"
        ),
        Case(
            text: "[01]",
            code: .invalidSyntax,
            line: 1,
            column: 2,
            byte: 1,
            detail: "a number must not begin with a superfluous 0"
        ),
        Case(
            text: "{} {",
            code: .invalidSyntax,
            line: 1,
            column: 4,
            byte: 3,
            detail: "expected the end of the text after the value, found '{'"
        ),
        Case(
            text: "[tru]",
            code: .invalidSyntax,
            line: 1,
            column: 2,
            byte: 1,
            detail: "expected true, false or null, found a word that begins with 't'"
        ),
        Case(
            text: "[-x]",
            code: .invalidSyntax,
            line: 1,
            column: 3,
            byte: 2,
            detail: "expected a digit in a number, found 'x'"
        ),
    ]

    @Test("an invalid byte is shown in hexadecimal at its place")
    func invalidByte() {
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: [0x22, 0x61, 0xFF, 0x22]) }
        #expect(error?.message == "invalid JSON at line 1, column 3 (byte 2): the text must be UTF-8, found byte 0xFF")
    }
}

@Suite("Limits of length and depth")
struct ParseLimitTests {
    private func nested(_ depth: Int, _ open: String, _ middle: String, _ close: String) -> String {
        String(repeating: open, count: depth) + middle + String(repeating: close, count: depth)
    }

    @Test(
        "512 levels are accepted, 513 are not",
        arguments: [("[", "", "]"), ("{\"a\":", "1", "}"), (" [ ", "{}", " ]")]
    )
    func depth(_ open: String, _ middle: String, _ close: String) throws {
        let inner = middle == "{}" ? 1 : 0
        _ = try JSONDocument(parsing: nested(512 - inner, open, middle, close))
        let error = #expect(throws: JSONError.self) {
            try JSONDocument(parsing: nested(513 - inner, open, middle, close))
        }
        #expect(error?.code == .tooDeep)
        #expect(error?.message.hasSuffix("nested deeper than the limit of 512") == true)
    }

    @Test("depth counts what is open, not what has been")
    func siblingsAreNotDeep() throws {
        let text = "[" + Array(repeating: "[[]]", count: 2000).joined(separator: ",") + "]"
        _ = try JSONDocument(parsing: text, limits: JSONLimits(maxDepth: 3))
        #expect(throws: JSONError.self) { try JSONDocument(parsing: text, limits: JSONLimits(maxDepth: 2)) }
    }

    @Test("100,000 open brackets end in an error, not in a crash")
    func unclosedBrackets() {
        let text = String(repeating: "[", count: 100_000)
        let deep = #expect(throws: JSONError.self) { try JSONDocument(parsing: text) }
        #expect(deep?.code == .tooDeep)
        let limits = JSONLimits(maxDepth: 1_000_000)
        let ended = #expect(throws: JSONError.self) { try JSONDocument(parsing: text, limits: limits) }
        #expect(ended?.code == .unexpectedEnd)
    }

    @Test("a text of exactly the limit is accepted, one byte more is not")
    func length() throws {
        _ = try JSONDocument(parsing: "[1,2]", limits: JSONLimits(maxBytes: 5))
        let error = #expect(throws: JSONError.self) {
            try JSONDocument(parsing: "[1,23]", limits: JSONLimits(maxBytes: 5))
        }
        #expect(error == JSONError(.tooLarge, "JSON text of 6 bytes is over the limit of 5 bytes"))
    }

    @Test("limits are brought into what 32-bit offsets can hold")
    func clamped() {
        #expect(JSONLimits(maxBytes: .max).maxBytes == Int(UInt32.max))
        #expect(JSONLimits.default.maxBytes == 16_777_216)
        #expect(JSONLimits.default.maxDepth == 512)
    }
}
