import JSONDocument
import Testing

@Suite("Text that RFC 8259 allows is accepted and kept")
struct AcceptedTextTests {
    @Test("structures", arguments: structures)
    func structure(_ text: String) throws { try expectKept(text) }

    @Test("numbers", arguments: numbers)
    func number(_ text: String) throws {
        try expectKept(text)
        try expectKept("[\(text)]")
        try expectKept("{\"a\":\(text) }")
    }

    @Test("strings", arguments: strings)
    func string(_ text: String) throws {
        try expectKept(text)
        try expectKept("{\(text):[\(text)]}")
    }

    @Test("a string with a special byte at each place of a word", arguments: 0..<40)
    func specialByteAtEachPlace(_ place: Int) throws {
        let filler = String(repeating: "x", count: place)
        for special in ["\\\"", "é", "\\u0041", "🙂", "\u{7F}"] {
            let document = try JSONDocument(parsing: "[\"\(filler)\(special)\(filler)\",\"next\"]")
            #expect(document.root[1]?.string == "next")
            #expect(document.root[0]?.rawText == "\"\(filler)\(special)\(filler)\"")
        }
    }

    private func expectKept(_ text: String) throws {
        let document = try JSONDocument(parsing: text)
        #expect(document.text == text)
        #expect(ReferenceChecker.accepts(Array(text.utf8)))
        let trimmed = text.drop { " \t\r\n".unicodeScalars.contains($0.unicodeScalars.first ?? "x") }
        #expect(trimmed.utf8.starts(with: document.root.rawText.utf8))
    }

    static let structures = [
        "[]", "{}", "[[]]", "[{}]", "{\"a\":{}}", "{\"a\":[]}", "[ ]", "{ }", " [] ", "[1, 2 ,3]", "null", "true",
        "false",
        "\"\"", "\n[\n]\n", "\t[\t]", "\r\n[]\r\n", "{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":1}", "{\"\":0}",
        "{\"a\\u0000b\":0}",
        "[null,true,false]", "[[],[],{}]", "{\"a\" : 1 , \"b\" : 2}", "[\n    1,\n                2\n]",
        "{\"min\": -1.0e+28, \"max\": 1.0e+28}", "[1,null,null,null,2]", "[2] ", "{\"a\":[{\"b\":[{}]}]}",
    ]

    static let numbers = [
        "0", "-0", "1", "-1", "10", "123", "0.0", "-0.0", "1.5", "0e1", "0E1", "0e+1", "0e-1", "1e1", "1E22", "1E-2",
        "1E+2",
        "123e45", "123.456e78", "-123", "1E400", "-1E400", "1e-400", "0.1e-7", "18446744073709551616", "20e1", "123e65",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "0.4e00669999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999",
        "-0.000000000000000000000000000000000000000000000000000000000000000000000000000001", "1.000000000000000005",
        "100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    ]

    static let strings = [
        "\"a\"", "\"\\\"\"", "\"\\\\\"", "\"\\/\"", "\"\\b\\f\\n\\r\\t\"", "\"\\u0000\"", "\"\\u0012\"", "\"\\uFFFF\"",
        "\"\\uD83d\\uDE42\"", "\"\\uD800\"", "\"\\uDC00\"", "\"\\uDFAA\\uD801\"", "\"\\ud800\\n\"",
        "\"\\uD800\\uD800\\uDC00\"",
        "\"\u{7F}\"", "\"\u{80}\"", "\"é\"", "\"\u{2028}\u{2029}\"", "\"日本\"", "\"🙂\"", "\"\u{10FFFF}\"",
        "\"\u{FFFE}\"",
        "\"\u{FEFF}\"", "\" \"", "\"/\"", "\"a/*b*/c\"", "\"\\\\u0041\"", "\"\\\\\\\\\"", "\"\\u005C\\u0022\"",
        "\"\u{D7FF}\"",
        "\"\u{E000}\"", "\"\u{800}\"", "\"\u{10000}\"", "\"\u{7FF}\"",
    ]
}
