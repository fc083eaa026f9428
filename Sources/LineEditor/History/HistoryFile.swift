import Glibc

/// The entries of all sessions, in a file that nobody but its owner can read.
///
/// Sessions that run side by side append to the same file under a lock and take over what the others appended.
/// Nothing that goes wrong with the file stops the editing: it is told once by `takeProblem()`.
///
/// A value for one session, used by one thread at a time.
public struct HistoryFile: Sendable {
    /// What is read of a larger file is its end (4 MiB).
    public static let maxBytes = 4 << 20
    /// An entry larger than this is not written (1 MiB).
    public static let maxEntryBytes = 1 << 20
    /// How long to wait for the lock of another session, in milliseconds.
    public static let lockTimeoutMilliseconds = 500
    /// How many bytes before the place read up to are remembered, to find it again in a file that was shortened.
    private static let markBytes = 1024

    public let path: String
    private let maxEntries: Int
    private let redaction: (@Sendable (String) -> String?)?
    /// Where the next new line begins, and the bytes before it.
    private var offset = 0
    private var mark: [UInt8] = []
    /// Lines in the file, as far as is known.
    private var lineCount = 0
    private var lastEntry: String?
    private var problem: String?
    private var lastProblem: String?
    private var lockWaitMilliseconds = HistoryFile.lockTimeoutMilliseconds

    /// - Parameters:
    ///   - path: the file; a symbolic link stays one.
    ///   - maxEntries: how many entries the file keeps; it is shortened when it has a quarter more.
    ///   - redaction: what to write for an entry; `nil` for nothing at all.
    public init(
        path: String,
        maxEntries: Int = History.maxEntries,
        redaction: (@Sendable (String) -> String?)? = nil
    ) {
        self.path = path
        self.maxEntries = max(1, maxEntries)
        self.redaction = redaction
    }

    /// What went wrong, in words for the user; given out once, however often it goes wrong again.
    public mutating func takeProblem() -> String? {
        defer { problem = nil }
        return problem
    }

    /// The entries of the file, oldest first, or those that other sessions added since the last call.
    public mutating func newEntries() -> [String] {
        var entries: [String] = []
        attempt(creates: false) { (file, history) throws(LockedFile.Failure) in
            entries = history.takeOver(file)
            if file.isWritable { try history.shortenIfNeeded(file) }
        }
        return entries
    }

    /// Writes an entry, unless it is one not to keep (see `History.keeps`).
    ///
    /// - Returns: What other sessions added before it.
    public mutating func append(_ entry: String) -> [String] {
        guard entry.utf8.count <= Self.maxEntryBytes, entry.utf8.first != 0x20,
            let written = redaction.map({ $0(entry) }) ?? entry, written.utf8.count <= Self.maxEntryBytes
        else { return [] }
        var others: [String] = []
        attempt(creates: true) { (file, history) throws(LockedFile.Failure) in
            others = history.takeOver(file)
            guard History.keeps(written, after: history.lastEntry) else { return }
            try history.write(written, file)
            try history.shortenIfNeeded(file)
        }
        return others
    }

    /// Runs `body` with the file locked; a failure becomes the problem.
    private mutating func attempt(
        creates: Bool,
        _ body: (borrowing LockedFile, inout HistoryFile) throws(LockedFile.Failure) -> Void
    ) {
        do throws(LockedFile.Failure) {
            let file = try LockedFile(path: path, creates: creates, waitMilliseconds: lockWaitMilliseconds)
            lockWaitMilliseconds = Self.lockTimeoutMilliseconds
            try body(file, &self)
        } catch {
            // Whoever waited in vain once does not wait for every entry.
            if error == .isLocked { lockWaitMilliseconds = 0 }
            report(error, creates: creates)
        }
    }

    private mutating func report(_ failure: LockedFile.Failure, creates: Bool) {
        let isExpected = failure == .system(ENOENT) && !creates || failure == .isNoFile && path == "/dev/null"
        guard !isExpected else { return }
        let text = "history file \(path): \(Self.description(failure))"
        if text != lastProblem { problem = text }
        lastProblem = text
    }

    private static func description(_ failure: LockedFile.Failure) -> String {
        switch failure {
        case .system(let number): String(cString: strerror(number))
        case .isLocked: "locked by another program"
        case .isNoFile: "not a regular file"
        }
    }

    /// Reads what was added behind the place read up to.
    private mutating func takeOver(_ file: borrowing LockedFile) -> [String] {
        let size = file.size
        let start = max(0, offset - mark.count)
        var bytes: ArraySlice<UInt8>
        if offset > 0, size >= offset, size - start <= Self.maxBytes, case let tail = file.read(start..<size),
            tail.starts(with: mark)
        {
            bytes = tail.dropFirst(mark.count)
        } else {
            bytes = whole(file, size)
        }
        let entries = HistoryFormat.entries(bytes)
        lineCount += Self.lineCount(bytes)
        lastEntry = entries.last ?? lastEntry
        remember(bytes, size)
        return entries
    }

    /// The end of the file behind the mark, or all of it when the mark is not there.
    private mutating func whole(_ file: borrowing LockedFile, _ size: Int) -> ArraySlice<UInt8> {
        let start = max(0, size - Self.maxBytes)
        var bytes = file.read(start..<size)[...]
        if start > 0 { bytes = bytes.drop { $0 != 0x0A }.dropFirst() }
        let found = Self.lastEnd(of: mark, in: bytes) ?? Self.end(ofRestOf: mark, atStartOf: bytes)
        if found == nil { mark = [] }
        let new = bytes[(found ?? bytes.startIndex)...]
        lineCount = Self.lineCount(bytes[..<new.startIndex])
        return new
    }

    private static func lineCount(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.count { $0 == 0x0A }
    }

    /// The end of the mark's last lines at the file's beginning, when the lines before them were dropped.
    private static func end(ofRestOf mark: [UInt8], atStartOf bytes: ArraySlice<UInt8>) -> Int? {
        mark.indices.lazy.filter { mark[$0] == 0x0A && $0 + 1 < mark.count }
            .first { bytes.starts(with: mark[($0 + 1)...]) }
            .map { bytes.startIndex + mark.count - $0 - 1 }
    }

    private static func lastEnd(of mark: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard let last = mark.last else { return nil }
        return bytes.withUnsafeBytes { buffer -> Int? in
            guard let base = buffer.baseAddress else { return nil }
            var end = buffer.count
            while end >= mark.count {
                if buffer[end - 1] == last, memcmp(base + (end - mark.count), mark, mark.count) == 0 {
                    return bytes.startIndex + end
                }
                end -= 1
            }
            return nil
        }
    }

    private mutating func remember(_ bytes: some Collection<UInt8>, _ end: Int) {
        offset = end
        mark = Array((mark + Array(bytes.suffix(Self.markBytes))).suffix(Self.markBytes))
    }

    private mutating func write(_ entry: String, _ file: borrowing LockedFile) throws(LockedFile.Failure) {
        var line = HistoryFormat.line(entry)
        // The last line of a file written by hand, or by a session that was ended, may lack its end.
        if let last = mark.last, last != 0x0A { line.insert(0x0A, at: 0) }
        try file.append(line)
        lineCount += 1
        lastEntry = entry
        remember(line, offset + line.count)
    }

    /// Drops the oldest lines of a file that has too many.
    private mutating func shortenIfNeeded(_ file: borrowing LockedFile) throws(LockedFile.Failure) {
        let size = file.size
        guard lineCount > maxEntries + maxEntries / 4 || size > Self.maxBytes else { return }
        let bytes = file.read(max(0, size - Self.maxBytes)..<size)
        let start = startOfNewest(bytes)
        guard start < bytes.endIndex else { return }
        let kept = bytes[start...]
        try file.replace(path, by: kept)
        lineCount = Self.lineCount(kept)
        offset = kept.count
        mark = Array(kept.suffix(Self.markBytes))
    }

    /// Where the newest lines begin that are to be kept.
    private func startOfNewest(_ bytes: [UInt8]) -> Int {
        var start = bytes.endIndex
        var lines = 0
        // The end of the last line separates nothing.
        for index in bytes.indices.dropLast().reversed() where bytes[index] == 0x0A {
            if bytes.count - index > Self.maxBytes / 2 { return start }
            start = index + 1
            lines += 1
            if lines == maxEntries { return start }
        }
        return bytes.count <= Self.maxBytes / 2 ? bytes.startIndex : start
    }
}
