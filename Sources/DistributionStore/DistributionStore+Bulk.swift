public import DistributionAPI

extension DistributionStore {
    /// How many records `importRecords` puts in one transaction.
    public static let defaultRecordsPerTransaction = 1000
    /// A transaction of an import is also committed once it has this many bytes (16 MiB), which bounds memory.
    public static let maxBytesPerImportTransaction = 16 << 20

    /// What an import did.
    public struct ImportSummary: Sendable, Equatable {
        /// Records that were not there before.
        public var insertedCount = 0
        /// Records that were replaced; they keep their place in the list.
        public var replacedCount = 0

        public init() {}
    }

    /// The number of records.
    ///
    /// - Throws: `.unavailable` when the store is closed, `.server` when SQLite fails.
    public func count() throws(DistributionError) -> Int {
        try read(doing: "counting the records") { try $0.count() }
    }

    /// Inserts or replaces whole distributions, each text as it is. Blocks the caller until all of it is durable.
    ///
    /// - Parameters:
    ///   - texts: the records; pulled as they are needed, so that any number fits in memory.
    ///   - recordsPerTransaction: how many share a commit; at least 1.
    ///   - progress: called after every commit with the summary so far, on the caller's thread.
    /// - Returns: what was done.
    /// - Throws: `.invalid` or `.tooLarge` naming the first record that is no distribution, counted from 1;
    ///   `.unavailable` or `.server` when SQLite fails. The commits before it stand, none of its own transaction does.
    public func importRecords(
        _ texts: some Sequence<[UInt8]>,
        recordsPerTransaction: Int = defaultRecordsPerTransaction,
        progress: (ImportSummary) -> Void = { _ in }
    ) throws(DistributionError) -> ImportSummary {
        var summary = ImportSummary()
        var batch: [CheckedDistribution] = []
        var batchBytes = 0
        var recordNumber = 0
        for text in texts {
            recordNumber += 1
            do throws(DistributionError) {
                batch.append(try CheckedDistribution(text))
            } catch {
                var failure = error
                failure.message = "record \(recordNumber): \(error.message)"
                throw failure
            }
            batchBytes += text.count
            guard batch.count >= max(recordsPerTransaction, 1) || batchBytes >= Self.maxBytesPerImportTransaction else {
                continue
            }
            try commit(batch, to: &summary)
            progress(summary)
            batch.removeAll(keepingCapacity: true)
            batchBytes = 0
        }
        guard !batch.isEmpty else { return summary }
        try commit(batch, to: &summary)
        progress(summary)
        return summary
    }

    private func commit(
        _ batch: [CheckedDistribution],
        to summary: inout ImportSummary
    ) throws(DistributionError) {
        var committed = summary
        do {
            try connection.use { statements in
                try statements.transaction { statements in
                    for record in batch {
                        if try statements.insert(record.id, body: record.text) {
                            committed.insertedCount += 1
                        } else if try statements.update(record.id, body: record.text) {
                            committed.replacedCount += 1
                        }
                    }
                }
            }
        } catch {
            throw storeError(error, doing: "importing into the store")
        }
        summary = committed
    }
}
