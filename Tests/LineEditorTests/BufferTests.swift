import TestSupport
import Testing

@testable import LineEditor

@Suite("The buffer")
struct BufferTests {
    static let family = "👩‍👩‍👧‍👦"

    @Test(
        "An insertion joins with its neighbours as the whole text would",
        arguments: [
            EditCase("e|", "\u{301}", "e\u{301}|"),
            EditCase("e|x", "\u{301}", "e\u{301}|x"),
            EditCase("👩|", "\u{200D}", "👩\u{200D}|"),
            EditCase("👩\u{200D}|", "👩", "👩\u{200D}👩|"),
            EditCase("|\u{1F1EA}\u{1F1EB}", "\u{1F1E9}", "\u{1F1E9}\u{1F1EA}|\u{1F1EB}"),
            EditCase("👍|", "🏽", "👍🏽|"),
            EditCase("\u{1100}|", "\u{1161}", "\u{1100}\u{1161}|"),
            EditCase("a|", "", "a|"),
            EditCase("|", "\u{301}", "\u{301}|"),
        ]
    )
    func joining(_ row: EditCase) {
        var buffer = TextBuffer(marked: row.before)
        buffer.insert(row.typed)
        #expect(buffer.marked == row.after)
        #expect(buffer.lines == TextBuffer(buffer.text).lines)
        #expect(buffer.lines.map(\.characters) == TextBuffer(buffer.text).lines.map(\.characters))
    }

    @Test(
        "Characters of many scalars move and go as one",
        arguments: [
            EditCase("a\(family)|b", "<left>", "a|\(family)b"),
            EditCase("a\(family)|b", "<bs>", "a|b"),
            EditCase("a|\(family)b", "<del>", "a|b"),
            EditCase("e\u{301}|", "<bs>", "|"),
            EditCase("\u{1F1E9}\u{1F1EA}\u{1F1EB}\u{1F1F7}|", "<bs>", "\u{1F1E9}\u{1F1EA}|"),
            EditCase("x|e\u{301}y", "<right>", "xe\u{301}|y"),
            EditCase("👍🏽👍|", "<C-t>", "👍👍🏽|"),
        ]
    )
    func clusters(_ row: EditCase) {
        var state = EditorState(row.before)
        state.type(row.typed)
        #expect(state.buffer.marked == row.after)
    }

    @Test("Any kind of line end is one line break", arguments: ["a\nb", "a\r\nb", "a\rb"])
    func lineEnds(_ text: String) {
        var buffer = TextBuffer()
        buffer.insert(text)
        #expect(buffer.text == "a\nb")
        #expect(buffer.byteCount == 3)
    }

    @Test("Offsets and positions are each other's inverse")
    func offsets() {
        let text = "é\n👩‍👩‍👧‍👦x\n\nabc"
        let buffer = TextBuffer(text)
        var position = TextBuffer.Position()
        var count = 0
        repeat {
            #expect(buffer.position(ofOffset: buffer.offset(of: position)) == position)
            count += 1
            guard let next = buffer.after(position) else { break }
            position = next
        } while true
        #expect(count == text.count + 1)
        #expect(buffer.offset(of: buffer.end) == text.utf8.count)
    }

    @Test("Positions outside the text are brought into it")
    func clamping() {
        var buffer = TextBuffer("ab\nc")
        for position in [(-1, 0), (0, -5), (0, 9), (7, 1), (1, 4)] {
            buffer.move(to: TextBuffer.Position(line: position.0, column: position.1))
            #expect(buffer.clamped(buffer.cursor) == buffer.cursor)
        }
        #expect(buffer.position(ofOffset: 99) == buffer.end)
        #expect(buffer.position(ofOffset: -1) == TextBuffer.Position())
    }

    @Test("Moving up and down aims for the column of the first move")
    func goalColumn() {
        var state = EditorState("long line|\nab\nanother line")
        state.type("<down>")
        #expect(state.buffer.marked == "long line\nab|\nanother line")
        state.type("<down>")
        #expect(state.buffer.marked == "long line\nab\nanother l|ine")
        state.type("<left><up><up>")
        #expect(state.buffer.marked == "long lin|e\nab\nanother line")
    }

    @Test("Random replacements keep the parts in step", arguments: 0..<200)
    func randomReplacements(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = ["a", "\n", "é", "e\u{301}", "\u{301}", "👩", "\u{200D}", "\u{1F1E9}", "字", "ab\ncd", "", "\r\n"]
        var buffer = TextBuffer()
        var expected: [Unicode.Scalar] = []
        for _ in 0..<60 {
            let first = buffer.position(ofOffset: Int.random(in: 0...buffer.byteCount, using: &random))
            let second = buffer.position(ofOffset: Int.random(in: 0...buffer.byteCount, using: &random))
            let (start, end) = (
                min(first, second), Bool.random(using: &random) ? min(first, second) : max(first, second)
            )
            let piece = pieces.randomElement(using: &random) ?? ""
            let before = String(decoding: Array(buffer.text.utf8)[..<buffer.offset(of: start)], as: UTF8.self)
            let after = String(decoding: Array(buffer.text.utf8)[buffer.offset(of: end)...], as: UTF8.self)
            let plain = piece == "\r\n" ? "\n" : piece
            expected = Array((before + plain + after).unicodeScalars)
            buffer.replace(start..<end, with: piece)
            #expect(Array(buffer.text.unicodeScalars) == expected, "seed \(seed)")
            #expect(buffer.byteCount == buffer.text.utf8.count, "seed \(seed)")
            #expect(buffer.lines.map(\.characters) == TextBuffer(buffer.text).lines.map(\.characters), "seed \(seed)")
            #expect(buffer.clamped(buffer.cursor) == buffer.cursor, "seed \(seed)")
        }
    }
}
