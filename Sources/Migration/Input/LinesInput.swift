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
