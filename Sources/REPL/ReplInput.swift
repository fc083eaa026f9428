import Glibc

/// Where a session's lines come from: an edited line on a terminal, else plain lines without prompts.
final class ReplInput {
    private let editor: LineEditor?
    private var history: LineHistory
    /// A plain line longer than this ends the input (1 MiB).
    private static let maxLineBytes = 1 << 20

    init(historyPath: String?) {
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
        editor = isDumb ? nil : LineEditor(descriptor: STDIN_FILENO)
        history = LineHistory(path: editor == nil ? nil : historyPath)
    }

    func readLine(prompt: String) -> LineEditor.Outcome {
        // What a script has printed without a line's end stands before the prompt.
        fflush(nil)
        if let editor { return editor.readLine(prompt: prompt, history: history.entries) }
        if isatty(STDIN_FILENO) == 1 { _ = write(STDOUT_FILENO, prompt, prompt.utf8.count) }
        return readPlainLine()
    }

    func remember(_ entry: String) {
        history.add(entry)
    }

    /// Byte by byte: what follows the line is for scripts that read standard input.
    private func readPlainLine() -> LineEditor.Outcome {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < Self.maxLineBytes {
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { return .cancelled(hadText: true) }
            guard count == 1 else { return line.isEmpty ? .endOfInput : .line(String(decoding: line, as: UTF8.self)) }
            if byte == UInt8(ascii: "\n") { return .line(String(decoding: line, as: UTF8.self)) }
            line.append(byte)
        }
        return .endOfInput
    }
}
