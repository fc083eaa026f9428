import TestSupport
import Testing

@testable import LineEditor

@Suite("Renderer: resizing")
struct ResizeTests {
    private static let behaviors: [TerminalEmulator.ResizeBehavior] = [.cut, .reflow]

    private static func drawn(_ behavior: TerminalEmulator.ResizeBehavior) -> DrawnTerminal {
        DrawnTerminal(columns: 20, rows: 8, reflows: behavior == .reflow, above: "above\r\n")
    }

    @Test("A narrower terminal shows the entry once", arguments: behaviors)
    func narrower(_ behavior: TerminalEmulator.ResizeBehavior) {
        var drawn = Self.drawn(behavior)
        drawn.show(.entry("0123456789abcdefghijklm", below: ["hint"]))
        #expect(drawn.terminal.lines == ["above", "> 0123456789abcdefgh", "ijklm", "hint"])
        drawn.resize(12, 8, behavior)
        #expect(drawn.terminal.lines == ["above", "> 0123456789", "abcdefghijkl", "m", "hint"])
        drawn.resize(9, 8, behavior)
        #expect(drawn.terminal.lines == ["above", "> 0123456", "789abcdef", "ghijklm", "hint"])
        #expect(drawn.terminal.cursor == (3, 7))
    }

    @Test("A wider terminal shows the entry once", arguments: behaviors)
    func wider(_ behavior: TerminalEmulator.ResizeBehavior) {
        var drawn = Self.drawn(behavior)
        drawn.show(.entry("0123456789abcdefghijklm", below: ["hint"], characters: 20))
        drawn.resize(40, 8, behavior)
        #expect(drawn.terminal.lines == ["above", "> 0123456789abcdefghijklm", "hint"])
        #expect(drawn.terminal.cursor == (1, 22))
        drawn.show(.entry("0123"))
        #expect(drawn.terminal.lines == ["above", "> 0123"])
    }

    @Test("A lower terminal shows the part round the cursor, a higher one all", arguments: behaviors)
    func height(_ behavior: TerminalEmulator.ResizeBehavior) {
        var drawn = Self.drawn(behavior)
        drawn.show(.entry("1\n2\n3\n4\n5\n6", below: ["hint"]))
        drawn.resize(20, 4, behavior)
        #expect(drawn.terminal.lines == ["> 4", "> 5", "> 6", "hint"])
        drawn.resize(20, 12, behavior)
        #expect(drawn.terminal.lines.suffix(7) == ["> 1", "> 2", "> 3", "> 4", "> 5", "> 6", "hint"])
    }

    @Test("A size that came with a view is taken as a change")
    func sizeWithView() {
        var drawn = DrawnTerminal(columns: 20, rows: 8)
        drawn.show(.entry("abcdef"))
        drawn.terminal.resize(columns: 5, rows: 8, .reflow)
        drawn.show(.entry("abcdef"))
        #expect(drawn.terminal.lines == ["> abc", "def"])
    }

    @Test("A hidden entry is shown at the new size")
    func whileHidden() {
        var drawn = DrawnTerminal(columns: 20, rows: 8)
        drawn.show(.entry("abcdef"))
        drawn.feed(drawn.renderer.hide())
        drawn.terminal.resize(columns: 5, rows: 8)
        #expect(drawn.renderer.resized(to: drawn.size).isEmpty)
        drawn.feed(drawn.renderer.show())
        #expect(drawn.terminal.lines == ["> abc", "def"])
    }

    /// Only characters of one column: terminals differ in how they wrap wide ones anew.
    @Test("Any entry stands once after any resizing, below what was there", arguments: 1...20 as ClosedRange<UInt64>)
    func anyResizing(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for behavior in Self.behaviors {
            var drawn = DrawnTerminal(columns: 20, rows: 30, reflows: behavior == .reflow, above: "above\r\n")
            for round in 0..<30 {
                let lines = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    String(repeating: "x", count: Int.random(in: 0...30, using: &random)) + "y"
                }
                let line = Int.random(in: 0..<lines.count, using: &random)
                let view = EditorView.entry(
                    lines.joined(separator: "\n"),
                    below: Bool.random(using: &random) ? ["hint"] : [],
                    line: line,
                    characters: Int.random(in: 0...lines[line].count, using: &random)
                )
                drawn.show(view)
                let columns = Int.random(in: 8...40, using: &random)
                drawn.resize(columns, 30, behavior)
                var fresh = DrawnTerminal(columns: columns, rows: 30, above: "above\r\n")
                fresh.show(view)
                #expect(drawn.terminal.lines == fresh.terminal.lines, "seed \(seed) round \(round) \(behavior)")
                #expect(drawn.terminal.cursor == fresh.terminal.cursor, "seed \(seed) round \(round) \(behavior)")
            }
        }
    }
}
