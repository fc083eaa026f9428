import LuaRuntime

/// A migration's file that was loaded: its text, and what it says of itself.
public struct MigrationFile: Sendable {
    /// The text, byte for byte.
    public let text: [UInt8]
    /// The file's name, for messages.
    public let name: String
    public let description: MigrationDescription

    /// The longest text of a file, in bytes (1 MiB).
    public static let maxTextBytes = 1 << 20

    /// Loads a file in the sandbox, and checks all that it says.
    ///
    /// It blocks for as long as the file runs; the default `ScriptLimits` hold for it.
    ///
    /// - Parameters:
    ///   - text: Lua source.
    ///   - name: the file's name, for messages.
    ///   - folder: what paths in the file are relative to; empty for the process's folder.
    ///   - print: where the file's `print` goes; `nil` drops it.
    /// - Throws: `MigrationFileError` with all that is wrong.
    public init(
        text: [UInt8],
        name: String,
        folder: String,
        print: ((String) -> Void)? = nil
    ) throws(MigrationFileError) {
        guard text.count <= Self.maxTextBytes else {
            let limit = NumberText.bytes(Self.maxTextBytes)
            throw MigrationFileError(name, "the file is longer than \(limit); put data into the input (input.csv)")
        }
        guard text.first != 0x1B else {
            throw MigrationFileError(name, "this is compiled Lua; a migration is kept as its source")
        }
        let limits = ScriptLimits()
        let answer: LuaValue
        let items: [Result<NewItem, InputProblem>]
        do throws(ScriptVM.Failure) {
            let script = try ScriptVM(text: text, name: name, limits: limits, print: print)
            answer = try script.call(script.function("describe"))
            items = script.answers.items
        } catch {
            throw MigrationFileError(name, loading: error, limits)
        }
        self.text = text
        self.name = name
        var reader = DescriptionReader(lines: FieldLines(text: text), folder: folder, items: items)
        let (description, problems) = reader.read(answer)
        guard let description, problems.isEmpty else { throw MigrationFileError(name: name, problems: problems) }
        self.description = description
    }
}
