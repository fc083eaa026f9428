/// Makes texts harmless for a terminal: what moves, hides or reorders is written as an escape of Lua.
enum TextEscaping {
    /// A text that was made safe.
    struct Escaped {
        var text: String
        /// How many characters were left out at the end.
        var omittedCount: Int
    }

    /// The inside of a Lua string in double quotes.
    ///
    /// - Parameters:
    ///   - maxCharacters: how many characters (Unicode scalars, and bytes that are not UTF-8) are taken.
    ///   - quote: what else is escaped, beside control characters; `nil` leaves quotes and backslashes as they are.
    static func escaped(_ bytes: [UInt8], maxCharacters: Int = .max, quote: Unicode.Scalar? = "\"") -> Escaped {
        var reader = ScalarReader(bytes)
        var text = String.UnicodeScalarView()
        var count = 0
        var previous: Unicode.Scalar?
        while count < maxCharacters, let item = reader.next() {
            count += 1
            switch item {
            case .byte(let byte):
                text.append(contentsOf: hexadecimal(byte).unicodeScalars)
                previous = nil
            case .scalar(let scalar):
                if let quote, scalar == quote || scalar == "\\" {
                    text.append("\\")
                    text.append(scalar)
                } else if needsEscape(scalar, after: previous, before: reader.peek()) {
                    text.append(contentsOf: escape(scalar).unicodeScalars)
                } else {
                    text.append(scalar)
                }
                previous = scalar
            }
        }
        return Escaped(text: String(text), omittedCount: reader.remainingCount)
    }

    /// A text for people, such as a message: line ends and tabs stay, all else that steers a terminal is escaped.
    static func safe(_ text: String) -> String {
        let isHarmless = text.utf8.allSatisfy { 0x20...0x7E ~= $0 || $0 == 0x0A || $0 == 0x09 }
        if isHarmless { return text }
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        return lines.map { line in
            let fields = line.split(separator: 0x09, omittingEmptySubsequences: false)
            return fields.map { escaped(Array($0), quote: nil).text }.joined(separator: "\t")
        }.joined(separator: "\n")
    }

    private static func needsEscape(
        _ scalar: Unicode.Scalar,
        after previous: Unicode.Scalar?,
        before next: Unicode.Scalar?
    ) -> Bool {
        if 0x20...0x7E ~= scalar.value { return false }
        // The joiner of pictures such as families is the one invisible character that names and notes hold often.
        if scalar.value == 0x200D, let previous, let next { return !(isPicture(previous) && isPicture(next)) }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint && scalar.value != 0xFE0F
        }
    }

    private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value > 0xFF && (scalar.properties.isEmoji || scalar.value == 0xFE0F)
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        case _ where scalar.value < 0x80: hexadecimal(UInt8(scalar.value))
        default: "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}

/// Reads bytes as UTF-8, and as single bytes where they are not.
private struct ScalarReader {
    enum Item {
        case scalar(Unicode.Scalar)
        case byte(UInt8)
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func next() -> Item? {
        guard position < bytes.count else { return nil }
        guard let (scalar, length) = decode(at: position) else {
            position += 1
            return .byte(bytes[position - 1])
        }
        position += length
        return .scalar(scalar)
    }

    /// The character that comes next; `nil` at the end and where the bytes are no UTF-8.
    func peek() -> Unicode.Scalar? {
        position < bytes.count ? decode(at: position)?.0 : nil
    }

    /// How many characters come, the bytes that continue one not counted.
    var remainingCount: Int {
        bytes[position...].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }

    private func decode(at start: Int) -> (Unicode.Scalar, Int)? {
        let first = bytes[start]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard 0xC2...0xF4 ~= first, start + length <= bytes.count else { return nil }
        var value = UInt32(first) & (0xFF >> UInt32(length + 1))
        for byte in bytes[start + 1..<start + length] {
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        // A longer form than needed is no UTF-8.
        guard value >= (length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80) else { return nil }
        return Unicode.Scalar(value).map { ($0, length) }
    }
}
