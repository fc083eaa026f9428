import JSONDocument

/// What differs between two documents, as text.
struct DiffText {
    let changes: [JSONChange]

    /// How much of a value is shown on a line.
    private static let maxValueCharacters = 60

    /// - Throws: `JSONError` when one of them is no JSON.
    init(parsing before: [UInt8], _ after: [UInt8]) throws(JSONError) {
        changes = JSONDocument.diff(try JSONDocument(parsing: before), try JSONDocument(parsing: after))
    }

    /// For documents that a service sent; what cannot be parsed has no changes.
    init(before: [UInt8], after: [UInt8]) {
        changes = (try? DiffText(parsing: before, after).changes) ?? []
    }

    /// The changes without that of the time of the last write, which comes with each.
    var tellingChanges: [JSONChange] { changes.filter { $0.pointer.description != "/updated/value" } }

    /// The changes on one line, those of the time of the last write left out.
    func summary(maxChanges: Int) -> String {
        let shown = tellingChanges
        var parts = shown.prefix(maxChanges).map { change in
            "\(change.pointer)  \(Self.short(change.old)) → \(Self.short(change.new))"
        }
        if shown.count > maxChanges { parts.append("… \(shown.count - maxChanges) more") }
        return parts.joined(separator: "   ")
    }

    /// A line for each side of each change: `- /path: old`, `+ /path: new`.
    func lines(color: Bool) -> String {
        var text = ""
        for change in changes {
            let path = change.pointer.tokens.isEmpty ? "(document)" : change.pointer.description
            if let old = change.old { text += Self.line("-", path, old, color ? "\u{1B}[31m" : nil) }
            if let new = change.new { text += Self.line("+", path, new, color ? "\u{1B}[32m" : nil) }
        }
        return text
    }

    private static func line(_ mark: String, _ path: String, _ value: [UInt8], _ color: String?) -> String {
        let text = "\(mark) \(path): \(String(decoding: value, as: UTF8.self))"
        guard let color else { return text + "\n" }
        return "\(color)\(text)\u{1B}[0m\n"
    }

    private static func short(_ value: [UInt8]?) -> String {
        guard let value else { return "nothing" }
        let text = String(decoding: value, as: UTF8.self)
        return text.count > maxValueCharacters ? text.prefix(maxValueCharacters) + "…" : text
    }
}

extension DiffText {
    /// Each change as a JSON object on a line.
    func jsonLines() throws(JSONError) -> [UInt8] {
        var output: [UInt8] = []
        for change in changes {
            var members: [JSONValue.Member] = [.init("path", .string(change.pointer.description))]
            if let old = change.old { members.append(.init("old", .raw(old))) }
            if let new = change.new { members.append(.init("new", .raw(new))) }
            output += try JSONWriter.compact(.object(members))
            output.append(UInt8(ascii: "\n"))
        }
        return output
    }
}
