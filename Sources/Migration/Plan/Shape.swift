public import JSONDocument

/// The kind of a change, by which the changes of a migration are counted and approved: which places it touches, and
/// from what kind of value to what kind.
///
/// `replace /github/gist/public true→false` · `add /share/note string` · `remove /old/* object`
///
/// Kinds are `true`, `false`, `null`, `string`, `number`, `array` and `object`. `*` stands for any position in an
/// array, and for any member whose name is a whole number. In names, `/` and `~` are written as in a JSON Pointer;
/// spaces, `;`, `%`, control characters and a name that is `*` are written as `%` and two hexadecimal digits. So no
/// name can pass for another shape.
public enum Shape {
    /// The most shapes that are told apart, in a plan and in a run: a migration that makes more changes something by
    /// accident. In a plan the changes beyond are counted together; in a run they are refused.
    public static let maxPerRun = 10_000
    /// A shape of more parts is summed up.
    public static let maxParts = 32
    /// A longer signature, in bytes, is summed up.
    public static let maxBytes = 1024

    /// The signature of the changes that lead from a record to its new version; equal for changes of one kind, in any
    /// order; empty for no changes.
    ///
    /// Its parts are sorted by their bytes, those that are equal written once, and joined by `; `. Beyond `maxParts` or
    /// `maxBytes` it is the first few of them and a hash of all.
    public static func signature(of changes: [JSONChange]) -> String {
        guard changes.count != 1 else {
            var text: [UInt8] = []
            text.reserveCapacity(typicalBytes)
            append(changes[0], to: &text)
            return text.count <= maxBytes ? String(decoding: text, as: UTF8.self) : ShapeSummary.text(of: [text])
        }
        let parts = sortedParts(of: changes)
        let byteCount = parts.reduce(0) { $0 + $1.count + separator.utf8.count }
        guard parts.count <= maxParts, byteCount <= maxBytes + separator.utf8.count else {
            return ShapeSummary.text(of: parts)
        }
        return String(decoding: Array(parts.joined(separator: separator.utf8)), as: UTF8.self)
    }

    static let separator = "; "
    private static let typicalBytes = 64

    private static func sortedParts(of changes: [JSONChange]) -> [[UInt8]] {
        var seen: Set<[UInt8]> = []
        for change in changes {
            var text: [UInt8] = []
            append(change, to: &text)
            seen.insert(text)
        }
        return seen.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func append(_ change: JSONChange, to text: inout [UInt8]) {
        switch (change.old, change.new) {
        case (let old?, let new?):
            text.append(contentsOf: "replace ".utf8)
            append(change.pointer, to: &text)
            text.append(contentsOf: " \(kind(old))→\(kind(new))".utf8)
        case (nil, let new):
            text.append(contentsOf: "add ".utf8)
            append(change.pointer, to: &text)
            text.append(contentsOf: " \(kind(new ?? []))".utf8)
        case (let old?, nil):
            text.append(contentsOf: "remove ".utf8)
            append(change.pointer, to: &text)
            text.append(contentsOf: " \(kind(old))".utf8)
        }
    }

    /// The kind of a value, told by the first byte of its text.
    private static func kind(_ value: [UInt8]) -> StaticString {
        switch value.first {
        case UInt8(ascii: "t"): "true"
        case UInt8(ascii: "f"): "false"
        case UInt8(ascii: "n"): "null"
        case UInt8(ascii: "\""): "string"
        case UInt8(ascii: "["): "array"
        case UInt8(ascii: "{"): "object"
        default: "number"
        }
    }

    private static func append(_ pointer: JSONPointer, to text: inout [UInt8]) {
        if pointer.tokens.isEmpty { text.append(contentsOf: "(document)".utf8) }
        for token in pointer.tokens {
            text.append(UInt8(ascii: "/"))
            let name = token.utf8
            if isPosition(name) {
                text.append(UInt8(ascii: "*"))
            } else if name.elementsEqual(CollectionOfOne(UInt8(ascii: "*"))) {
                appendEncoded(UInt8(ascii: "*"), to: &text)
            } else {
                for byte in name { append(byte, to: &text) }
            }
        }
    }

    private static func isPosition(_ name: String.UTF8View) -> Bool {
        !name.isEmpty && name.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func append(_ byte: UInt8, to text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "~"): text.append(contentsOf: "~0".utf8)
        case UInt8(ascii: "/"): text.append(contentsOf: "~1".utf8)
        case 0...0x20, 0x7F, UInt8(ascii: ";"), UInt8(ascii: "%"): appendEncoded(byte, to: &text)
        default: text.append(byte)
        }
    }

    private static func appendEncoded(_ byte: UInt8, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "%"))
        text.append(contentsOf: SHA256.hexadecimal(of: [byte]).utf8)
    }
}

/// The signature of a shape that is too large to be written out: the first parts, how many there are, and a hash that
/// tells it from others.
private enum ShapeSummary {
    /// The first parts are shown as far as they take no more bytes.
    private static let maxShownBytes = 256
    /// Half of the hash's digits are enough to tell shapes apart.
    private static let digitCount = 32

    static func text(of parts: [[UInt8]]) -> String {
        var hash = SHA256()
        for part in parts {
            hash.update(part)
            // A line feed is in no part.
            hash.update([UInt8(ascii: "\n")])
        }
        let digits = SHA256.hexadecimal(of: hash.finish()).prefix(digitCount)
        var shown: [UInt8] = []
        for part in parts {
            guard shown.count + part.count + Shape.separator.utf8.count <= maxShownBytes else { break }
            shown += part + Array(Shape.separator.utf8)
        }
        return String(decoding: shown, as: UTF8.self) + "… \(parts.count) places in all, sha256 \(digits)"
    }
}
