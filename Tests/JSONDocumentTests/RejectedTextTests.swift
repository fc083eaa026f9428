import JSONDocument
import Testing

@Suite("Text that RFC 8259 forbids is refused")
struct RejectedTextTests {
    @Test("structures", arguments: structures)
    func structure(_ text: String) { expectRefused(Array(text.utf8)) }

    @Test("numbers", arguments: numbers)
    func number(_ text: String) {
        expectRefused(Array(text.utf8))
        expectRefused(Array("[\(text)]".utf8))
        expectRefused(Array("{\"a\":\(text)}".utf8))
    }

    @Test("strings", arguments: strings)
    func string(_ text: String) {
        expectRefused(Array(text.utf8))
        expectRefused(Array("[\(text)]".utf8))
        expectRefused(Array("{\(text):1}".utf8))
    }

    @Test("bytes that are not UTF-8, at each place of a word", arguments: notUTF8)
    func invalidUTF8(_ bytes: [UInt8]) {
        for filler in 0..<18 {
            let before = [UInt8](repeating: UInt8(ascii: "x"), count: filler)
            let text = Array("[\"".utf8) + before + bytes + Array("\"]".utf8)
            #expect { try JSONDocument(parsing: text) } throws: { error in
                (error as? JSONError)?.code == .invalidUTF8
            }
        }
        expectRefused(bytes)
        expectRefused(Array("\"".utf8) + bytes)
    }

    @Test("every control character in a string must be escaped", arguments: UInt8(0)..<0x20)
    func controlCharacter(_ byte: UInt8) {
        for filler in 0..<18 {
            let before = [UInt8](repeating: UInt8(ascii: "x"), count: filler)
            expectRefused([UInt8(ascii: "\"")] + before + [byte] + Array("xxxxxxxxxxxx\"".utf8))
        }
    }

    @Test("every truncation of a document is refused")
    func truncation() {
        let text = Array("{\"a\":[1,-2.5e+3,true,false,null,\"x\\u00e9\\n日🙂\"],\"b\":{\"c\":\"d\"}}".utf8)
        for length in 0..<text.count { expectRefused(Array(text[..<length])) }
    }

    private func expectRefused(_ bytes: [UInt8]) {
        #expect(!ReferenceChecker.accepts(bytes))
        #expect(throws: JSONError.self, "\(String(decoding: bytes, as: UTF8.self))") {
            try JSONDocument(parsing: bytes)
        }
    }

    static let structures = [
        "", " ", "\n", "[", "]", "{", "}", "[1,]", "[,1]", "[1,,2]", "[,]", "[1 2]", "[1", "[1,", "[[]", "[]]", "[1}",
        "{]",
        "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"a\"::1}", "{\"a\":1 \"b\":2}",
        "{\"a\":1,,\"b\":2}", "{a:1}",
        "{'a':1}", "{1:1}", "{null:1}", "{\"a\":1", "{\"a\":1}}", "{\"a\":1}x", "[]x", "1 2", "null null", "nul",
        "nulll",
        "tru", "truth", "fals", "False", "TRUE", "NULL", "undefined", "[1]]", "//\n1", "/* */1", "1//", "[1/**/]",
        "\u{A0}1",
        "\u{C}1", "[\u{B}1]", "\u{2028}1", "{\"a\":\"b\"]", "[\"a\":1]", "{\"a\",\"b\"}", "{[]:1}", "*", "<a>", "#1",
        "@",
        "\u{FEFF}", "\u{FEFF}{}", "{\"a\":1,\"b\"", "{\"a\":1,\"b\":", "{\"a\":1, }", "t", "f", "n", "[t]", "\0",
        "[]\0",
        "{\"a\":tru}", "[nul ]", "[\"a\",\n4\n,1,", "[\"a\"", "{\"x\": true, ", "[a]", "é",
    ]

    static let numbers = [
        "-", "+1", "01", "-01", "00", "0123", "1.", ".5", "-.5", "1.e1", "1e", "1E", "1e+", "1e-", "1.5e", "0x10",
        "1_000", "1,5a",
        "Infinity", "-Infinity", "NaN", "-NaN", "1a", "--1", "-+1", "+-1", "1+", "1-", "1.2.3", "1e1.5", "1e1e1", "0e",
        "0e+", "-a",
        "0.e1", "2.e+3", "1 000", "１", "-2.", "0.3e+", "9.e+", "1eE2", "0.1.2", "- 1", "1. 5", "1 e5", "Inf", "0b1",
    ]

    static let strings = [
        "\"", "\"a", "a\"", "'a'", "\"\\\"", "\"\\a\"", "\"\\x00\"", "\"\\u\"", "\"\\u1\"", "\"\\u12\"", "\"\\u123\"",
        "\"\\u123g\"", "\"\\uD800\\u\"", "\"\\uD800\\u1x\"", "\"\\U0041\"", "\"\\ \"", "\"\\\n\"", "\"\n\"", "\"\t\"",
        "\"\0\"",
        "\"\\", "\"\\u00A", "\"\\é\"", "\"\\🙂\"", "\"\\'\"", "\"\\0\"", "\"\\u-123\"", "\"\\u 123\"", "`a`",
    ]

    static let notUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80],
        [0xE0, 0x9F, 0xBF], [0xE1, 0x80], [0xE1, 0x80, 0x41], [0xE1, 0x41, 0x80], [0xED, 0xA0, 0x80],
        [0xED, 0xBF, 0xBF],
        [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80], [0xF0, 0x90, 0x80, 0x41],
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        [0xFF, 0xFE],
        [0xC3, 0xA9, 0xC3], [0xE6, 0x97, 0xA5, 0xE6, 0x97], [0xC3, 0xC3, 0xA9],
    ]
}
