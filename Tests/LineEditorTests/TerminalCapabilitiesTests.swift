import Testing

@testable import LineEditor

@Suite("Terminal capabilities")
struct TerminalCapabilitiesTests {
    struct Case: Sendable {
        var environment: [String: String]
        var input = true
        var output = true
        var interactive: Bool
        var color: Bool
        var reflows = true
    }

    static let cases: [Case] = [
        Case(environment: ["TERM": "xterm-256color"], interactive: true, color: true),
        Case(environment: ["TERM": "xterm", "NO_COLOR": ""], interactive: true, color: true),
        Case(environment: ["TERM": "xterm", "NO_COLOR": "1"], interactive: true, color: false),
        Case(environment: ["TERM": "dumb"], interactive: false, color: false),
        Case(environment: ["TERM": ""], interactive: false, color: false),
        Case(environment: [:], interactive: false, color: false),
        Case(environment: ["TERM": "xterm"], output: false, interactive: false, color: false),
        Case(environment: ["TERM": "xterm"], input: false, interactive: false, color: true),
        Case(environment: ["TERM": "linux"], interactive: true, color: true, reflows: false),
        Case(
            environment: ["TERM": "xterm", "XTERM_VERSION": "XTerm(390)"],
            interactive: true,
            color: true,
            reflows: false
        ),
        Case(
            environment: ["TERM": "screen", "XTERM_VERSION": "XTerm(390)", "TMUX": "/tmp/x"],
            interactive: true,
            color: true
        ),
    ]

    @Test("What may be done goes by the streams and the environment", arguments: cases)
    func decides(_ wanted: Case) {
        let found = TerminalCapabilities(
            environment: wanted.environment,
            isInputTerminal: wanted.input,
            isOutputTerminal: wanted.output
        )
        #expect(found.isInteractive == wanted.interactive)
        #expect(found.usesColor == wanted.color)
        #expect(found.reflows == wanted.reflows)
    }
}
