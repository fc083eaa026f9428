import Testing

@testable import REPL

@Suite("Paging")
struct PagerTests {
    private static let long = String(repeating: "line\n", count: 60)
    private static let less = Pager.Command(shellText: "less", environment: ["LESS": "FRX"])

    static let cases:
        [(environment: [String: String], isTerminal: Bool, rowCount: Int, text: String, decision: Pager.Decision)] = [
            ([:], true, 24, long, .page(less)), ([:], false, 24, long, .print), ([:], true, 24, "short", .print),
            ([:], true, 40, long, .print), ([:], true, 30, long, .page(less)), ([:], true, 31, long, .print),
            ([:], true, 0, long, .print), (["TERM": "dumb"], true, 24, long, .print),
            (["PAGER": ""], true, 24, long, .print), (["PAGER": "cat"], true, 24, long, .print),
            (["PAGER": "more -s"], true, 24, long, .page(.init(shellText: "more -s", environment: ["LESS": "FRX"]))),
            (["LESS": "R", "PAGER": " less -N"], true, 24, long, .page(.init(shellText: "less -N"))),
            // Lines wider than the terminal take several of its rows; colours take none.
            ([:], true, 5, String(repeating: "x", count: 81), .print),
            ([:], true, 5, String(repeating: "x", count: 721), .page(less)),
            ([:], true, 5, String(repeating: "\u{1B}[31mx\u{1B}[0m", count: 80), .print),
        ]

    @Test(arguments: cases.indices)
    func `tall texts are paged on a terminal`(index: Int) {
        let (environment, isTerminal, rowCount, text, decision) = Self.cases[index]
        let pager = Pager(rowCount: rowCount, columnCount: 80, isTerminal: isTerminal, environment: environment)
        #expect(pager.decision(for: text) == decision)
    }

    @Test func `a pager that cannot be run is no loss`() {
        let pager = Pager(rowCount: 5, columnCount: 80, isTerminal: true, environment: [:])
        for (works, expected) in [(true, ["less"]), (false, ["less", "printed"])] {
            var ways: [String] = []
            pager.show(
                Self.long,
                print: { _ in ways.append("printed") },
                page: { command, text in
                    ways.append(command.shellText)
                    return works && text == Self.long
                }
            )
            #expect(ways == expected)
        }
    }
}
