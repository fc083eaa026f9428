import Glibc
import LineEditor

/// Where a session's entries come from: edited on a terminal, else plain lines without prompts.
final class ReplInput {
    /// A plain line longer than this ends the input (1 MiB).
    private static let maxLineBytes = 1 << 20

    private let editor: LineEditor?
    private let device: TerminalDevice?
    private let onStart: () -> Void
    /// Where prompts go while lines are not edited; `nil` for nowhere.
    private let promptDescriptor: Int32?

    /// The result of an external editor.
    enum Edited {
        case edited(String)
        case unavailable(String)
    }

    /// - Parameter onStart: called when an entry begins: on a terminal, while Ctrl-C makes no signal.
    init(_ configuration: ReplSession.Configuration, assistant: LuaAssistant, onStart: @escaping () -> Void) {
        self.onStart = onStart
        promptDescriptor =
            configuration.isTerminal ? STDOUT_FILENO : configuration.promptsOnStandardError ? STDERR_FILENO : nil
        let capabilities = TerminalCapabilities.current()
        device = configuration.isTerminal && capabilities.isInteractive ? TerminalDevice() : nil
        guard let device else {
            editor = nil
            return
        }
        let redaction = SecretRedaction(secrets: configuration.secrets)
        let history = configuration.historyPath.map { path in
            HistoryFile(path: path) { redaction.redacted($0) }
        }
        editor = LineEditor(
            device: device,
            configuration: EditorConfiguration(
                mode: configuration.usesViKeys ? .vi : .emacs,
                usesColor: configuration.usesColor,
                temporaryFileSuffix: ".lua"
            ),
            capabilities: capabilities,
            historyFile: history,
            assistant: assistant
        )
        editor?.onStart = onStart
    }

    /// How large the terminal is.
    var size: TerminalSize { device?.size ?? .standard }

    /// What earlier sessions and this one entered, oldest first.
    var entries: [String] { editor?.history.entries ?? [] }

    /// Reads one entry, which may have several lines.
    ///
    /// - Parameter isComplete: whether a plain text is an entry; otherwise another line belongs to it.
    func readEntry(promptName: String, isComplete: (String) -> Bool) -> LineEditor.Outcome {
        // What a script has printed without a line's end stands before the prompt.
        fflush(nil)
        let continuation = String(repeating: " ", count: max(0, promptName.count - 1)) + "…> "
        guard let editor else { return readPlainEntry("\(promptName)> ", continuation, isComplete) }
        let outcome = editor.readLine(
            prompt: StyledText("\(promptName)> ", Style(isBold: true)),
            continuationPrompt: StyledText(continuation, Style(isDim: true))
        )
        if let problem = editor.takeHistoryProblem() { editor.background.print("history: \(problem)\n") }
        return outcome
    }

    /// The newest entry that fits.
    func lastEntry(where fits: (String) -> Bool) -> String? {
        entries.last(where: fits)
    }

    /// Keeps an entry that was not typed at the prompt.
    func remember(_ entry: String) {
        editor?.remember(entry)
    }

    /// Lets the user edit a text in the editor of the environment.
    func edit(_ text: String) -> Edited {
        guard let editor else { return .unavailable("there is no terminal to edit on") }
        guard let edited = editor.edit(text) else {
            return .unavailable("the editor failed, or was left with an error")
        }
        return .edited(edited)
    }

    // MARK: Plain lines

    private func readPlainEntry(
        _ prompt: String,
        _ continuation: String,
        _ isComplete: (String) -> Bool
    ) -> LineEditor.Outcome {
        var text = ""
        onStart()
        while true {
            let isFirst = text.isEmpty
            self.prompt(isFirst ? prompt : continuation)
            switch readPlainLine() {
            case .endOfInput: return isFirst ? .endOfInput : .line(text)
            case .cancelled:
                self.prompt("\n")
                return .cancelled(hadText: !isFirst)
            case .line(let line):
                text += isFirst ? line : "\n" + line
                if isComplete(text) { return .line(text) }
            }
        }
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

    private func prompt(_ text: String) {
        if let promptDescriptor { WholeWrite.write(text, to: promptDescriptor) }
    }
}
