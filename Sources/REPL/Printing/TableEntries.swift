import LuaRuntime

extension LuaValue {
    /// Whether the value has entries.
    var isTable: Bool {
        switch self {
        case .array, .table, .object: true
        default: false
        }
    }
}

/// The entries of a table in the order in which they are shown: the sequence, then names, then other keys.
struct TableEntries {
    struct Entry {
        /// `nil` for an element of the sequence.
        var key: LuaValue?
        var value: LuaValue
    }

    /// The first entries, `maxCount` at most.
    let shown: [Entry]
    let totalCount: Int
    /// How many entries are elements of the sequence, shown or not.
    let sequenceCount: Int

    /// Takes time in proportion to the table, and sorts no more than what is shown.
    init(_ value: LuaValue, maxCount: Int) {
        switch value {
        case .array(let elements):
            shown = elements.prefix(maxCount).map { Entry(key: nil, value: $0) }
            totalCount = elements.count
            sequenceCount = elements.count
        case .table(let entries), .object(_, let entries):
            let sequence = Self.sequence(entries)
            shown = Self.ordered(entries, sequence: sequence, maxCount: maxCount)
            totalCount = entries.count
            sequenceCount = sequence.count
        default:
            shown = []
            totalCount = 0
            sequenceCount = 0
        }
    }

    private static func ordered(_ entries: [LuaValue.Entry], sequence: [Int], maxCount: Int) -> [Entry] {
        let elements = sequence.prefix(maxCount).map { Entry(key: nil, value: entries[$0].value) }
        guard elements.count < maxCount, sequence.count < entries.count else { return elements }
        let ranks = entries.map { rank($0.key, sequenceCount: sequence.count) }
        let others = entries.indices.filter { ranks[$0] != .element }
        let sorted = smallest(maxCount - elements.count, of: others) { left, right in
            ranks[left] == ranks[right]
                ? isBefore(entries[left].key, entries[right].key)
                : ranks[left].rawValue < ranks[right].rawValue
        }
        return elements + sorted.map { Entry(key: entries[$0].key, value: entries[$0].value) }
    }

    /// Where the elements 1, 2, … up to the first gap are.
    private static func sequence(_ entries: [LuaValue.Entry]) -> [Int] {
        var places = [Int?](repeating: nil, count: entries.count)
        for (index, entry) in entries.enumerated() {
            if case .integer(let number) = entry.key, number >= 1, number <= Int64(entries.count) {
                places[Int(number) - 1] = index
            }
        }
        return Array(places.prefix { $0 != nil }.compactMap(\.self))
    }

    /// The order of the sorts of keys.
    private enum Rank: Int {
        case id, name, text, number, other, element
    }

    private static func rank(_ key: LuaValue, sequenceCount: Int) -> Rank {
        switch key {
        case .string(let bytes):
            bytes == Array("id".utf8) ? .id : LuaLiteral.isName(bytes) ? .name : .text
        case .integer(let number): number >= 1 && number <= Int64(sequenceCount) ? .element : .number
        case .number: .number
        default: .other
        }
    }

    private static func isBefore(_ left: LuaValue, _ right: LuaValue) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): left.lexicographicallyPrecedes(right)
        case (.integer(let left), .integer(let right)): left < right
        case (.integer(let left), .number(let right)): Double(left) < right
        case (.number(let left), .integer(let right)): left < Double(right)
        case (.number(let left), .number(let right)): left < right
        case (.boolean(let left), .boolean(let right)): !left && right
        case (.boolean, _): true
        default: false
        }
    }

    private static func smallest(_ count: Int, of indices: [Int], by isBefore: (Int, Int) -> Bool) -> [Int] {
        if indices.count <= count { return indices.sorted(by: isBefore) }
        var kept: [Int] = []
        for index in indices {
            if kept.count == count {
                guard let last = kept.last, isBefore(index, last) else { continue }
                kept.removeLast()
            }
            var low = 0
            var high = kept.count
            while low < high {
                let middle = (low + high) / 2
                if isBefore(index, kept[middle]) { high = middle } else { low = middle + 1 }
            }
            kept.insert(index, at: low)
        }
        return kept
    }
}
