import DistributionAPI

/// Ids, one a line. Empty lines, and white space around an id, do not count.
struct LinesInput: InputReader {
    private let lines: LineReader

    init(path: String) throws(InputError) {
        lines = try LineReader(path: path)
    }

    mutating func next() throws(InputError) -> NewItem? {
        while let line = try lines.next() {
            let text = InputText.trimmed(line)
            guard !text.isEmpty else { continue }
            return NewItem(id: try InputText.id(text, at: lines.place))
        }
        return nil
    }
}

/// What readers do with bytes.
enum InputText {
    /// The bytes without spaces and tabs around them.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return bytes[first...last]
    }

    /// Reads an id.
    ///
    /// - Throws: `InputError` with what stands there in place of an id.
    static func id(
        _ text: ArraySlice<UInt8>,
        at place: @autoclosure () -> String
    ) throws(InputError) -> DistributionID {
        if let id = text.withUnsafeBytes({ DistributionID(utf8: $0) }) { return id }
        throw InputProblem.noID(String(decoding: text, as: UTF8.self)).at(place())
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
