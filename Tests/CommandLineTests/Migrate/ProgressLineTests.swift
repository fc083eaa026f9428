import TestSupport
import Testing

@testable import distsh

@Suite("The line of progress")
struct ProgressLineTests {
    @Test func comesEveryTenSecondsWhereItStays() {
        var interval = LineInterval()
        let due = (0...450).map { Duration.milliseconds($0 * 100) }.filter { interval.isDue($0) }
        #expect(due == [.seconds(10), .seconds(20), .seconds(30), .seconds(40)])
    }

    @Test func isNotMadeUpForWhenItIsLate() {
        var interval = LineInterval()
        #expect([35, 36, 44, 45].map { interval.isDue(.seconds($0)) } == [true, false, false, true])
    }

    /// Lines of any width on a terminal of any width, made narrower and wider: only the last one is on the screen, and
    /// what was above stays.
    @Test(arguments: 1...20)
    func leavesNothingOfTheOneBefore(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var line = OverwrittenLine(isRewrapped: true)
        var terminal = TerminalEmulator(columns: 100, rows: 30)
        terminal.feed("above\r\n")
        for number in 0..<30 {
            let columns = Int.random(in: 10...100, using: &generator)
            terminal.resize(columns: columns, rows: 30, .reflow)
            let width = Int.random(in: 3...(columns - OverwrittenLine.spareColumnCount), using: &generator)
            let text = String(String(repeating: "\(number).", count: 40).prefix(width))
            terminal.feed(line.replace(with: "\u{1B}[32m\(text)\u{1B}[0m", columnCount: columns))
            #expect(terminal.lines == ["above", text], "seed \(seed), line \(number), \(columns) columns")
        }
        terminal.feed(line.clear(columnCount: terminal.columns))
        #expect(terminal.lines == ["above"])
    }

    @Test func leavesWhatIsAboveWhereLinesAreCut() {
        var line = OverwrittenLine(isRewrapped: false)
        var terminal = TerminalEmulator(columns: 80, rows: 10)
        terminal.feed("above\r\n" + line.replace(with: String(repeating: "x", count: 70), columnCount: 80))
        terminal.resize(columns: 20, rows: 10, .cut)
        terminal.feed(line.replace(with: "new", columnCount: 20))
        #expect(terminal.lines == ["above", "new"])
        terminal.feed(line.leave() + "below")
        #expect(!line.isStanding)
        #expect(line.leave().isEmpty)
        #expect(line.clear(columnCount: 20).isEmpty)
    }
}
