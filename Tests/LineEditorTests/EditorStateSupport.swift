import Testing

@testable import LineEditor

/// A toy language: `begin` opens a block and `end` closes one; blocks are indented by two.
final class ToyAssistant: EditorAssistant {
    var words = ["print", "printf", "pairs", "position", "end"]
    private(set) var highlightCount = 0
    private(set) var lastCursor: Int?

    func isComplete(_ text: String) -> Bool { depth(text) <= 0 }

    func indentation(of text: String, at offset: Int) -> Int {
        let before = String(decoding: Array(text.utf8.prefix(offset)), as: UTF8.self)
        let line = text.utf8.dropFirst(offset).prefix { $0 != 0x0A }
        let isEnd = Substring(line).split(whereSeparator: { $0 == " " }).first == "end"
        return max(0, 2 * (depth(before) - (isEnd ? 1 : 0)))
    }

    /// Digits are red.
    func highlights(of text: String, cursor: Int) -> [StyledRange] {
        highlightCount += 1
        lastCursor = cursor
        return text.utf8.enumerated().filter { (0x30...0x39).contains($0.element) }
            .map { StyledRange($0.offset..<$0.offset + 1, Style(.red)) }
    }

    func hint(for text: String, cursor: Int) -> StyledText? {
        text.hasSuffix("(") ? StyledText("signature", Style(isDim: true)) : nil
    }

    func completions(of text: String, cursor: Int) -> Completions? {
        let before = Array(text.utf8.prefix(cursor))
        let start = (before.lastIndex { $0 == 0x20 || $0 == 0x0A || $0 == 0x28 } ?? -1) + 1
        let typed = String(decoding: before[start...], as: UTF8.self)
        let candidates = words.filter { $0.hasPrefix(typed) }
            .map { Completions.Candidate($0, kind: "word", summary: "about \($0)") }
        return candidates.isEmpty ? nil : Completions(replaced: start..<cursor, candidates: candidates)
    }

    private func depth(_ text: String) -> Int {
        text.split(whereSeparator: { $0 == " " || $0 == "\n" })
            .reduce(0) { $0 + ($1 == "begin" ? 1 : $1 == "end" ? -1 : 0) }
    }
}

/// Keys in words: `abc<left><C-w><M-f><S-tab>`; `<lt>` is `<`.
func keys(_ text: String) -> [KeyPress] {
    var keys: [KeyPress] = []
    var rest = text[...]
    while let character = rest.popFirst() {
        guard character == "<", let end = rest.firstIndex(of: ">") else {
            keys.append(KeyPress(.character(character)))
            continue
        }
        // `<M->>` names `>` itself.
        let name = rest[..<end].hasSuffix("-") ? rest[..<end] + ">" : rest[..<end]
        rest = rest[end...].dropFirst(name.hasSuffix(">") ? 2 : 1)
        keys.append(namedKey(String(name)))
    }
    return keys
}

private func namedKey(_ text: String) -> KeyPress {
    var name = text[...]
    var modifiers: KeyPress.Modifiers = []
    let marks: [(String, KeyPress.Modifiers)] = [("C-", .control), ("M-", .alt), ("S-", .shift)]
    while let mark = marks.first(where: { name.hasPrefix($0.0) }) {
        modifiers.insert(mark.1)
        name = name.dropFirst(2)
    }
    let codes: [String: KeyPress.Code] = [
        "ret": .enter, "tab": .tab, "bs": .backspace, "del": .delete, "esc": .escape, "left": .left, "right": .right,
        "up": .up, "down": .down, "home": .home, "end": .end, "pgup": .pageUp, "pgdn": .pageDown, "lt": .character("<"),
        "space": .character(" "),
    ]
    return KeyPress(codes[String(name)] ?? .character(name.first ?? "?"), modifiers)
}

extension TextBuffer {
    /// A text with `|` where the cursor is.
    init(marked text: String) {
        let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(parts.joined())
        move(to: position(ofOffset: parts[0].utf8.count))
    }

    var marked: String {
        string(Position()..<cursor) + "|" + string(cursor..<end)
    }
}

extension EditorState {
    /// An editor with `text`, in which `|` is the cursor.
    init(_ text: String = "|", history: [String] = [], _ configuration: EditorConfiguration = EditorConfiguration()) {
        self.init(configuration: configuration, history: History(history))
        begin(prompt: StyledText("> "), continuationPrompt: StyledText(". "))
        buffer = TextBuffer(marked: text)
    }

    @discardableResult
    mutating func type(_ text: String, assistant: (any EditorAssistant)? = nil) -> EditorAction {
        var action = EditorAction.none
        for key in keys(text) { action = apply(.key(key), assistant: assistant) }
        return action
    }

    /// The texts that are shown: the entry's lines and, behind a line of dashes, those below it.
    func shown(_ assistant: (any EditorAssistant)? = nil, maxBelow: Int = 20) -> String {
        let view = view(assistant: assistant, maxBelow: maxBelow)
        let below = view.below.map(\.plainText)
        return (view.lines.map(\.plainText) + (below.isEmpty ? [] : ["---"] + below)).joined(separator: "\n")
    }
}

/// A table's row: a text, keys, and what is expected of them.
struct EditCase: CustomTestStringConvertible, Sendable {
    var before: String
    var typed: String
    var after: String

    init(_ before: String, _ typed: String, _ after: String) {
        self.before = before
        self.typed = typed
        self.after = after
    }

    var testDescription: String { "\(before.debugDescription) \(typed) → \(after.debugDescription)" }
}
