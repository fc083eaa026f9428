import Glibc

/// Lines that were entered, kept in a file that nobody but the user can read.
struct LineHistory {
    /// How many lines are kept.
    static let maxEntries = 5000
    /// A file larger than this is not read (4 MiB).
    static let maxFileBytes = 4 << 20

    private let path: String?
    private(set) var entries: [String] = []

    /// - Parameter path: the file; `nil` keeps the lines of this session only.
    init(path: String?) {
        self.path = path
        guard let path, let text = Self.read(path) else { return }
        entries = text.split(separator: "\n").suffix(Self.maxEntries).map { Self.decoded($0) }
    }

    /// Keeps an entry, unless it is blank, begins with a space, or repeats the one before.
    mutating func add(_ entry: String) {
        guard !entry.allSatisfy(\.isWhitespace), entry.first != " ", entry != entries.last else { return }
        entries.append(entry)
        if entries.count > Self.maxEntries { entries.removeFirst(entries.count - Self.maxEntries) }
        guard let path else { return }
        // One write to a file opened for appending: sessions side by side do not cut each other's lines.
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let line = Array((Self.encoded(entry) + "\n").utf8)
        _ = write(descriptor, line, line.count)
    }

    /// An entry of several lines as one.
    private static func encoded(_ entry: String) -> String {
        entry.map { $0 == "\\" ? "\\\\" : $0 == "\n" ? "\\n" : String($0) }.joined()
    }

    private static func decoded(_ line: some StringProtocol) -> String {
        var text = ""
        var isEscaped = false
        for character in line {
            if isEscaped {
                text.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                text.append(character)
            }
        }
        return text
    }

    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: maxFileBytes)
        let count = fread(&bytes, 1, maxFileBytes, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
