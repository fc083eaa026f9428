import Testing

@testable import LineEditor

@Suite("Large entries")
struct EditorSpeedTests {
    let clock = ContinuousClock()

    @Test("Pasting 2,000 lines takes no more than 200 ms")
    func pasting() {
        let text = Array(repeating: String(repeating: "x", count: 80), count: 2000).joined(separator: "\n")
        var state = EditorState()
        let time = clock.measure {
            _ = state.apply(.paste(text), assistant: nil)
            _ = state.view(assistant: nil, maxBelow: 5)
        }
        #expect(state.buffer.lines.count == 2000)
        #expect(time < .milliseconds(200), "\(time)")
    }

    @Test("A key in 2,000 lines costs no more than 30 ms")
    func editingManyLines() {
        let text = Array(repeating: String(repeating: "x", count: 80), count: 2000).joined(separator: "\n")
        var state = EditorState("|", history: Array(repeating: text + "y", count: 20))
        _ = state.apply(.paste(text), assistant: nil)
        let keys = keys("abc<up><bs><left><C-k><M-ret><C-_><home>")
        let time = clock.measure {
            for key in keys {
                _ = state.apply(.key(key), assistant: nil)
                _ = state.view(assistant: nil, maxBelow: 5)
            }
        }
        #expect(time / keys.count < .milliseconds(30), "\(time / keys.count)")
    }

    @Test("Typing 10,000 characters into one line costs no more than 1 ms each", arguments: ["x", "é"])
    func longLine(_ character: Character) {
        var state = EditorState()
        let key = KeyPress(.character(character))
        let time = clock.measure {
            for _ in 0..<10_000 {
                _ = state.apply(.key(key), assistant: nil)
                _ = state.view(assistant: nil, maxBelow: 5)
            }
        }
        #expect(state.buffer.lines[0].count == 10_000)
        #expect(time / 10_000 < .milliseconds(1), "\(time / 10_000)")
        state.buffer.move(to: TextBuffer.Position(line: 0, column: 5000))
        let middle = clock.measure {
            for _ in 0..<100 {
                _ = state.apply(.key(key), assistant: nil)
                _ = state.view(assistant: nil, maxBelow: 5)
            }
        }
        #expect(middle / 100 < .milliseconds(5), "\(middle / 100)")
        print(
            "a key at the end of a line that grows to 10,000 of \(character): \(time / 10_000), within it: \(middle / 100)"
        )
    }
}
