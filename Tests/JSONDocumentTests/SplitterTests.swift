import JSONDocument
import Testing

@Suite("The splitter takes list elements out of a stream", .timeLimit(.minutes(4)))
struct SplitterTests {
    /// Feeds `text` in chunks of `size` bytes.
    private func split(
        _ text: [UInt8],
        size: Int,
        splitter: JSONElementSplitter = JSONElementSplitter()
    ) throws(JSONError) -> [[UInt8]] {
        var splitter = splitter
        var elements: [[UInt8]] = []
        var index = 0
        while index < text.count {
            let end = min(index + size, text.count)
            elements += try splitter.feed(Array(text[index..<end]))
            index = end
        }
        try splitter.finish()
        #expect(splitter.isComplete)
        #expect(splitter.elementCount == elements.count)
        return elements
    }

    @Test(
        "elements, whatever surrounds them",
        arguments: [
            (#"{"iterable":[]}"#, []), (#" { "iterable" : [ ] } "#, []), (#"{"iterable":[1]}"#, ["1"]),
            (
                #"{"iterable":[ 1 , "a]\"" ,{"b":[2]} ,[ ],null,-1.5e3]}"#,
                ["1", #""a]\"""#, #"{"b":[2]}"#, "[ ]", "null", "-1.5e3"]
            ),
            (#"{"schema":{"iterable":[9]},"n":[1,"]}"],"iterable":[{}],"after":"\\","x":1}"#, ["{}"]),
            (#"{"iter\u0061ble":[true]}"#, ["true"]),
            (#"{"iterable2":[1],"iterabl":[2],"iterable":[3],"":[4]}"#, ["3"]),
            (#"{"\u0069\u0074\u0065\u0072\u0061\u0062\u006c\u0065":[7]}"#, ["7"]),
            (#"{"\u0069\u0074\u0065\u0072\u0061\u0062\u006c\u0065\n":[7],"iterable":[8]}"#, ["8"]),
            (#"{"iterable, and a name far longer than any way to write that":[7],"iterable":[8]}"#, ["8"]),
            ("{\"x\":null,\n\"iterable\":\n[\n1\n,\n2\n]\n}\n", ["1", "2"]),
        ]
    )
    func elements(_ text: String, _ expected: [String]) throws {
        for size in 1...(text.utf8.count + 1) {
            #expect(try split(Array(text.utf8), size: size).map { String(decoding: $0, as: UTF8.self) } == expected)
        }
    }

    @Test(
        "malformed structure",
        arguments: [
            "[1]", "null", "1", "x", "{iterable:[]}", "{,}", #"{"iterable"}"#, #"{"iterable" []}"#,
            #"{"iterable":[1 2]}"#,
            #"{"iterable":[,1]}"#, #"{"iterable":[1,]}"#, #"{"iterable":[1,,2]}"#, #"{"iterable":[]]}"#,
            #"{"iterable":[}"#,
            #"{"iterable":[{]}]}"#, #"{"iterable":[[}]}"#, #"{"iterable":[]} x"#, #"{"iterable":[]}{"#,
            #"{"iterable":[] "a":1}"#,
            #"{"iterable":[],}"#, #"{"iterable":{}}"#, #"{"iterable":null}"#, #"{"iterable":"[]"}"#, #"{"a":1}"#, "{}",
            "",
            #"{"iterable":["#, #"{"iterable":[1"#, #"{"iterable":["a"#, #"{"iterable":[]"#,
            #"{"iterable":[],"iterable":[]}"#,
            #"{"a":1{},"iterable":[]}"#, #"{"a":,"iterable":[]}"#, #"{"a":1"b":2,"iterable":[]}"#,
            #"{"a":x,"iterable":[]}"#,
            "{\"iterable\":[\"a\nb\"]}", "{\"a\tb\":1,\"iterable\":[]}", #"{"iterable":[+1]}"#, #"{"iterable":[1"a"]}"#,
            "\u{FEFF}{\"iterable\":[]}", #"{"iterable":[1}]"#, #"{"iterable":[],"iter\u0061ble":[]}"#,
        ]
    )
    func malformed(_ text: String) {
        let whole = #expect(throws: JSONError.self) { try split(Array(text.utf8), size: text.utf8.count + 1) }
        let single = #expect(throws: JSONError.self) { try split(Array(text.utf8), size: 1) }
        #expect(whole == single)
    }

    @Test("errors name the place in the whole stream, not in the chunk")
    func position() {
        let text = Array("{\"x\":\"é\",\n\"iterable\":[1,\n  ?]}".utf8)
        let error = #expect(throws: JSONError.self) { try split(text, size: 3) }
        #expect(
            error?.message == "invalid JSON at line 3, column 3 (byte 28): expected a value after ',', found '?'"
        )
        let shape = #expect(throws: JSONError.self) { try split(Array("{\"iterable\":{}}".utf8), size: 4) }
        #expect(shape?.code == .unexpectedShape)
        #expect(
            shape?.message
                == "invalid JSON at line 1, column 13 (byte 12): expected an array in \"iterable\", found '{'"
        )
        let end = #expect(throws: JSONError.self) { try split(Array("{\"iterable\":[1".utf8), size: 4) }
        #expect(end?.code == .unexpectedEnd)
    }

    @Test("an element of exactly the limit passes, one byte more does not", arguments: [1, 3, 1000])
    func elementLimit(_ size: Int) throws {
        let splitter = JSONElementSplitter(limits: JSONLimits(maxBytes: 5))
        let skipped = "{\"skipped\":\"longer than the limit\",\"iterable\":"
        #expect(try split(Array("\(skipped)[\"abc\",12345 ]}".utf8), size: size, splitter: splitter).count == 2)
        let error = #expect(throws: JSONError.self) {
            try split(Array("\(skipped)[1,\"abcd\"]}".utf8), size: size, splitter: splitter)
        }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("element 1 of the list is over the limit of 5 bytes") == true)
    }

    @Test("an endless element is refused while it arrives")
    func endlessElement() throws {
        var splitter = JSONElementSplitter(limits: JSONLimits(maxBytes: 10_000))
        #expect(try splitter.feed(Array("{\"iterable\":[\"".utf8)).isEmpty)
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 1000)
        for _ in 0..<9 { #expect(try splitter.feed(chunk).isEmpty) }
        let error = #expect(throws: JSONError.self) { _ = try splitter.feed(chunk) }
        #expect(error?.code == .tooLarge)
    }

    @Test("512 levels pass as they do in a parser, 513 do not", arguments: ["iterable", "other"])
    func depthLimit(_ member: String) throws {
        func text(_ levels: Int) -> [UInt8] {
            let open = String(repeating: "[", count: levels)
            let close = String(repeating: "]", count: levels)
            let outer = member == "iterable" ? "" : ",\"iterable\":[]"
            return Array("{\"\(member)\":\(open)\(close)\(outer)}".utf8)
        }
        _ = try JSONDocument(parsing: text(511))
        _ = try split(text(511), size: 7)
        let error = #expect(throws: JSONError.self) { try split(text(512), size: 7) }
        #expect(error?.code == .tooDeep)
        #expect(throws: JSONError.self) { try JSONDocument(parsing: text(512)) }
    }

    @Test("elements before an error are delivered")
    func elementsBeforeError() {
        var splitter = JSONElementSplitter()
        var elements: [[UInt8]] = []
        let text = Array("{\"iterable\":[1,2 3]}".utf8)
        #expect(throws: JSONError.self) {
            try text.withUnsafeBytes { try splitter.feed($0) { elements.append($0) } }
        }
        #expect(elements == [Array("1".utf8), Array("2".utf8)])
    }

    @Test("random lists: byte by byte, in random chunks and whole are what a parser finds", arguments: UInt64(1)...60)
    func random(_ seed: UInt64) throws {
        var source = RandomDocument(seed: seed)
        for _ in 0..<10 {
            let text = randomList(&source)
            let parsed = try JSONDocument(parsing: text)
            let expected = parsed.root["iterable"].map { $0.elements.map { Array($0.rawBytes) } }
            #expect(try split(text, size: text.count) == expected)
            #expect(try split(text, size: 1) == expected)
            #expect(try split(text, size: 1 + source.int(below: 20)) == expected)
        }
    }

    /// An object with a list of random elements between other members.
    private func randomList(_ source: inout RandomDocument) -> [UInt8] {
        var text = Array("{".utf8)
        for position in 0..<source.int(below: 3) {
            text += Array("\"before\(position)\":".utf8) + source.text() + Array(",".utf8)
        }
        text += Array(" \"iterable\" : [".utf8)
        for position in 0..<source.int(below: 6) {
            if position > 0 { text.append(UInt8(ascii: ",")) }
            text += source.text()
        }
        text += Array("]".utf8)
        for position in 0..<source.int(below: 3) {
            text += Array(",\"after\(position)\":".utf8) + source.text()
        }
        return text + Array("}\n".utf8)
    }
}
