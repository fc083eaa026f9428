import LuaRuntime

/// The layout of one value: on one line where it fits, else a line for each entry.
struct ValueLayout {
    let columnCount: Int
    let paint: Paint
    let budget: ValuePrinter.Budget
    let times: TimeText
    var progress: PrintingProgress

    private static let indentationStep = 2

    /// A text with the columns it takes: colours take none.
    private struct Piece {
        var text: String
        var width: Int
        var isMultiline = false
    }

    /// Where a value stands.
    private struct Place {
        var depth = 0
        var indentation = 0
        /// The columns that the key before the value and the comma after it take.
        var usedColumns = 0
        var isTime = false
    }

    mutating func text(of value: LuaValue) -> String {
        // Shown by itself, a text that is a time or a table of one is likely one.
        piece(of: value, at: Place(isTime: true)).text
    }

    private mutating func piece(of value: LuaValue, at place: Place) -> Piece {
        switch value {
        case .array, .table, .object: table(value, at: place)
        case .string(let bytes): string(bytes, isTime: place.isTime)
        case .nil: piece("nil", .absent)
        case .jsonNull: piece("json.null", .absent)
        case .boolean(let value): piece(value ? "true" : "false", .boolean)
        case .integer(let value): piece(LuaLiteral.text(of: value), .number)
        case .number(let value): piece(LuaLiteral.text(of: value), .number)
        case .opaque(let type): piece("<\(TextEscaping.safe(type))>", .opaque)
        case .json(let text), .document(let text):
            Piece(text: TextEscaping.safe(String(decoding: text, as: UTF8.self)), width: columnCount, isMultiline: true)
        }
    }

    private func piece(_ text: String, _ role: Paint.Role) -> Piece {
        Piece(text: paint(role, text), width: TextWidth.columns(of: text))
    }

    private func string(_ bytes: [UInt8], isTime: Bool) -> Piece {
        if isTime, let time = times.text(of: bytes) { return piece("\"\(time)\"", .string) }
        let escaped = TextEscaping.escaped(bytes, maxCharacters: budget.maxTextCharacters)
        var result = piece("\"\(escaped.text)\"", .string)
        if escaped.omittedCount > 0 {
            let rest = piece("… \(escaped.omittedCount) more characters", .omission)
            result.text += rest.text
            result.width += rest.width
        }
        return result
    }

    // MARK: Tables

    private mutating func table(_ value: LuaValue, at place: Place) -> Piece {
        let entries = TableEntries(value, maxCount: budget.maxItems)
        if entries.totalCount == 0 { return Piece(text: "{}", width: 2) }
        guard place.depth < budget.maxDepth else { return piece("{…}", .omission) }
        var parts: [Piece] = []
        for entry in entries.shown {
            guard progress.take() else { break }
            parts.append(part(entry, in: place))
        }
        let omittedCount = entries.totalCount - parts.count
        let omission = omittedCount > 0 ? self.omission(omittedCount) : nil
        if let line = singleLine(parts, omission, at: place) { return line }
        let isPlainList = entries.shown.allSatisfy { $0.key == nil && !$0.value.isTable }
        return lines(isPlainList ? filled(parts, at: place) : parts, omission, at: place)
    }

    private func omission(_ count: Int) -> Piece {
        piece("… \(count) more" + (progress.isOutOfTime ? " (it took too long)" : ""), .omission)
    }

    private mutating func part(_ entry: TableEntries.Entry, in place: Place) -> Piece {
        var inner = Place(depth: place.depth + 1, indentation: place.indentation + Self.indentationStep)
        // For the comma.
        inner.usedColumns = 1
        guard let key = entry.key else {
            inner.isTime = place.isTime
            return piece(of: entry.value, at: inner)
        }
        let name = keyText(key)
        if case .string(let bytes) = key { inner.isTime = TimeText.isTime(bytes, inTime: place.isTime) }
        let nameWidth = TextWidth.columns(of: name) + 3
        inner.usedColumns += nameWidth
        var result = piece(of: entry.value, at: inner)
        result.text = paint(.key, name) + " = " + result.text
        result.width += nameWidth
        return result
    }

    private func keyText(_ key: LuaValue) -> String {
        switch key {
        case .string(let bytes) where LuaLiteral.isName(bytes): String(decoding: bytes, as: UTF8.self)
        case .string(let bytes):
            "[\"\(TextEscaping.escaped(bytes, maxCharacters: budget.maxTextCharacters).text)\"]"
        case .integer(let value): "[\(LuaLiteral.text(of: value))]"
        case .number(let value): "[\(LuaLiteral.text(of: value))]"
        case .boolean(let value): "[\(value)]"
        case .jsonNull: "[json.null]"
        case .opaque(let type): "[<\(TextEscaping.safe(type))>]"
        default: "[<table>]"
        }
    }

    private func singleLine(_ parts: [Piece], _ omission: Piece?, at place: Place) -> Piece? {
        let all = parts + (omission.map { [$0] } ?? [])
        guard !all.contains(where: \.isMultiline) else { return nil }
        let width = all.reduce(2) { $0 + $1.width + 2 }
        guard place.indentation + place.usedColumns + width <= columnCount else { return nil }
        return Piece(text: "{ " + all.map(\.text).joined(separator: ", ") + " }", width: width)
    }

    private func lines(_ parts: [Piece], _ omission: Piece?, at place: Place) -> Piece {
        let outer = String(repeating: " ", count: place.indentation)
        let inner = outer + String(repeating: " ", count: Self.indentationStep)
        let all = parts + (omission.map { [$0] } ?? [])
        let text = all.map { inner + $0.text }.joined(separator: ",\n")
        return Piece(text: "{\n\(text)\n\(outer)}", width: columnCount, isMultiline: true)
    }

    /// Many scalars on each line, for lists of them.
    private func filled(_ parts: [Piece], at place: Place) -> [Piece] {
        let available = columnCount - place.indentation - Self.indentationStep - 1
        var lines: [Piece] = []
        for part in parts {
            if var line = lines.last, line.width + 2 + part.width <= available {
                line.text += ", " + part.text
                line.width += 2 + part.width
                lines[lines.count - 1] = line
            } else {
                lines.append(part)
            }
        }
        return lines
    }
}
