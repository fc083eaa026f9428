/// Collects a bracketed paste, up to its end mark.
///
/// What a paste may not bring is left out: control characters other than tab and newline could do things as if typed.
struct PasteCollector {
    /// `ESC [ 201 ~`
    private static let endMark: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]

    private let maxBytes: Int
    private var bytes: [UInt8] = []
    /// How much of the end mark has just been seen.
    private var matchedCount = 0
    private var endsWithReturn = false
    private var isFull = false

    init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    /// - Returns: whether the byte was the last of the end mark.
    mutating func add(_ byte: UInt8) -> Bool {
        if byte == Self.endMark[matchedCount] {
            matchedCount += 1
            return matchedCount == Self.endMark.count
        }
        // ESC stands at the mark's beginning alone, so a failed match can only begin anew at this very byte. The ESC
        // itself is dropped.
        for missed in Self.endMark[..<matchedCount].dropFirst() { append(missed) }
        matchedCount = byte == Self.endMark[0] ? 1 : 0
        if matchedCount == 0 { append(byte) }
        return false
    }

    private mutating func append(_ byte: UInt8) {
        let followsReturn = endsWithReturn
        endsWithReturn = byte == 0x0D
        switch byte {
        case 0x0A where followsReturn: return
        case 0x0D, 0x0A: store(0x0A)
        case 0x09, 0x20...0x7E, 0x80...: store(byte)
        default: return
        }
    }

    private mutating func store(_ byte: UInt8) {
        guard bytes.count < maxBytes else {
            isFull = true
            return
        }
        // Once something was dropped, nothing that follows is kept: a text with a hole would be another text.
        if !isFull { bytes.append(byte) }
    }

    /// What was pasted.
    var text: String {
        let decoded = String(decoding: isFull ? wholeCharacters : bytes[...], as: UTF8.self)
        guard decoded.unicodeScalars.contains(where: Self.isSecondControl) else { return decoded }
        var kept = String.UnicodeScalarView()
        kept.append(contentsOf: decoded.unicodeScalars.lazy.filter { !Self.isSecondControl($0) })
        return String(kept)
    }

    /// The bytes but for a character at the end that the limit has cut.
    private var wholeCharacters: ArraySlice<UInt8> {
        guard let lead = bytes.lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return bytes[...] }
        let wanted = bytes[lead] >= 0xF0 ? 4 : bytes[lead] >= 0xE0 ? 3 : bytes[lead] >= 0xC0 ? 2 : 1
        return bytes.count - lead < wanted ? bytes[..<lead] : bytes[...]
    }

    /// The control characters of two bytes, U+0080–U+009F.
    private static func isSecondControl(_ scalar: Unicode.Scalar) -> Bool {
        (0x80...0x9F).contains(scalar.value)
    }
}
