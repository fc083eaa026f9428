/// A line of a source with a mark under the place of an error.
struct SourceExcerpt {
    /// Counted from 1.
    var line: Int
    /// What is marked, in bytes of the source; `nil` for nothing, empty for the place before a byte.
    var marked: Range<Int>?

    /// Wider texts are shown from near the mark.
    private static let minTextColumns = 20

    /// The line, and below it the mark; empty when the source has no such line.
    func lines(of source: String, columnCount: Int, mask: SecretMask, paint: Paint) -> [String] {
        let bytes = Array(source.utf8)
        guard let range = Self.range(of: line, in: bytes) else { return [] }
        let text = Self.shown(bytes[range])
        let number = String(line)
        let margin = String(repeating: " ", count: number.count)
        var mark: (column: Int, width: Int)?
        if let marked, range.lowerBound <= marked.upperBound, marked.lowerBound <= range.upperBound {
            let start = max(marked.lowerBound, range.lowerBound)
            let end = min(max(marked.upperBound, start), range.upperBound)
            mark = Self.mark(Self.shown(bytes[range.lowerBound..<start]), Self.shown(bytes[start..<end]), text, mask)
        }
        let available = max(Self.minTextColumns, columnCount - number.count - 5)
        let (shown, column) = Self.window(mask.masked(text), showing: mark ?? (0, 0), columns: available)
        let head = paint(.position, "  \(number) │") + (shown.isEmpty ? "" : " " + shown)
        guard let mark else { return [head] }
        let width = max(1, min(mark.width, available - column))
        let carets = String(repeating: " ", count: column) + paint(.caret, String(repeating: "^", count: width))
        return [head, paint(.position, "  \(margin) │") + " " + carets]
    }

    /// The bytes of a line without its end.
    static func range(of line: Int, in bytes: [UInt8]) -> Range<Int>? {
        var start = 0
        var number = 1
        while number < line {
            guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            start = end + 1
            number += 1
        }
        guard line >= 1, start <= bytes.count else { return nil }
        return start..<(bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count)
    }

    private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
        let spaced = bytes.filter { $0 != UInt8(ascii: "\r") }.map { $0 == UInt8(ascii: "\t") ? UInt8(ascii: " ") : $0 }
        return TextEscaping.escaped(spaced, quote: nil).text
    }

    /// Where the mark is in the masked text; none when a secret reaches over its ends.
    private static func mark(
        _ before: String,
        _ inside: String,
        _ text: String,
        _ mask: SecretMask
    ) -> (column: Int, width: Int)? {
        let start = mask.masked(before)
        let middle = mask.masked(inside)
        guard mask.masked(text).hasPrefix(start + middle) else { return nil }
        return (TextWidth.columns(of: start), TextWidth.columns(of: middle))
    }

    /// The part of a text that has a mark in it, and at which column of the part the mark begins.
    private static func window(
        _ text: String,
        showing mark: (column: Int, width: Int),
        columns: Int
    ) -> (String, Int) {
        if TextWidth.columns(of: text) <= columns { return (text, mark.column) }
        guard mark.column + mark.width > columns - 1 else {
            return (TextWidth.cut(text, columns: columns), mark.column)
        }
        // Half of the room stands before the mark, or less where the mark is wide.
        let wanted = max(1, min(columns / 2, columns - mark.width - 2))
        let skipped = TextWidth.prefix(of: text, columns: max(0, mark.column - wanted))
        if skipped.isEmpty { return (TextWidth.cut(text, columns: columns), mark.column) }
        let rest = "…" + text[skipped.endIndex...]
        return (TextWidth.cut(rest, columns: columns), mark.column - TextWidth.columns(of: skipped) + 1)
    }
}
