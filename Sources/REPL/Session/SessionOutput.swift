import Glibc
import LineEditor

/// Where a session writes: values and answers to standard output, errors to standard error.
struct SessionOutput {
    let size: () -> TerminalSize
    let isTerminal: Bool

    /// Writes to standard output, after what scripts have left in its buffer.
    func show(_ text: String) {
        fflush(nil)
        WholeWrite.write(text, to: STDOUT_FILENO)
    }

    func complain(_ text: String) {
        fflush(nil)
        WholeWrite.write(text, to: STDERR_FILENO)
    }

    /// Shows what may be longer than the screen.
    func page(_ text: String) {
        guard isTerminal else { return show(text) }
        let pager = Pager(
            rowCount: size().rows,
            columnCount: size().columns,
            isTerminal: isTerminal,
            environment: Self.pagerEnvironment
        )
        pager.show(text, print: show) { command, text in
            fflush(nil)
            return PagerProcess.run(command, text)
        }
    }

    private static var pagerEnvironment: [String: String] {
        var environment: [String: String] = [:]
        for name in ["PAGER", "LESS", "TERM"] {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        return environment
    }
}
