/// The text of a program, as the stock interpreter reads it from a file.
enum ScriptSource {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// What a binary chunk begins with (`LUA_SIGNATURE`).
    private static let binaryMark: UInt8 = 0x1B

    /// Takes off a byte order mark and a first line that begins with `#`. The line's end stays, so that lines keep
    /// their numbers, unless a binary chunk follows.
    static func program(from text: [UInt8]) -> [UInt8] {
        var rest = text[...]
        if rest.starts(with: byteOrderMark) { rest = rest.dropFirst(byteOrderMark.count) }
        guard rest.first == UInt8(ascii: "#") else { return Array(rest) }
        rest = rest.drop { $0 != UInt8(ascii: "\n") }
        if rest.dropFirst().first == binaryMark { rest = rest.dropFirst() }
        return Array(rest)
    }
}
