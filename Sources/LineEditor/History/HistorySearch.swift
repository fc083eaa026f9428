/// A search through the history for entries that contain what is typed.
struct HistorySearch: Sendable {
    struct Match: Sendable {
        var index: Int
        /// UTF-8 offsets in the entry.
        var range: Range<Int>
        /// The entry, with the cursor at the match.
        var buffer: TextBuffer
    }

    /// How long what is looked for may get, in UTF-8 bytes.
    static let maxQueryBytes = 1024

    private(set) var query = ""
    var isOlder: Bool
    private(set) var match: Match?
    private(set) var isFailing = false
    /// Where the search began, and where the next match is looked for from.
    private let start: Int

    init(isOlder: Bool, start: Int) {
        self.isOlder = isOlder
        self.start = start
    }

    /// Goes on from the present match with a longer query.
    mutating func extend(by text: String, in entries: [String]) {
        guard query.utf8.count + text.utf8.count <= Self.maxQueryBytes else { return isFailing = true }
        query += text
        find(from: match?.index ?? start, isIncluded: true, in: entries)
    }

    /// Takes the last character back and begins anew.
    mutating func shorten(in entries: [String]) {
        guard !query.isEmpty else { return isFailing = true }
        query.removeLast()
        match = nil
        isFailing = false
        if !query.isEmpty { find(from: start, isIncluded: true, in: entries) }
    }

    /// Goes to the next entry that matches and is not the same again.
    mutating func next(isOlder: Bool, in entries: [String]) {
        self.isOlder = isOlder
        guard !query.isEmpty else { return }
        find(from: match?.index ?? start, isIncluded: match == nil, in: entries)
    }

    private mutating func find(from index: Int, isIncluded: Bool, in entries: [String]) {
        let step = isOlder ? -1 : 1
        var candidate = isIncluded ? min(index, entries.count - 1) : index + step
        let shown = isIncluded ? nil : match.map { entries[$0.index] }
        let needle = Array(query.utf8)
        let isExact = query.contains(where: \.isUppercase)
        while entries.indices.contains(candidate) {
            let entry = entries[candidate]
            if entry != shown, let offset = Self.offset(of: needle, in: entry, isExact: isExact) {
                isFailing = false
                return match = Self.match(candidate, entry, offset..<offset + needle.count)
            }
            candidate += step
        }
        isFailing = true
    }

    private static func match(_ index: Int, _ entry: String, _ range: Range<Int>) -> Match {
        var buffer = TextBuffer(entry)
        buffer.move(to: buffer.position(ofOffset: range.lowerBound))
        return Match(index: index, range: range, buffer: buffer)
    }

    /// Where a text occurs first; without capitals in it, the case of letters of ASCII does not count.
    private static func offset(of needle: [UInt8], in text: String, isExact: Bool) -> Int? {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.count >= needle.count else { return nil }
            return (0...(bytes.count - needle.count)).first { start in
                needle.indices.allSatisfy { fold(bytes[start + $0], isExact) == needle[$0] }
            }
        }
    }

    private static func fold(_ byte: UInt8, _ isExact: Bool) -> UInt8 {
        !isExact && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}
