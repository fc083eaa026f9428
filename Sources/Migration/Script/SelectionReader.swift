import LuaRuntime

/// Checks `select` of a migration's file.
struct SelectionReader {
    let folder: String
    let items: [Result<NewItem, InputProblem>]
    /// What is wrong.
    private(set) var messages: [String] = []

    /// So many wrong records of a list are named.
    private static let maxNamedItems = 10

    init(folder: String, items: [Result<NewItem, InputProblem>]) {
        self.folder = folder
        self.items = items
    }

    /// - Parameter value: what `describe_selection` of the driver made.
    mutating func read(_ value: LuaValue) -> Selection? {
        let path = resolved(value["path"]?.text ?? "")
        let options = value["options"] ?? .nil
        switch value["kind"]?.text {
        case "all": return .allRecords
        case "function": return .iterator
        case "list": return list()
        case "lines":
            checkNames(of: options, among: [], function: "input.lines")
            return .lines(path: path)
        case "jsonl":
            checkNames(of: options, among: ["id", "group"], function: "input.jsonl")
            return .jsonl(path: path, idMember: text("id", of: options) ?? "id", grouped: flag("group", of: options))
        case "csv":
            checkNames(of: options, among: ["id", "separator", "group"], function: "input.csv")
            return .csv(
                path: path,
                idColumn: text("id", of: options) ?? "id",
                separator: separator(of: options),
                grouped: flag("group", of: options)
            )
        case let kind:
            let expected = "distribution.list, input.lines, input.jsonl, input.csv, a list of ids, or an iterator"
            messages.append("expected \(expected), got \(kind ?? "nothing")")
            return nil
        }
    }

    private mutating func list() -> Selection? {
        guard !items.isEmpty else {
            messages.append("the list is empty")
            return nil
        }
        var found: [NewItem] = []
        for (position, item) in items.enumerated() {
            switch item {
            case .success(let item): found.append(item)
            case .failure(let problem):
                guard messages.count < Self.maxNamedItems else { return nil }
                messages.append("element \(position + 1): \(problem.message)")
            }
        }
        return .ids(found)
    }

    private func resolved(_ path: String) -> String {
        path == "-" || path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
    }

    private mutating func checkNames(of options: LuaValue, among names: [String], function: String) {
        guard case .table(let entries) = options else { return }
        for entry in entries where !names.contains(entry.key.text ?? "") {
            let name = entry.key.text ?? "?"
            let advice = names.isEmpty ? "it has no options" : NameSuggestion.advice(for: name, among: names)
            messages.append("\(function): unknown option \"\(name)\": \(advice)")
        }
    }

    private mutating func text(_ name: String, of options: LuaValue) -> String? {
        guard let value = options[name] else { return nil }
        guard let text = value.text, !text.isEmpty else {
            messages.append("the option \(name) must be a string")
            return nil
        }
        return text
    }

    private mutating func flag(_ name: String, of options: LuaValue) -> Bool {
        guard let value = options[name] else { return false }
        guard case .boolean(let flag) = value else {
            messages.append("the option \(name) must be true or false")
            return false
        }
        return flag
    }

    private mutating func separator(of options: LuaValue) -> UInt8 {
        guard let text = text("separator", of: options) else { return UInt8(ascii: ",") }
        let wrong = Array("\"\r\n".utf8)
        guard text.utf8.count == 1, let byte = text.utf8.first, !wrong.contains(byte) else {
            messages.append("the option separator must be one character, such as \";\", and no quote")
            return UInt8(ascii: ",")
        }
        return byte
    }
}
