import JSONDocument
import Testing

@Suite("Strings between text and value")
struct StringTests {
    @Test(
        "escapes become bytes; a lone surrogate becomes U+FFFD",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u65E5""#, "Aé日"),
            (#""\uD83D\uDE42!""#, "🙂!"),
            (#""\ud800""#, "\u{FFFD}"), (#""\udc00x""#, "\u{FFFD}x"), (#""\udc00\udc00""#, "\u{FFFD}\u{FFFD}"),
            (#""\ud800\ud83d\ude42""#, "\u{FFFD}🙂"),
            (#""\ud800\u0041""#, "\u{FFFD}A"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\u0000""#, "\0"),
            (#""\uFFFF""#, "\u{FFFF}"),
            (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""plain é""#, "plain é"), (#""\\u0041""#, "\\u0041"),
        ]
    )
    func unescape(_ text: String, _ value: String) throws {
        let string = try JSONDocument(parsing: text).root.string
        #expect(string.map { Array($0.utf8) } == Array(value.utf8))
    }

    @Test(
        "only what must be escaped is",
        arguments: [
            ("", #""""#), ("a/b", #""a/b""#), ("\"\\", #""\"\\""#), ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
            ("\0\u{1F}\u{7F}é🙂", "\"\\u0000\\u001f\u{7F}é🙂\""),
            ("long plain text, then \" a quote", #""long plain text, then \" a quote""#),
        ]
    )
    func quote(_ value: String, _ text: String) throws {
        #expect(String(decoding: JSONString.quoted(value), as: UTF8.self) == text)
    }

    @Test("every scalar survives quoting and reading, by both writers")
    func roundTrip() throws {
        var value = ""
        for scalar in UInt32(0)...0x11FF { value.unicodeScalars.append(Unicode.Scalar(scalar) ?? " ") }
        value += "\u{D7FF}\u{E000}\u{FFFD}\u{FFFE}\u{10000}\u{10FFFF}"
        let text = JSONString.quoted(value)
        #expect(try JSONDocument(parsing: text).root.string.map { Array($0.utf8) } == Array(value.utf8))
        #expect(written(Array(value.utf8)) == text)
    }

    @Test("bytes that are not UTF-8 are refused and leave the output as it was", arguments: RejectedTextTests.notUTF8)
    func notUTF8(_ bytes: [UInt8]) {
        let value = Array("some text \n".utf8) + bytes
        var output = Array("before".utf8)
        let error = #expect(throws: JSONError.self) {
            try value.withUnsafeBytes { try JSONString.appendQuoted($0, to: &output) }
        }
        #expect(error?.code == .invalidUTF8)
        #expect(output == Array("before".utf8))
        var room = [UInt8](repeating: 0, count: JSONString.maxQuotedBytes(count: value.count))
        let written = room.withUnsafeMutableBufferPointer { room in
            value.withUnsafeBytes { value in room.baseAddress.flatMap { JSONString.writeQuoted(value, to: $0) } }
        }
        #expect(written == nil)
    }

    @Test("random strings: both writers agree, reading gives the value back, also in place", arguments: UInt64(1)...20)
    func random(_ seed: UInt64) throws {
        var source = RandomDocument(seed: seed)
        let pieces = ["a", "plain text", "\"", "\\", "\n", "\0", "\u{1F}", "é", "日", "🙂", "/", "\u{7F}"]
        for _ in 0..<200 {
            let value = (0..<source.int(below: 12)).map { _ in pieces[source.int(below: pieces.count)] }.joined()
            let text = JSONString.quoted(value)
            #expect(written(Array(value.utf8)) == text)
            #expect(try JSONDocument(parsing: text).root.string.map { Array($0.utf8) } == Array(value.utf8))

            var content = Array(text.dropFirst().dropLast())
            let expected = content.withUnsafeBytes { JSONString.unescaped($0) }
            #expect(expected == Array(value.utf8))
            let count = content.withUnsafeMutableBufferPointer { content in
                content.baseAddress.map { JSONString.unescape(UnsafeRawBufferPointer(content), into: $0) } ?? 0
            }
            #expect(Array(content[..<count]) == expected)
        }
    }

    private func written(_ utf8: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: JSONString.maxQuotedBytes(count: utf8.count)) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            count = utf8.withUnsafeBytes { JSONString.writeQuoted($0, to: start) } ?? 0
        }
    }
}
