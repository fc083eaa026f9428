/// The reserved words of Lua 5.4.
public enum Keyword: String, Hashable, Sendable, CaseIterable {
    case and, `break`, `do`, `else`, `elseif`, end, `false`, `for`, function, goto, `if`, `in`, local, `nil`, not, or
    case `repeat`, `return`, then, `true`, until, `while`

    /// The longest, `function`, fills eight bytes: so every word has a number of its own.
    private static let byPackedBytes: [UInt64: Keyword] = {
        var table: [UInt64: Keyword] = [:]
        for keyword in allCases { table[pack(keyword.rawValue.utf8)] = keyword }
        return table
    }()

    private static let byteCounts = 2...8

    init?(bytes: ArraySlice<UInt8>) {
        guard Self.byteCounts.contains(bytes.count), let keyword = Self.byPackedBytes[Self.pack(bytes)] else {
            return nil
        }
        self = keyword
    }

    private static func pack(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Whether the word is a value by itself.
    var isConstant: Bool {
        self == .nil || self == .true || self == .false
    }
}
