import TestSupport
import Testing

@Suite("Long results at the prompt", .timeLimit(.minutes(4)))
struct PagingTests {
    private let shell = Shell()
    private static let code = "t = {} for i = 1, 90 do t[i] = ('row %d '):format(i):rep(9) end"

    private func start(pager: String, rows: Int) throws -> TerminalScreen {
        try TerminalScreen(
            Shell.binary,
            ["--color=never", "--store", "sample:5"],
            environment: shell.environment(["PAGER": pager]),
            directory: shell.folder,
            columns: 100,
            rows: rows
        )
    }

    /// The pager here is one that marks the lines it is given.
    @Test(arguments: [(24, true), (60, false)])
    func areShownByThePagerWhenTheyTakeMoreThanTwoScreens(rows: Int, isPaged: Bool) async throws {
        let screen = try start(pager: "sed 's/^/paged: /'", rows: rows)
        try await screen.waitForScreen("sample>")
        screen.type(Self.code + "\r")
        screen.type("t\r")
        try await screen.waitForScreen("the table's end") {
            $0.text.contains("row 90") && $0.cursorLine.hasSuffix("sample>")
        }
        #expect(screen.text.contains("paged:   \"row 90 ") == isPaged, "\(screen)")
        screen.type("'still here'\r")
        try await screen.waitForScreen("\"still here\"")
        screen.type("\u{04}")
        #expect(await screen.finish() == 0)
    }

    @Test func areShownWithoutOneThatIsNotThere() async throws {
        let screen = try start(pager: "no-such-pager 2>&-", rows: 24)
        try await screen.waitForScreen("sample>")
        screen.type(Self.code + "\rt\r")
        try await screen.waitForScreen("the table's end") {
            $0.text.contains("row 90") && $0.cursorLine.hasSuffix("sample>")
        }
        screen.type("\u{04}")
        #expect(await screen.finish() == 0)
    }
}
