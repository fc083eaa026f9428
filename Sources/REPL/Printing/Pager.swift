/// Decides whether a long text is shown through a pager.
public struct Pager: Sendable {
    /// What is run: a command of the shell that reads the text on its standard input.
    public struct Command: Sendable, Equatable {
        public var shellText: String
        /// What is set in the pager's environment, beside what is there.
        public var environment: [String: String]

        public init(shellText: String, environment: [String: String] = [:]) {
            self.shellText = shellText
            self.environment = environment
        }
    }

    public enum Decision: Sendable, Equatable {
        case print
        case page(Command)
    }

    /// What is used when `PAGER` is not set: it leaves at once when the text fits after all, and shows colours.
    public static let defaultCommand = "less"
    private static let optionsOfLess = "FRX"

    private let rowCount: Int
    private let columnCount: Int
    private let isTerminal: Bool
    private let environment: [String: String]

    /// - Parameters:
    ///   - rowCount: the height of the terminal, in lines.
    ///   - isTerminal: whether a person reads the output and types the input.
    ///   - environment: the process's variables; `PAGER`, `LESS` and `TERM` are looked at.
    public init(rowCount: Int, columnCount: Int, isTerminal: Bool, environment: [String: String]) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.isTerminal = isTerminal
        self.environment = environment
    }

    /// Texts of up to so many screens are printed: one scrolls back to them sooner than one leaves a pager.
    static let maxPrintedScreens = 2

    /// Texts that leave a line of those screens for the next prompt are printed; taller ones are paged.
    public func decision(for text: String) -> Decision {
        guard isTerminal, rowCount > 0, let command, isTaller(text) else { return .print }
        return .page(command)
    }

    /// Shows a text by one of two ways.
    ///
    /// - Parameters:
    ///   - print: writes the text to standard output.
    ///   - page: runs the command, gives it the text and waits for its end; `false` when it could not be run, and the
    ///     text is printed then.
    public func show(_ text: String, print: (String) -> Void, page: (Command, String) -> Bool) {
        if case .page(let command) = decision(for: text), page(command, text) { return }
        print(text)
    }

    private var command: Command? {
        if environment["TERM"] == "dumb" { return nil }
        let own = environment["PAGER"].map { String($0.drop { $0 == " " }) }
        let text = own ?? Self.defaultCommand
        // Both are known ways to turn paging off.
        if text.isEmpty || text == "cat" { return nil }
        // `LESS` of the user's own says what the user wants.
        let options = environment["LESS"] == nil ? ["LESS": Self.optionsOfLess] : [:]
        return Command(shellText: text, environment: options)
    }

    private func isTaller(_ text: String) -> Bool {
        var rows = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let width = TextWidth.columns(of: Self.withoutColors(line))
            rows += columnCount > 0 ? max(1, (width + columnCount - 1) / columnCount) : 1
            if rows >= rowCount * Self.maxPrintedScreens { return true }
        }
        return false
    }

    /// A line without the sequences that `Paint` writes: ESC, `[`, parameters, `m`.
    private static func withoutColors(_ line: Substring) -> String {
        guard line.utf8.contains(0x1B) else { return String(line) }
        var bytes: [UInt8] = []
        var isInSequence = false
        for byte in line.utf8 {
            if byte == 0x1B {
                isInSequence = true
            } else if isInSequence {
                isInSequence = byte != UInt8(ascii: "m")
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
