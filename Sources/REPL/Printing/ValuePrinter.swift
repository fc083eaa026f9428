public import LuaRuntime

/// Lays values out for reading, within limits of depth, items and length.
public struct ValuePrinter: Sendable {
    /// Tables nested deeper are shown as `{…}`.
    public static let maxDepth = 8
    /// How many entries of one table are shown.
    public static let maxItems = 100
    /// How many characters of one text are shown.
    public static let maxTextCharacters = 2000

    private let columnCount: Int
    private let usesColor: Bool

    /// - Parameter columnCount: tables that fit in so many columns are shown on one line.
    public init(columnCount: Int = 80, usesColor: Bool = false) {
        self.columnCount = columnCount
        self.usesColor = usesColor
    }

    /// The text of a value, over several lines when it is long.
    public func text(of value: LuaValue) -> String {
        text(of: value, depth: 0, indentation: 0).text
    }

    /// A text with the columns it takes: colours take none.
    private struct Piece {
        var text: String
        var width: Int
        var isMultiline = false
    }

    private func text(of value: LuaValue, depth: Int, indentation: Int) -> Piece {
        switch value {
        case .nil: piece("nil", color: 90)
        case .jsonNull: piece("null", color: 90)
        case .boolean(let value): piece(value ? "true" : "false", color: 33)
        case .integer(let value): piece(String(value), color: 36)
        case .number(let value): piece(Self.text(of: value), color: 36)
        case .string(let bytes): piece(Self.quoted(bytes), color: 32)
        case .opaque(let type): piece("<\(type)>", color: 35)
        case .json(let text), .document(let text): piece(String(decoding: text, as: UTF8.self), color: nil)
        case .array(let elements):
            container(elements.map { (nil, $0) }, "[", "]", depth: depth, indentation: indentation)
        case .table(let entries), .object(_, let entries):
            container(Self.sorted(entries), "{", "}", depth: depth, indentation: indentation)
        }
    }

    private func container(
        _ entries: [(key: String?, value: LuaValue)],
        _ open: String,
        _ close: String,
        depth: Int,
        indentation: Int
    ) -> Piece {
        if entries.isEmpty { return piece(open + close, color: nil) }
        guard depth < Self.maxDepth else { return piece("\(open)…\(close)", color: nil) }
        var pieces: [Piece] = []
        for entry in entries.prefix(Self.maxItems) {
            var part = text(of: entry.value, depth: depth + 1, indentation: indentation + 2)
            if let key = entry.key {
                part.text = "\(key): \(part.text)"
                part.width += key.count + 2
            }
            pieces.append(part)
        }
        if entries.count > Self.maxItems { pieces.append(piece("… \(entries.count - Self.maxItems) more", color: 90)) }
        let width = pieces.reduce(2) { $0 + $1.width + 2 }
        if !pieces.contains(where: \.isMultiline), indentation + width <= columnCount {
            return Piece(text: open + pieces.map(\.text).joined(separator: ", ") + close, width: width)
        }
        let inner = String(repeating: " ", count: indentation + 2)
        let lines = pieces.map { inner + $0.text }.joined(separator: ",\n")
        let outer = String(repeating: " ", count: indentation)
        return Piece(text: "\(open)\n\(lines)\n\(outer)\(close)", width: columnCount, isMultiline: true)
    }

    private func piece(_ text: String, color: Int?) -> Piece {
        guard usesColor, let color else { return Piece(text: text, width: text.count) }
        return Piece(text: "\u{1B}[\(color)m\(text)\u{1B}[0m", width: text.count)
    }

    /// By name; other keys before, in brackets.
    private static func sorted(_ entries: [LuaValue.Entry]) -> [(key: String?, value: LuaValue)] {
        let named = entries.map { entry -> (rank: Int, number: Double, key: String, value: LuaValue) in
            switch entry.key {
            case .string(let bytes):
                (1, 0, isName(bytes) ? String(decoding: bytes, as: UTF8.self) : quoted(bytes), entry.value)
            case .integer(let value): (0, Double(value), "[\(value)]", entry.value)
            case .number(let value): (0, value, "[\(text(of: value))]", entry.value)
            default: (2, 0, "[\(ValuePrinter().text(of: entry.key))]", entry.value)
            }
        }
        return named.sorted { ($0.rank, $0.number, $0.key) < ($1.rank, $1.number, $1.key) }.map { ($0.key, $0.value) }
    }

    private static func isName(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return bytes.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
    }

    /// As Lua shows floats: always with a point or an exponent.
    private static func text(of number: Double) -> String {
        if number.isNaN { return "nan" }
        if number.isInfinite { return number < 0 ? "-inf" : "inf" }
        return number.description
    }

    /// In quotes, with what a terminal must not get escaped.
    private static func quoted(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        var result = "\""
        for scalar in text.unicodeScalars.prefix(maxTextCharacters) {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                result += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        let count = text.unicodeScalars.count
        return result + "\"" + (count > maxTextCharacters ? "… (\(count) characters)" : "")
    }
}
