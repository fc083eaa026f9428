import TestSupport
import Testing

@Suite("Terminal emulator")
struct TerminalEmulatorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let input: String
        let lines: [String]
        let row: Int
        let column: Int
        var testDescription: String { input.debugDescription }

        init(_ input: String, _ lines: [String], _ row: Int, _ column: Int) {
            self.input = input
            self.lines = lines
            self.row = row
            self.column = column
        }
    }

    /// On ten columns and four rows.
    static let cases: [Case] = [
        Case("abc", ["abc"], 0, 3),
        Case("abc\r\nd", ["abc", "d"], 1, 1),
        Case("abc\nd", ["abc", "   d"], 1, 4),
        Case("abc\rX", ["Xbc"], 0, 1),
        Case("abc\u{8}\u{8}X", ["aXc"], 0, 2),
        Case("a\tb", ["a       b"], 0, 9),
        Case("0123456789", ["0123456789"], 0, 9),
        Case("0123456789a", ["0123456789", "a"], 1, 1),
        Case("0123456789\rX", ["X123456789"], 0, 1),
        Case("0123456789\u{8}X", ["01234567X9"], 0, 9),
        Case("0123456789\r\nX", ["0123456789", "X"], 1, 1),
        Case("0123456789\u{1B}[K", ["012345678"], 0, 9),
        Case("012345678日", ["012345678", "日"], 1, 2),
        Case("日本\rx", ["x 本"], 0, 1),
        Case("日本\u{8}x", ["日 x"], 0, 4),
        Case("e\u{301}x", ["e\u{301}x"], 0, 2),
        Case("012345678e\u{301}x", ["012345678e\u{301}", "x"], 1, 1),
        Case("👨‍👩‍👧x", ["👨‍👩‍👧x"], 0, 3),
        Case("🇫🇷x", ["🇫🇷x"], 0, 3),
        Case("☝🏽x", ["☝🏽x"], 0, 3),
        Case("❤️x", ["❤️x"], 0, 3),
        Case("a\r\nb\r\nc\r\nd\r\ne", ["b", "c", "d", "e"], 3, 1),
        Case("abc\u{1B}[2DX", ["aXc"], 0, 2),
        Case("abc\u{1B}[5CX", ["abc     X"], 0, 9),
        Case("a\r\nb\u{1B}[AX", ["aX", "b"], 0, 2),
        Case("a\u{1B}[2BX", ["a", "", " X"], 2, 2),
        Case("a\u{1B}[9BX", ["a", "", "", " X"], 3, 2),
        Case("a\r\nb\u{1B}[FX", ["X", "b"], 0, 1),
        Case("a\u{1B}[EX", ["a", "X"], 1, 1),
        Case("abc\u{1B}[2GX", ["aXc"], 0, 2),
        Case("\u{1B}[3;4HX", ["", "", "   X"], 2, 4),
        Case("\u{1B}[3dX", ["", "", "X"], 2, 1),
        Case("abc\r\nabc\u{1B}[1;2H\u{1B}[J", ["a"], 0, 1),
        Case("abc\r\nabc\u{1B}[2;2H\u{1B}[1J", ["", "  c"], 1, 1),
        Case("abc\u{1B}[2J", [], 0, 3),
        Case("abcdef\u{1B}[3D\u{1B}[1K", ["    ef"], 0, 3),
        Case("abcdef\u{1B}[4D\u{1B}[2P", ["abef"], 0, 2),
        Case("abcdef\u{1B}[4D\u{1B}[2@", ["ab  cdef"], 0, 2),
        Case("abcdef\u{1B}[4D\u{1B}[2X", ["ab  ef"], 0, 2),
        Case("a\r\nb\r\nc\u{1B}[2;1H\u{1B}[L", ["a", "", "b", "c"], 1, 0),
        Case("a\r\nb\r\nc\u{1B}[1;1H\u{1B}[M", ["b", "c"], 0, 0),
        Case("a\r\nb\u{1B}[S", ["b"], 1, 1),
        Case("a\r\nb\u{1B}[T", ["", "a", "b"], 1, 1),
        Case("a\u{1B}7bc\u{1B}8X", ["aXc"], 0, 2),
        Case("a\u{1B}MX", [" X", "a"], 0, 2),
    ]

    @Test("Draws what xterm draws", arguments: cases)
    func draws(_ wanted: Case) {
        for chunk in [1, 3, 1000] {
            var terminal = TerminalEmulator(columns: 10, rows: 4)
            let bytes = Array(wanted.input.utf8)
            for start in stride(from: 0, to: bytes.count, by: chunk) {
                terminal.feed(bytes[start..<min(start + chunk, bytes.count)])
            }
            #expect(terminal.lines == wanted.lines)
            #expect(terminal.cursor == (wanted.row, wanted.column))
            #expect(terminal.unknownSequences.isEmpty)
        }
    }

    @Test("Keeps what scrolls away, the modes and the looks")
    func state() {
        var terminal = TerminalEmulator(columns: 4, rows: 2)
        terminal.feed("a\r\nb\r\nc\u{1B}[?2004h\u{1B}[?25l\u{1B}[1;31mx\u{1B}[22;39my\u{1B}[7mz\u{1B}[0m")
        #expect(terminal.scrollback == ["a"])
        #expect(terminal.modes == [2004])
        var bold = TerminalEmulator.Style()
        bold.isBold = true
        bold.foreground = 1
        #expect(terminal.style(1, 1) == bold)
        #expect(terminal.style(1, 2) == TerminalEmulator.Style())
        #expect(terminal.style(1, 3).isReversed)
        #expect(terminal.isAtMargin)
        terminal.feed("\u{1B}[?2004l\u{1B}[=1;2y")
        #expect(terminal.modes.isEmpty)
        #expect(!terminal.unknownSequences.isEmpty)
    }

    @Test("A changed width cuts lines")
    func cut() {
        var terminal = TerminalEmulator(columns: 6, rows: 3)
        terminal.feed("abcdefgh")
        terminal.resize(columns: 3, rows: 3)
        #expect(terminal.lines == ["abc", "gh"])
        #expect(terminal.cursor == (1, 2))
        terminal.resize(columns: 6, rows: 1)
        #expect(terminal.lines == ["gh"])
        #expect(terminal.scrollback == ["abc"])
    }

    @Test("A changed width wraps lines anew")
    func reflow() {
        var terminal = TerminalEmulator(columns: 6, rows: 4)
        terminal.feed("abcdefgh\r\nxy")
        terminal.resize(columns: 3, rows: 5, .reflow)
        #expect(terminal.lines == ["abc", "def", "gh", "xy"])
        #expect(terminal.cursor == (3, 2))
        terminal.resize(columns: 10, rows: 4, .reflow)
        #expect(terminal.lines == ["abcdefgh", "xy"])
        #expect(terminal.cursor == (1, 2))
        terminal.feed("\u{1B}[1;4H")
        terminal.resize(columns: 2, rows: 4, .reflow)
        #expect(terminal.lines == ["cd", "ef", "gh", "xy"])
        #expect(terminal.scrollback == ["ab"])
        #expect(terminal.cursor == (0, 1))
    }
}
