/// Tells how well a name fits what was typed of it.
struct FuzzyMatch {
    private let pattern: [UInt8]
    private let lowered: [UInt8]

    init(_ pattern: String) {
        self.pattern = Array(pattern.utf8)
        lowered = self.pattern.map(Self.lowered)
    }

    /// How well a name fits, more is better; `nil` when the letters typed do not occur in it in their order.
    ///
    /// A name that begins with the pattern comes before one that begins with it in other case, then one that has it
    /// inside, then one that has its letters, best at the beginnings of words.
    func score(_ name: String) -> Int? {
        if pattern.isEmpty { return 0 }
        let bytes = Array(name.utf8)
        guard bytes.count >= pattern.count else { return nil }
        if bytes.starts(with: pattern) { return 4000 - bytes.count }
        let loweredName = bytes.map(Self.lowered)
        if loweredName.starts(with: lowered) { return 3000 - bytes.count }
        if Self.contains(loweredName, lowered) { return 2000 - bytes.count }
        return scattered(bytes, loweredName)
    }

    /// One letter alone would fit nearly everything.
    private func scattered(_ bytes: [UInt8], _ loweredName: [UInt8]) -> Int? {
        guard lowered.count >= 2, loweredName.first == lowered.first else { return nil }
        var position = 0
        var score = 1000 - bytes.count
        for letter in lowered {
            guard let found = loweredName[position...].firstIndex(of: letter) else { return nil }
            let beginsWord =
                found == 0 || bytes[found - 1] == UInt8(ascii: "_") || bytes[found - 1] == UInt8(ascii: ".")
            score -= beginsWord ? 0 : found - position
            position = found + 1
        }
        return score
    }

    private static func contains(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard wanted.count <= bytes.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { bytes[$0...].starts(with: wanted) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
