import Glibc

/// What a program may do on its standard streams, going by them and by the environment.
public struct TerminalCapabilities: Hashable, Sendable {
    /// Whether lines can be edited: both ends are one that understands cursor movements.
    public let isInteractive: Bool
    /// Whether what is printed may be coloured.
    public let usesColor: Bool
    /// Whether the terminal wraps lines anew when its width changes; xterm and the console cut them.
    public let reflows: Bool

    /// Decides by `TERM`, `NO_COLOR` (any text but the empty one turns colour off), `XTERM_VERSION` and `TMUX`.
    public init(environment: [String: String], isInputTerminal: Bool, isOutputTerminal: Bool) {
        let name = environment["TERM"] ?? ""
        let isCapable = !name.isEmpty && name != "dumb"
        isInteractive = isInputTerminal && isOutputTerminal && isCapable
        usesColor = isOutputTerminal && isCapable && environment["NO_COLOR", default: ""].isEmpty
        let isWithinTmux = !environment["TMUX", default: ""].isEmpty
        let isXterm = !environment["XTERM_VERSION", default: ""].isEmpty
        reflows = isWithinTmux || !(isXterm || name == "linux")
    }

    /// What this process may do.
    public static func current(input: Int32 = 0, output: Int32 = 1) -> TerminalCapabilities {
        var environment: [String: String] = [:]
        for name in ["TERM", "NO_COLOR", "XTERM_VERSION", "TMUX"] {
            environment[name] = getenv(name).map { String(cString: $0) }
        }
        return TerminalCapabilities(
            environment: environment,
            isInputTerminal: isatty(input) == 1,
            isOutputTerminal: isatty(output) == 1
        )
    }
}
