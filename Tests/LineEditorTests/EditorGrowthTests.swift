import Glibc
import Testing

@testable import LineEditor

/// What grows with an entry grows in proportion to it, and is bounded in processor time, which other programs do not
/// take from it.
@Suite("Large entries")
struct EditorGrowthTests {
    /// A sanitizer makes everything many times slower.
    private static let slowness = getenv("ASAN_OPTIONS") == nil ? 1.0 : 10.0

    /// The processor time of this thread that the quickest of three runs takes, in seconds.
    private func time(_ body: () -> Void) -> Double {
        (0..<3).map { _ in
            let start = Self.processorSeconds
            body()
            return Self.processorSeconds - start
        }.min() ?? 0
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func text(lineCount: Int) -> String {
        Array(repeating: String(repeating: "x", count: 80), count: lineCount).joined(separator: "\n")
    }

    @Test("Pasting eight times the lines takes less than twenty times as long")
    func pasting() {
        func paste(_ lineCount: Int) -> Double {
            let text = Self.text(lineCount: lineCount)
            return time {
                var state = EditorState()
                _ = state.apply(.paste(text), assistant: nil)
                _ = state.view(assistant: nil, maxBelow: 5)
                #expect(state.buffer.lines.count == lineCount)
            }
        }
        #expect(paste(2000) < 0.2 * Self.slowness)
        let (few, many) = (paste(500), paste(4000))
        #expect(many < 20 * few, "\(few) s, \(many) s")
    }

    @Test("A key in eight times the lines takes less than twenty times as long")
    func editingManyLines() {
        let keys = keys("abc<up><bs><left><C-k><M-ret><C-_><home>")
        func edit(_ lineCount: Int) -> Double {
            let text = Self.text(lineCount: lineCount)
            var state = EditorState("|", history: Array(repeating: text + "y", count: 20))
            _ = state.apply(.paste(text), assistant: nil)
            return time {
                for key in keys {
                    _ = state.apply(.key(key), assistant: nil)
                    _ = state.view(assistant: nil, maxBelow: 5)
                }
            }
        }
        #expect(edit(2000) / Double(keys.count) < 0.03 * Self.slowness)
        let (few, many) = (edit(500), edit(4000))
        #expect(many < 20 * few, "\(few) s, \(many) s")
    }

    @Test("Typing a line of four times the length takes less than twelve times as long", arguments: ["x", "é"])
    func longLine(_ character: Character) {
        let key = KeyPress(.character(character))
        func type(_ count: Int) -> Double {
            time {
                var state = EditorState()
                for _ in 0..<count {
                    _ = state.apply(.key(key), assistant: nil)
                    _ = state.view(assistant: nil, maxBelow: 5)
                }
                #expect(state.buffer.lines[0].count == count)
            }
        }
        let (short, long) = (type(2500), type(10_000))
        #expect(long / 10_000 < 0.001 * Self.slowness)
        var state = EditorState(
            String(repeating: character, count: 5000) + "|" + String(repeating: character, count: 5000)
        )
        let within = time {
            for _ in 0..<100 {
                _ = state.apply(.key(key), assistant: nil)
                _ = state.view(assistant: nil, maxBelow: 5)
            }
        }
        #expect(within / 100 < 0.005 * Self.slowness)
        #expect(long < 12 * short, "\(short) s, \(long) s")
    }
}
