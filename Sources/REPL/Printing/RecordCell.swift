import LuaRuntime

/// One member of one record, as a table shows it.
struct RecordCell {
    enum Kind: Hashable {
        case absent, null, boolean, number, count, text, time, opaque
    }

    var kind: Kind
    var text: String

    /// Longer texts are cut before they are laid out.
    private static let maxCharacters = 200

    static let absent = RecordCell(kind: .absent, text: "nil")

    static func count(_ count: Int) -> RecordCell {
        RecordCell(kind: .count, text: String(count))
    }

    /// - Parameter isTime: whether the member's name tells of a time.
    init(_ value: LuaValue, isTime: Bool, times: TimeText) {
        switch value {
        case .nil: self = .absent
        case .jsonNull: self.init(kind: .null, text: "null")
        case .boolean(let value): self.init(kind: .boolean, text: String(value))
        case .integer(let value): self.init(kind: .number, text: String(value))
        case .number(let value): self.init(kind: .number, text: LuaLiteral.text(of: value))
        case .string(let bytes): self = Self.text(bytes, isTime: isTime, times: times)
        case .opaque(let type): self.init(kind: .opaque, text: "<\(TextEscaping.safe(type))>")
        case .array, .table, .object, .json, .document: self.init(kind: .opaque, text: "{…}")
        }
    }

    private init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }

    static let emptyTable = RecordCell(kind: .opaque, text: "{}")

    private static func text(_ bytes: [UInt8], isTime: Bool, times: TimeText) -> RecordCell {
        if isTime, let time = times.text(of: bytes) { return RecordCell(kind: .time, text: time) }
        let escaped = TextEscaping.escaped(bytes, maxCharacters: maxCharacters, quote: nil)
        if escaped.omittedCount > 0 { return RecordCell(kind: .text, text: escaped.text + "…") }
        let looksLikeOther =
            ["", "nil", "null", "true", "false"].contains(escaped.text) || Double(escaped.text) != nil
        if looksLikeOther { return RecordCell(kind: .text, text: "\"\(escaped.text)\"") }
        return RecordCell(kind: isTime ? .time : .text, text: escaped.text)
    }

    var role: Paint.Role? {
        switch kind {
        case .absent, .null: .absent
        case .boolean: .boolean
        case .number, .count: .number
        case .opaque: .opaque
        case .text, .time: nil
        }
    }
}
