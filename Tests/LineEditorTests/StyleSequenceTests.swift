import TestSupport
import Testing

@testable import LineEditor

@Suite("Style sequence")
struct StyleSequenceTests {
    private static let styles: [Style] = [nil, .red, .brightBlue].flatMap { (color: Style.Color?) in
        (0..<16).map { bits in
            Style(
                color,
                isBold: bits & 1 != 0,
                isDim: bits & 2 != 0,
                isUnderlined: bits & 4 != 0,
                isReversed: bits & 8 != 0
            )
        }
    }

    private static func shown(_ sequences: String...) -> TerminalEmulator.Style {
        var terminal = TerminalEmulator(columns: 2, rows: 1)
        terminal.feed(sequences.joined() + "x")
        #expect(terminal.unknownSequences.isEmpty)
        return terminal.style(0, 0)
    }

    @Test("Every look follows every other", arguments: styles)
    func changes(_ old: Style) {
        let first = StyleSequence.change(from: .plain, to: old)
        for new in Self.styles {
            let change = StyleSequence.change(from: old, to: new)
            let found = Self.shown(first, change)
            #expect(found == Self.shown(StyleSequence.change(from: .plain, to: new)), "to \(new)")
            #expect(found.isBold == new.isBold && found.isDim == new.isDim, "to \(new)")
            #expect(found.isUnderlined == new.isUnderlined && found.isReversed == new.isReversed, "to \(new)")
            #expect(found.foreground == new.color.map { Int($0.rawValue) }, "to \(new)")
            #expect(change.isEmpty == (old == new))
        }
    }

    @Test(
        "The shortest sequence is sent",
        arguments: [
            (Style.plain, Style(.red), "\u{1B}[31m"), (Style(.red), Style.plain, "\u{1B}[m"),
            (Style(.red), Style(.red, isBold: true), "\u{1B}[1m"), (Style(.red), Style(.blue), "\u{1B}[34m"),
            (Style(isBold: true, isReversed: true), Style(isDim: true), "\u{1B}[0;2m"),
            (Style(.brightBlack), Style(.brightWhite), "\u{1B}[97m"),
        ]
    )
    func shortest(_ old: Style, _ new: Style, _ sequence: String) {
        #expect(StyleSequence.change(from: old, to: new) == sequence)
    }
}
