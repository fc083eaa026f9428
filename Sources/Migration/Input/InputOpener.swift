public import DistributionAPI

extension MigrationFile {
    /// Opens what the migration selects.
    ///
    /// - Parameter service: where `distribution.list` takes the records from.
    /// - Throws: `InputError` when a file cannot be opened, or has no column for the ids.
    public func openInput(over service: any DistributionService) throws(InputError) -> any InputReader {
        switch description.selection {
        case .allRecords: return ServiceInput(service)
        case .lines(let path): return try LinesInput(path: path)
        case .jsonl(let path, let idMember, let isGrouped):
            return Self.grouped(try JSONLinesInput(path: path, idMember: idMember), isGrouped)
        case .csv(let path, let idColumn, let separator, let isGrouped):
            return Self.grouped(try CSVInput(path: path, idColumn: idColumn, separator: separator), isGrouped)
        case .ids(let items): return ListInput(items)
        case .iterator: return try IteratorInput(self)
        }
    }

    private static func grouped(_ rows: any InputReader, _ isGrouped: Bool) -> any InputReader {
        isGrouped ? GroupedInput(rows) : rows
    }
}
