import Glibc

/// Reads lines from a terminal, with editing and history.
struct LineEditor {
    /// How the reading of a line ended.
    enum Outcome: Equatable {
        case line(String)
        /// Ctrl-C; whether there was something on the line.
        case cancelled(hadText: Bool)
        case endOfInput
    }

    private let descriptor: Int32
    private let rawMode: RawMode
    private let keys: KeyReader

    /// - Returns: `nil` when `descriptor` is no terminal.
    init?(descriptor: Int32) {
        guard let rawMode = RawMode(descriptor: descriptor) else { return nil }
        self.descriptor = descriptor
        self.rawMode = rawMode
        keys = KeyReader(descriptor: descriptor)
    }

    /// Reads one line. The terminal is in raw mode meanwhile.
    func readLine(prompt: String, history: [String]) -> Outcome {
        rawMode.enter()
        defer { rawMode.leave() }
        var edit = LineEdit(history: history)
        draw(edit.buffer, prompt)
        while let key = keys.next() {
            switch key {
            case .enter:
                edit.buffer.moveEnd()
                draw(edit.buffer, prompt)
                Self.write("\n")
                return .line(edit.buffer.text)
            case .cancel:
                Self.write("^C\n")
                return .cancelled(hadText: !edit.buffer.isEmpty)
            case .endOfInput where edit.buffer.isEmpty:
                Self.write("\n")
                return .endOfInput
            case .suspend:
                rawMode.leave()
                raise(SIGTSTP)
                rawMode.enter()
            case .clearScreen: Self.write("\u{1B}[H\u{1B}[2J")
            default: edit.apply(key)
            }
            draw(edit.buffer, prompt)
        }
        return .endOfInput
    }

    /// Draws the line in place; a line wider than the terminal shows the part around the cursor.
    private func draw(_ buffer: LineBuffer, _ prompt: String) {
        let available = max(8, Self.columnCount - ColumnWidth.of(prompt) - 1)
        var start = 0
        while ColumnWidth.of(buffer.characters[start..<buffer.cursor]) > available { start += 1 }
        var end = start
        var width = 0
        while end < buffer.characters.count, width + ColumnWidth.of(buffer.characters[end]) <= available {
            width += ColumnWidth.of(buffer.characters[end])
            end += 1
        }
        let shown = String(buffer.characters[start..<end].map { $0 == "\t" ? " " : $0 })
        var text = "\r\(prompt)\(shown)\u{1B}[K"
        let behind = width - ColumnWidth.of(buffer.characters[start..<buffer.cursor])
        if behind > 0 { text += "\u{1B}[\(behind)D" }
        Self.write(text)
    }

    private static var columnCount: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            sent += count
        }
    }
}

/// The editing of one line: keys in, buffer out.
struct LineEdit {
    var buffer = LineBuffer()
    private let history: [String]
    /// Which entry is shown; the count of the history for the new line.
    private var position: Int
    /// The new line while an entry of the history is shown.
    private var draft = LineBuffer()

    init(history: [String]) {
        self.history = history
        position = history.count
    }

    mutating func apply(_ key: Key) {
        switch key {
        case .text(let character): buffer.insert(character)
        case .backspace: buffer.deleteBackward()
        case .delete, .endOfInput: buffer.deleteForward()
        case .left: buffer.moveLeft()
        case .right: buffer.moveRight()
        case .home: buffer.moveHome()
        case .end: buffer.moveEnd()
        case .wordLeft: buffer.moveWordLeft()
        case .wordRight: buffer.moveWordRight()
        case .deleteToEnd: buffer.deleteToEnd()
        case .deleteToStart: buffer.deleteToStart()
        case .deleteWord: buffer.deleteWord()
        case .up: show(position - 1)
        case .down: show(position + 1)
        case .enter, .clearScreen, .cancel, .suspend, .other: break
        }
    }

    private mutating func show(_ wanted: Int) {
        guard (0...history.count).contains(wanted), wanted != position else { return }
        if position == history.count { draft = buffer }
        position = wanted
        buffer =
            wanted == history.count ? draft : LineBuffer(history[wanted].split(separator: "\n").joined(separator: " "))
    }
}
