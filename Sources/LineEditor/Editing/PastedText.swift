/// Text that was pasted, made fit for the buffer.
enum PastedText {
    /// What was typed, when a text was copied from a session, that is, when its first line begins with the prompt:
    /// lines lose their prompts, and those without are output and go. Linear.
    static func withoutPrompts(_ text: String, prompt: String, continuation: String) -> String {
        let marks = [prompt, continuation].filter { !$0.allSatisfy(\.isWhitespace) }
        guard let first = marks.first, first == prompt, length(of: prompt, atStartOf: text[...]) != nil else {
            return text
        }
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map({ Substring($0) }) {
            guard let length = marks.lazy.compactMap({ Self.length(of: $0, atStartOf: line) }).first else { continue }
            let typed = Substring(line.utf8.dropFirst(length))
            // The prompt that waited when it was copied.
            if typed.isEmpty, line.utf8.starts(with: prompt.utf8.prefix(length)) { continue }
            if !result.isEmpty { result.append("\n") }
            result.append(contentsOf: typed)
        }
        return result
    }

    /// The bytes that a mark takes at a line's start; a line that is the mark alone may lack its last spaces.
    private static func length(of mark: String, atStartOf line: Substring) -> Int? {
        if line.utf8.starts(with: mark.utf8) { return mark.utf8.count }
        let bare = mark.utf8.reversed().drop { $0 == 0x20 }.count
        guard line.utf8.starts(with: mark.utf8.prefix(bare)) else { return nil }
        let next = line.utf8.dropFirst(bare).first
        return next == nil || next == 0x0A ? bare : nil
    }
}
