internal import DistributionAPI
internal import SQLiteStorage

/// The frozen input of a run. Ids are added as they come, at the end of `item`; that each is there once is made sure of
/// by one sort at the end, for an index of random ids would be rewritten again and again while it grows.
extension JournalDatabase {
    func freeze(_ items: [NewItem], run: RunID) throws {
        guard items.count <= SQLiteJournal.itemsPerFreeze else {
            throw JournalError(
                .failed,
                "\(items.count) records at once; freeze at most \(SQLiteJournal.itemsPerFreeze) with one call"
            )
        }
        try require([.freezing], of: run, to: "take records")
        var sequence = try frozenCount(run: run)
        let insert = try statement("INSERT INTO item(key, record_id, spelling, input) VALUES(?1, ?2, ?3, ?4)")
        for item in items {
            sequence += 1
            insert.bind(try RecordKey(run: run, sequence: sequence), at: 1)
            insert.bind(item.id, at: 2)
            insert.bind(item.id.spelling, at: 3)
            _ = try insert.withBound(item.input, at: 4) { try insert.run() }
        }
    }

    /// How many items a run has, for their places have no gaps.
    private func frozenCount(run: RunID) throws -> Int64 {
        let keys = try RecordKey.range(run: run)
        return try first(
            "SELECT key FROM item WHERE key BETWEEN ?1 AND ?2 ORDER BY key DESC LIMIT 1",
            { $0.bind(keys, at: 1) },
            { $0.key(at: 0).sequence }
        ) ?? 0
    }

    func restartFreezing(run: RunID) throws {
        try require([.freezing], of: run, to: "begin its input again")
        let keys = try RecordKey.range(run: run)
        try self.run("DELETE FROM item WHERE key BETWEEN ?1 AND ?2") { $0.bind(keys, at: 1) }
    }

    func endFreezing(run: RunID, sha: String, expectedCount: Int) throws -> RunRecord {
        try require([.freezing], of: run, to: "end its input")
        let givenCount = try frozenCount(run: run)
        guard givenCount == Int64(expectedCount) else {
            throw JournalError(
                .countMismatch,
                """
                the input of run \(run) has \(expectedCount) records, but \(givenCount) are in the journal; \
                begin it again
                """
            )
        }
        var itemCount = try fillPlaces(run: run)
        if itemCount < givenCount {
            try requireEqualInput(run: run)
            try dropDuplicates(run: run)
            itemCount = try fillPlaces(run: run)
        }
        try createChunks(run: run, itemCount: itemCount)
        try self.run(
            """
            UPDATE run SET state = 'ready', item_count = ?2, duplicate_count = ?3, input_sha = ?4 WHERE run_id = ?1
            """
        ) { statement in
            statement.bind(run.number, at: 1)
            statement.bind(itemCount, at: 2)
            statement.bind(givenCount - itemCount, at: 3)
            statement.bind(sha, at: 4)
        }
        return try runRecord(run)
    }

    /// Writes the ids in their own order, the first place of each.
    ///
    /// - Returns: how many different ids there are.
    private func fillPlaces(run: RunID) throws -> Int64 {
        let keys = try RecordKey.range(run: run)
        return Int64(
            try self.run(
                """
                INSERT OR IGNORE INTO place(run_id, record_id, key)
                SELECT ?1, record_id, key FROM item WHERE key BETWEEN ?2 AND ?3 ORDER BY record_id, key
                """
            ) { statement in
                statement.bind(run.number, at: 1)
                statement.bind(keys, at: 2)
            }
        )
    }

    // MARK: - Duplicates

    private func requireEqualInput(run: RunID) throws {
        let keys = try RecordKey.range(run: run)
        let different = try first(
            """
            SELECT again.record_id, again.spelling FROM item AS again
            JOIN place ON place.run_id = ?1 AND place.record_id = again.record_id
            JOIN item AS first ON first.key = place.key
            WHERE again.key BETWEEN ?2 AND ?3 AND again.key <> place.key AND again.input IS NOT first.input
            ORDER BY again.key LIMIT 1
            """,
            { statement in
                statement.bind(run.number, at: 1)
                statement.bind(keys, at: 2)
            },
            { try $0.recordID(at: 0) }
        )
        guard let different else { return }
        throw JournalError.differentInput(different)
    }

    /// Deletes every item whose id has an earlier place, and moves the others up.
    private func dropDuplicates(run: RunID) throws {
        let keys = try RecordKey.range(run: run)
        try self.run("CREATE TEMP TABLE IF NOT EXISTS duplicate(key INTEGER PRIMARY KEY)")
        try self.run("DELETE FROM temp.duplicate")
        try self.run(
            """
            INSERT INTO temp.duplicate
            SELECT item.key FROM item
            JOIN place ON place.run_id = ?1 AND place.record_id = item.record_id
            WHERE item.key BETWEEN ?2 AND ?3 AND item.key <> place.key
            """
        ) { statement in
            statement.bind(run.number, at: 1)
            statement.bind(keys, at: 2)
        }
        try self.run("DELETE FROM place WHERE run_id = ?1") { $0.bind(run.number, at: 1) }
        try self.run("DELETE FROM item WHERE key IN (SELECT key FROM temp.duplicate)")
        try closeGaps(through: keys.last)
        try self.run("DELETE FROM temp.duplicate")
    }

    private func closeGaps(through last: RecordKey) throws {
        var gap: RecordKey?
        var gapCount: Int64 = 0
        func moveUp(before end: RecordKey) throws {
            guard let gap else { return }
            try self.run("UPDATE item SET key = key - ?1 WHERE key > ?2 AND key < ?3") { statement in
                statement.bind(gapCount * RecordKey.sequenceStep, at: 1)
                statement.bind(gap, at: 2)
                statement.bind(end, at: 3)
            }
        }
        try forEach("SELECT key FROM temp.duplicate ORDER BY key") { row in
            let key = row.key(at: 0)
            try moveUp(before: key)
            gap = key
            gapCount += 1
        }
        try moveUp(before: last)
    }

    private func createChunks(run: RunID, itemCount: Int64) throws {
        guard itemCount > 0 else { return }
        for number in 0...RecordKey.chunk(ofSequence: itemCount) {
            try self.run("INSERT INTO chunk(run_id, number) VALUES(?1, ?2)") { statement in
                statement.bind(run.number, at: 1)
                statement.bind(number, at: 2)
            }
        }
    }
}

extension JournalError {
    static func differentInput(_ id: DistributionID) -> JournalError {
        JournalError(
            .differentInput,
            """
            the input has \(id) more than once, with something else beside it each time; \
            keep one of its rows
            """
        )
    }
}
