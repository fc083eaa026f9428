import Glibc
import LineEditor

/// Where a session writes: values and answers to standard output, errors to standard error.
struct SessionOutput {
    let size: () -> TerminalSize
    let isTerminal: Bool

    /// Writes to standard output, after what scripts have left in its buffer.
    func show(_ text: String) {
        fflush(nil)
        Self.write(text, to: STDOUT_FILENO)
    }

    func complain(_ text: String) {
        fflush(nil)
        Self.write(text, to: STDERR_FILENO)
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

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            sent += count
        }
    }
}
