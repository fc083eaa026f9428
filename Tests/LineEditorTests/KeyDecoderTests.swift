import TestSupport
import Testing

@testable import LineEditor

@Suite("Key decoder")
struct KeyDecoderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let input: String
        let keys: [KeyPress]
        var testDescription: String { input.debugDescription }

        init(_ input: String, _ keys: KeyPress...) {
            self.input = input
            self.keys = keys
        }
    }

    private static func decode(_ bytes: [UInt8]) -> [InputEvent] {
        var decoder = KeyDecoder()
        return decoder.feed(bytes) + decoder.flush()
    }

    private static func typed(_ text: String) -> [InputEvent] {
        text.map { .key(KeyPress(.character($0))) }
    }

    static let controls: [Case] = [
        Case("\u{0}", KeyPress(.character(" "), .control)),
        Case("\u{1}", .control("a")),
        Case("\u{3}", .control("c")),
        Case("\u{8}", KeyPress(.backspace)),
        Case("\t", KeyPress(.tab)),
        Case("\n", KeyPress(.enter)),
        Case("\r", KeyPress(.enter)),
        Case("\u{1A}", .control("z")),
        Case("\u{1C}", .control("\\")),
        Case("\u{1D}", .control("]")),
        Case("\u{1E}", .control("^")),
        Case("\u{1F}", .control("_")),
        Case("\u{7F}", KeyPress(.backspace)),
        Case("\u{1B}", KeyPress(.escape)),
        Case("\u{1B}\u{1B}", KeyPress(.escape), KeyPress(.escape)),
        Case("\u{1B}b", .alt("b")),
        Case("\u{1B}B", .alt("B")),
        Case("\u{1B}.", .alt(".")),
        Case("\u{1B}é", .alt("é")),
        Case("\u{1B}\r", KeyPress(.enter, .alt)),
        Case("\u{1B}\u{7F}", KeyPress(.backspace, .alt)),
        Case("\u{1B}\u{6}", KeyPress(.character("f"), [.control, .alt])),
        Case("\u{1B}[", .alt("[")),
        Case("\u{1B}O", .alt("O")),
        Case("\u{1B}]", .alt("]")),
        Case("\u{1B}\u{1B}x", KeyPress(.escape), .alt("x")),
        Case("a\u{1B}[Ab", KeyPress(.character("a")), KeyPress(.up), KeyPress(.character("b"))),
    ]

    static let sequences: [Case] = [
        Case("[A", KeyPress(.up)), Case("[B", KeyPress(.down)), Case("[C", KeyPress(.right)),
        Case("[D", KeyPress(.left)), Case("[H", KeyPress(.home)), Case("[F", KeyPress(.end)),
        Case("OA", KeyPress(.up)), Case("OB", KeyPress(.down)), Case("OC", KeyPress(.right)),
        Case("OD", KeyPress(.left)), Case("OH", KeyPress(.home)), Case("OF", KeyPress(.end)),
        Case("[1~", KeyPress(.home)), Case("[2~", KeyPress(.insert)), Case("[3~", KeyPress(.delete)),
        Case("[4~", KeyPress(.end)), Case("[5~", KeyPress(.pageUp)), Case("[6~", KeyPress(.pageDown)),
        Case("[7~", KeyPress(.home)), Case("[8~", KeyPress(.end)),
        Case("[Z", KeyPress(.tab, .shift)),
        Case("[1;2C", KeyPress(.right, .shift)), Case("[1;3D", KeyPress(.left, .alt)),
        Case("[1;5C", KeyPress(.right, .control)), Case("[1;6C", KeyPress(.right, [.control, .shift])),
        Case("[1;9A", KeyPress(.up, .alt)), Case("[1;5H", KeyPress(.home, .control)),
        Case("[1;133C", KeyPress(.right, .control)),
        Case("[3;5~", KeyPress(.delete, .control)), Case("[5;3~", KeyPress(.pageUp, .alt)),
        Case("\u{1B}[A", KeyPress(.up, .alt)), Case("\u{1B}OD", KeyPress(.left, .alt)),
        Case("[a", KeyPress(.up, .shift)), Case("[d", KeyPress(.left, .shift)),
        Case("Oa", KeyPress(.up, .control)), Case("Od", KeyPress(.left, .control)),
        Case("[3^", KeyPress(.delete, .control)), Case("[3$", KeyPress(.delete, .shift)),
        Case("[3@", KeyPress(.delete, [.control, .shift])), Case("O5C", KeyPress(.right, .control)),
        Case("OP", KeyPress(.function(1))), Case("OS", KeyPress(.function(4))),
        Case("[[A", KeyPress(.function(1))), Case("[[E", KeyPress(.function(5))),
        Case("[11~", KeyPress(.function(1))), Case("[15~", KeyPress(.function(5))),
        Case("[17~", KeyPress(.function(6))), Case("[21~", KeyPress(.function(10))),
        Case("[24~", KeyPress(.function(12))), Case("[24;2~", KeyPress(.function(12), .shift)),
        Case("[29~", KeyPress(.function(16))), Case("[34~", KeyPress(.function(20))),
        Case("[1;2P", KeyPress(.function(1), .shift)), Case("[1;5R", KeyPress(.function(3), .control)),
        Case("OM", KeyPress(.enter)), Case("Oj", KeyPress(.character("*"))), Case("Oy", KeyPress(.character("9"))),
        Case("[27;5;13~", KeyPress(.enter, .control)), Case("[27;5;105~", .control("i")),
        Case("[27;2;65~", KeyPress(.character("A"))), Case("[27;3;98~", .alt("b")),
        Case("[13;5u", KeyPress(.enter, .control)), Case("[13;2u", KeyPress(.enter, .shift)),
        Case("[27u", KeyPress(.escape)), Case("[9;5u", KeyPress(.tab, .control)),
        Case("[97;5u", .control("a")), Case("[97;2u", KeyPress(.character("A"))),
        Case("[65;5u", .control("a")), Case("[97;4u", .alt("A")),
        Case("[97:65;2u", KeyPress(.character("A"))), Case("[97;1:1u", KeyPress(.character("a"))),
        Case("[127;3u", KeyPress(.backspace, .alt)), Case("[57419u", KeyPress(.up)),
        Case("[57404u", KeyPress(.character("5"))), Case("[57376u", KeyPress(.function(13))),
    ]

    @Test("A control character is a key", arguments: controls)
    func control(_ wanted: Case) {
        #expect(Self.decode(Array(wanted.input.utf8)) == wanted.keys.map { .key($0) })
    }

    @Test("A sequence is a key, wherever it is cut", arguments: sequences)
    func sequence(_ wanted: Case) {
        let bytes = Array("\u{1B}\(wanted.input)x".utf8)
        let keys: [InputEvent] = wanted.keys.map { .key($0) } + Self.typed("x")
        #expect(Self.decode(bytes) == keys)
        for cut in 1..<bytes.count {
            var decoder = KeyDecoder()
            #expect(decoder.feed(bytes[..<cut]) + decoder.feed(bytes[cut...]) == keys, "cut at \(cut)")
        }
    }

    @Test(
        "A sequence without meaning is swallowed whole",
        arguments: [
            "[?1;2c", "[12;40R", "[>0;276;0c", "[200", "[0n", "[?2026;2$y", "[1;3:3A", "[97;1:3u", "[99z", "[E", "[I",
            "[<0;12;4M", "[M !!", "]11;rgb:0000/0000/0000\u{7}", "]11;rgb:0/0/0\u{1B}\\", "P>|term 1.0\u{1B}\\",
            "_Gi=1;OK\u{1B}\\", "[58736u", "[201~", "[99999999999999999999999A",
            "[\(String(repeating: "1;", count: 5000))A",
            "[4;1$y", "[ q", "[1 q",
        ]
    )
    func swallowed(_ sequence: String) {
        var decoder = KeyDecoder()
        var events = decoder.feed("\u{1B}\(sequence)".utf8)
        events += decoder.flush()
        events += decoder.feed("ok".utf8)
        #expect(events == Self.typed("ok"))
    }

    @Test("Ctrl-C gets through an unfinished sequence", arguments: ["[1;", "]0;title", "O", "[["])
    func interruptsSequence(_ sequence: String) {
        #expect(Self.decode(Array("\u{1B}\(sequence)\u{3}".utf8)).last == .key(.control("c")))
    }

    @Test("Only what may go on waits for more")
    func awaitsRest() {
        var decoder = KeyDecoder()
        #expect(!decoder.awaitsRest)
        _ = decoder.feed([0x1B])
        #expect(decoder.awaitsRest)
        #expect(decoder.flush() == [.key(KeyPress(.escape))])
        #expect(!decoder.awaitsRest)
        _ = decoder.feed("\u{1B}[200~a".utf8)
        #expect(!decoder.awaitsRest)
        #expect(decoder.flush().isEmpty)
        #expect(decoder.feed("b\u{1B}[201~".utf8) == [.paste("ab")])
    }
}

@Suite("Key decoder: text")
struct KeyDecoderTextTests {
    @Test(
        "Characters that arrive together are whole clusters",
        arguments: ["abc", "日本", "e\u{301}a", "👨‍👩‍👧‍👦!", "🇫🇷🇩🇪", "한글", "☝🏽", "\u{1112}\u{1161}\u{11AB}", "क्षि"]
    )
    func clusters(_ text: String) {
        var decoder = KeyDecoder()
        #expect(decoder.feed(text.utf8) == text.map { .key(KeyPress(.character($0))) })
    }

    @Test("A character whose bytes arrive one by one is one event")
    func splitCharacter() {
        for text in ["é", "日", "😀"] {
            var decoder = KeyDecoder()
            let events = text.utf8.flatMap { decoder.feed([$0]) }
            #expect(events == text.map { .key(KeyPress(.character($0))) })
        }
    }

    @Test("A combining character that arrives alone is an event of its own")
    func combiningAlone() {
        var decoder = KeyDecoder()
        #expect(decoder.feed("e".utf8) == [.key(KeyPress(.character("e")))])
        #expect(decoder.feed("\u{301}".utf8) == [.key(KeyPress(.character("\u{301}")))])
    }

    @Test(
        "Invalid bytes are replaced",
        arguments: [
            ([0xFF], "\u{FFFD}"), ([0xC3, 0x41], "\u{FFFD}A"), ([0xE2, 0x82, 0x41], "\u{FFFD}A"),
            ([0xC0, 0xAF], "\u{FFFD}\u{FFFD}"), ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0x80, 0x42], "\u{FFFD}B"), ([0xF4, 0x90, 0x41], "\u{FFFD}\u{FFFD}A"), ([0xC3, 0xC3, 0xA9], "\u{FFFD}é"),
        ] as [([UInt8], String)]
    )
    func invalid(_ bytes: [UInt8], _ text: String) {
        var decoder = KeyDecoder()
        #expect(decoder.feed(bytes) == text.map { .key(KeyPress(.character($0))) })
    }

    @Test("No bytes break the decoder, and what it keeps ends", arguments: [1, 2, 3, 4] as [UInt64])
    func anyBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for round in 0..<300 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ -> UInt8 in
                let special: [UInt8] = [0x1B, 0x5B, 0x4F, 0x3B, 0x33, 0x7E, 0x75, 0xE2, 0x82, 0xAC]
                return Bool.random(using: &random)
                    ? special[Int.random(in: 0..<special.count, using: &random)]
                    : UInt8.random(in: 0...255, using: &random)
            }
            var whole = KeyDecoder()
            var cut = KeyDecoder()
            let position = Int.random(in: 0...bytes.count, using: &random)
            let once = KeyDecoderTextTests.text(whole.feed(bytes) + whole.flush())
            let twice = KeyDecoderTextTests.text(
                cut.feed(bytes[..<position]) + cut.feed(bytes[position...]) + cut.flush()
            )
            #expect(once == twice, "seed \(seed) round \(round) cut \(position): \(bytes)")
            _ = whole.feed([0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E, 0x80, 0x80, 0x80, 0x80])
            _ = whole.flush()
            #expect(whole.feed("z".utf8) == [.key(KeyPress(.character("z")))], "seed \(seed) round \(round): \(bytes)")
        }
    }

    /// Events as scalars: how characters join depends on how they arrive.
    private static func text(_ events: [InputEvent]) -> [String] {
        events.flatMap { event -> [String] in
            guard case .key(let key) = event, case .character(let character) = key.code, key.modifiers.isEmpty else {
                return ["\(event)"]
            }
            return character.unicodeScalars.map { "\($0.value)" }
        }
    }
}

@Suite("Key decoder: paste")
struct KeyDecoderPasteTests {
    private static func paste(_ content: [UInt8], maxBytes: Int = KeyDecoder.maxPasteBytes) -> [InputEvent] {
        var decoder = KeyDecoder(maxPasteBytes: maxBytes)
        return decoder.feed("\u{1B}[200~".utf8) + decoder.feed(content) + decoder.feed("\u{1B}[201~".utf8)
    }

    @Test(
        "A paste is one event, cleaned",
        arguments: [
            ("", ""), ("a b", "a b"), ("a\rb", "a\nb"), ("a\r\nb", "a\nb"), ("a\n\nb", "a\n\nb"), ("a\r\rb", "a\n\nb"),
            ("\tx", "\tx"), ("a\u{1}\u{3}\u{7F}b", "ab"), ("x\u{1B}[31my", "x[31my"), ("\u{1B}[20", "[20"),
            ("\u{1B}[20\u{1B}[2", "[20[2"), ("日本 👍🏽", "日本 👍🏽"), ("a\u{85}b\u{9B}c", "abc"), ("\u{1B}\u{1B}", ""),
            ("a\r\u{1}\nb", "a\n\nb"),
        ]
    )
    func cleaned(_ content: String, _ text: String) {
        #expect(Self.paste(Array(content.utf8)) == [.paste(text)])
    }

    @Test("A paste is the same wherever it is cut")
    func cut() {
        let bytes = Array("x\u{1B}[200~a\r\né\u{1B}[20\u{1B}[201~y".utf8)
        for position in 0...bytes.count {
            var decoder = KeyDecoder()
            let events = decoder.feed(bytes[..<position]) + decoder.feed(bytes[position...])
            #expect(
                events == [.key(KeyPress(.character("x"))), .paste("a\né[20"), .key(KeyPress(.character("y")))],
                "cut at \(position)"
            )
        }
    }

    @Test("A paste that is too long is cut at a character, and typing goes on after it")
    func tooLong() {
        #expect(Self.paste(Array("aé日x".utf8), maxBytes: 5) == [.paste("aé")])
        #expect(Self.paste(Array("aé日x".utf8), maxBytes: 6) == [.paste("aé日")])
        #expect(Self.paste(Array("abc".utf8), maxBytes: 2) == [.paste("ab")])
        let large = [UInt8](repeating: 0x61, count: KeyDecoder.maxPasteBytes + 10)
        guard case .paste(let text)? = Self.paste(large).first else {
            Issue.record("no paste")
            return
        }
        #expect(text.utf8.count == KeyDecoder.maxPasteBytes)
    }

    @Test("Invalid bytes in a paste are replaced")
    func invalid() {
        #expect(Self.paste([0x61, 0xFF, 0x62]) == [.paste("a\u{FFFD}b")])
    }
}
