import Migration

/// Reads migration files.
enum MigrationFileLoader {
    /// Loads and checks a file.
    ///
    /// - Parameters:
    ///   - listCommand: what lists the runs, where a run's number would do as well; `nil` where it would not.
    ///   - print: where the file's own `print` goes; `nil` drops it.
    /// - Throws: `UsageError` when it cannot be read, `MigrationFileError` with all that is wrong with it.
    static func load(
        _ path: String,
        listCommand: String? = nil,
        print: ((String) -> Void)? = nil
    ) throws -> MigrationFile {
        let text: [UInt8]
        do throws(FileProblem) {
            text = try FileBytes.read(path: path)
        } catch {
            let number = listCommand.map { " or the number of a run (\($0))" } ?? ""
            throw UsageError("\(error); give a migration's file\(number)")
        }
        return try MigrationFile(text: text, name: name(of: path), folder: folder(of: path), print: print)
    }

    /// The migration of a run, from the text that the journal keeps.
    static func load(_ run: RunRecord) throws -> MigrationFile {
        try MigrationFile(text: run.description.script, name: "\(run.description.migration).lua", folder: "")
    }

    private static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[..<slash])
    }
}
