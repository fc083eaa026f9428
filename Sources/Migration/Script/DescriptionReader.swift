import JSONDocument
import LuaRuntime

/// Checks what a migration's file returned, and collects all that is wrong.
struct DescriptionReader {
    typealias Problem = MigrationFileError.Problem

    private static let fieldNames = ["name", "select", "where", "up", "down", "verify", "volatile", "limits"]
    /// Problems beyond these are left out.
    static let maxProblems = 50

    private let lines: FieldLines
    private let folder: String
    private let items: [Result<NewItem, InputProblem>]
    private var problems: [Problem] = []
    /// The fields that are there, by name.
    private var fields: [String: Field] = [:]

    private struct Field {
        let type: String
        let line: Int?
        let value: LuaValue
    }

    /// - Parameters:
    ///   - folder: what paths are relative to.
    ///   - items: the records of a list in the file.
    init(lines: FieldLines, folder: String, items: [Result<NewItem, InputProblem>]) {
        self.lines = lines
        self.folder = folder
        self.items = items
    }

    /// - Parameter answer: what `describe` of the driver returned.
    /// - Returns: the description, unless something keeps it from being made; and what is wrong.
    mutating func read(_ answer: LuaValue) -> (MigrationDescription?, [Problem]) {
        guard let found = answer["fields"]?.elements else {
            return (nil, [Problem(Self.noDescription(answer))])
        }
        for field in found { readField(field) }
        let name = readName()
        let selection = readSelection()
        checkFunction("where")
        requireFunction("up")
        checkFunction("down")
        checkFunction("verify")
        let volatile = readVolatile()
        let limits = readLimits()
        guard let name, let selection, problems.isEmpty else {
            return (nil, Array(problems.prefix(Self.maxProblems)))
        }
        let description = MigrationDescription(
            name: name,
            selection: selection,
            hasDown: fields["down"] != nil,
            hasVerify: fields["verify"] != nil,
            volatile: volatile,
            limits: limits
        )
        return (description, [])
    }

    private static func noDescription(_ answer: LuaValue) -> String {
        let returned = answer["returned"]?.text ?? "nil"
        if returned == "nil" {
            return answer["was_called"] == .boolean(true)
                ? "the file does not return the migration: write return before migration { … }"
                : "the file returns nothing: end the file with: return migration { … }"
        }
        return "the file returns a \(returned) that is no migration: end the file with: return migration { … }"
    }

    // MARK: Fields

    private mutating func readField(_ entry: LuaValue) {
        let key = entry["key"]?.text ?? "?"
        var line: Int?
        if case .integer(let number)? = entry["line"] { line = Int(number) }
        guard let name = entry["name"]?.text else {
            return report("a migration has named fields only, but there is a value without a name ([\(key)])", nil)
        }
        guard Self.fieldNames.contains(name) else {
            let advice = NameSuggestion.advice(for: name, among: Self.fieldNames)
            return report("unknown field \"\(name)\": \(advice)", line ?? lines.line(of: name))
        }
        fields[name] = Field(type: entry["type"]?.text ?? "nil", line: line, value: entry["value"] ?? .nil)
    }

    private mutating func report(_ message: String, _ line: Int?) {
        problems.append(Problem(line: line, message))
    }

    private mutating func report(_ message: String, field: String) {
        report("\(field): \(message)", lines.line(of: field) ?? fields[field]?.line)
    }

    private mutating func readName() -> String? {
        guard let field = fields["name"] else {
            report("name is missing: add name = \"…\", by which runs of this migration are known", nil)
            return nil
        }
        guard let name = field.value.text else {
            report("expected a string, got \(field.type)", field: "name")
            return nil
        }
        guard MigrationDescription.isName(name) else {
            let limit = MigrationDescription.maxNameBytes
            report("\"\(name.prefix(100))\": use 1 to \(limit) letters, digits, -, _ and .", field: "name")
            return nil
        }
        return name
    }

    private mutating func checkFunction(_ name: String) {
        guard let field = fields[name], field.type != "function" else { return }
        report("expected a function, got \(field.type)", field: name)
    }

    private mutating func requireFunction(_ name: String) {
        guard fields[name] == nil else { return checkFunction(name) }
        report("\(name) is missing: add \(name) = function(d, row) … return d end", nil)
    }

    private mutating func readSelection() -> Selection? {
        guard let field = fields["select"] else {
            report("select is missing: add select = distribution.list, or input.lines \"ids.txt\"", nil)
            return nil
        }
        var reader = SelectionReader(folder: folder, items: items)
        let selection = reader.read(field.value)
        for message in reader.messages { report(message, field: "select") }
        return selection
    }

    private mutating func readVolatile() -> [JSONPointer] {
        guard let field = fields["volatile"] else { return MigrationDescription.defaultVolatile }
        guard let elements = field.value.elements else {
            report("expected a list of places, such as { \"/updated\" }, got \(field.type)", field: "volatile")
            return []
        }
        return elements.compactMap { element in
            guard let text = element.text else {
                report("expected places as strings, such as \"/updated\"", field: "volatile")
                return nil
            }
            do throws(JSONError) {
                return try JSONPointer(parsing: text)
            } catch {
                report(error.message, field: "volatile")
                return nil
            }
        }
    }

    private mutating func readLimits() -> MigrationLimits {
        guard let field = fields["limits"] else { return MigrationLimits() }
        guard let entries = field.value.entries else {
            report("expected a table, such as { concurrency = 64 }, got \(field.type)", field: "limits")
            return MigrationLimits()
        }
        var reader = LimitsReader()
        for entry in entries { reader.read(entry) }
        for (name, message) in reader.messages {
            let line = name.flatMap { lines.line(of: $0) } ?? lines.line(of: "limits")
            report("limits\(name.map { ".\($0)" } ?? ""): \(message)", line)
        }
        return reader.limits
    }
}

extension LuaValue {
    /// The entries of a table; `nil` for anything else.
    fileprivate var entries: [Entry]? {
        switch self {
        case .table(let entries): entries
        case .array(let elements): elements.enumerated().map { Entry(.integer(Int64($0.offset) + 1), $0.element) }
        default: nil
        }
    }

    /// The elements of a table that is a sequence; `nil` for anything else.
    var elements: [LuaValue]? {
        switch self {
        case .array(let elements): return elements
        case .table(let entries):
            var found: [Int64: LuaValue] = [:]
            for entry in entries {
                guard case .integer(let position) = entry.key else { return nil }
                found[position] = entry.value
            }
            let elements = (0..<found.count).compactMap { found[Int64($0) + 1] }
            return elements.count == entries.count ? elements : nil
        default: return nil
        }
    }
}
