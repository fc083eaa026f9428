/// What was entered, oldest first, in memory.
public struct History: Sendable {
    /// How many entries are kept.
    public static let maxEntries = 5000
    /// How many UTF-8 bytes all entries may have together (32 MiB).
    public static let maxBytes = 32 << 20

    public private(set) var entries: [String] = []
    private var byteCount = 0

    public init(_ entries: [String] = []) {
        append(contentsOf: entries)
    }

    /// Whether an entry is one to keep: not blank, not one that begins with a space, not the previous one again.
    public static func keeps(_ entry: String, after previous: String?) -> Bool {
        entry.utf8.first != 0x20 && !entry.allSatisfy(\.isWhitespace) && entry != previous
    }

    /// Keeps an entry.
    ///
    /// - Returns: Whether it was one to keep.
    @discardableResult
    public mutating func add(_ entry: String) -> Bool {
        guard Self.keeps(entry, after: entries.last) else { return false }
        append(contentsOf: [entry])
        return true
    }

    /// Takes over entries of other sessions, as newer than its own.
    public mutating func append(contentsOf new: [String]) {
        entries.append(contentsOf: new)
        byteCount += new.reduce(0) { $0 + $1.utf8.count }
        var dropped = max(0, entries.count - Self.maxEntries)
        for entry in entries[..<dropped] { byteCount -= entry.utf8.count }
        while byteCount > Self.maxBytes, dropped < entries.count - 1 {
            byteCount -= entries[dropped].utf8.count
            dropped += 1
        }
        entries.removeFirst(dropped)
    }

    /// The nearest entry before an index that begins with a prefix and is longer.
    func index(before index: Int, beginningWith prefix: String) -> Int? {
        entries[..<index].lastIndex { $0.begins(with: prefix) && $0.utf8.count > prefix.utf8.count }
    }

    func index(after index: Int, beginningWith prefix: String) -> Int? {
        guard index + 1 < entries.count else { return nil }
        return entries[(index + 1)...].firstIndex { $0.begins(with: prefix) && $0.utf8.count > prefix.utf8.count }
    }
}

extension String {
    /// Whether it begins with exactly these bytes; equal characters written differently do not count.
    func begins(with prefix: String) -> Bool {
        utf8.count >= prefix.utf8.count && hasPrefix(prefix) && utf8.starts(with: prefix.utf8)
    }
}
