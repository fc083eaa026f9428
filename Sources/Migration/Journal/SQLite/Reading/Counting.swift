internal import DistributionAPI
internal import SQLiteStorage

extension JournalDatabase {
    func tally(run: RunID) throws -> RunTally {
        let keys = try RecordKey.range(run: run)
        var tally = RunTally(total: try runRecord(run).itemCount)
        tally.counts = try lastOutcomeCounts(keys)
        tally.parked = Int(
            try number("SELECT count(*) FROM parking WHERE key BETWEEN ?1 AND ?2") { $0.bind(keys, at: 1) }
        )
        tally.ambiguous = try openIntentCount(run: run, where: Self.isNotParked)
        return tally
    }

    /// Counted here instead of with GROUP BY, which would sort a million rows.
    private func lastOutcomeCounts(_ keys: KeyRange) throws -> [OutcomeKind: Int] {
        var counts = [Int](repeating: 0, count: (OutcomeKind.allCases.map(\.rawValue).max() ?? 0) + 1)
        func count(_ row: RawStatement, _ step: Int) throws {
            let kind = Int(row.integer(at: 0))
            guard counts.indices.contains(kind) else {
                throw JournalError.damagedRow("an outcome", run: keys.first.run)
            }
            counts[kind] += step
        }
        try forEach("SELECT kind FROM outcome WHERE key BETWEEN ?1 AND ?2", { $0.bind(keys, at: 1) }) {
            try count($0, 1)
        }
        // What `retry` has opened is no longer the last outcome of its record.
        try forEach(
            """
            SELECT kind FROM reopening JOIN outcome ON outcome.key = reopening.key - 1
            WHERE reopening.key BETWEEN ?1 AND ?2
            """,
            { $0.bind(keys, at: 1) }
        ) { try count($0, -1) }
        return Dictionary(
            uniqueKeysWithValues: OutcomeKind.allCases.compactMap { kind in
                kind == .replanned || counts[kind.rawValue] == 0 ? nil : (kind, counts[kind.rawValue])
            }
        )
    }

    /// The SQL that tells whether the record of a row of `intent` is not parked.
    private static let isNotParked = """
        NOT EXISTS(SELECT 1 FROM parking WHERE parking.key = intent.key & ~\(RecordKey.maxGeneration))
        """

    /// Open intents. A chunk that is done has none.
    ///
    /// - Parameter condition: the SQL that tells whether a row of `intent` counts.
    func openIntentCount(run: RunID, where condition: String = "TRUE") throws -> Int {
        let count = try number(
            """
            SELECT count(*) FROM chunk JOIN intent ON intent.key \(Self.keysOfChunk)
            WHERE chunk.run_id = ?1 AND chunk.state <> \(ChunkState.done)
                AND NOT EXISTS(SELECT 1 FROM outcome WHERE outcome.key = intent.key) AND \(condition)
            """
        ) { $0.bind(run.number, at: 1) }
        return Int(count)
    }

    func doubtCount(run: RunID) throws -> Int {
        let keys = try RecordKey.range(run: run)
        let count = try number(
            """
            SELECT count(*) FROM outcome
            WHERE key BETWEEN ?1 AND ?2 AND failure = '\(FailureClass.doubt.rawValue)' AND \(Self.isLastOutcome)
            """
        ) { $0.bind(keys, at: 1) }
        return Int(count)
    }

    func shapes(run: RunID) throws -> [(number: Int, signature: String, count: Int)] {
        let keys = try RecordKey.range(run: run)
        var counts: [Int: Int] = [:]
        try forEach("SELECT shape FROM intent WHERE key BETWEEN ?1 AND ?2", { $0.bind(keys, at: 1) }) { row in
            counts[Int(row.integer(at: 0)), default: 0] += 1
        }
        let shapes = try rows(
            "SELECT number, signature FROM shape WHERE run_id = ?1",
            { $0.bind(run.number, at: 1) },
            { row in
                let number = Int(row.integer(at: 0))
                return (number: number, signature: row.string(at: 1), count: counts[number] ?? 0)
            }
        )
        return shapes.sorted { ($1.count, $0.number) < ($0.count, $1.number) }
    }

    func verifications(run: RunID) throws -> (matches: Int, mismatches: Int) {
        let keys = try RecordKey.range(run: run)
        let counts = try first(
            "SELECT total(is_match), total(1 - is_match) FROM verification WHERE key BETWEEN ?1 AND ?2",
            { $0.bind(keys, at: 1) },
            { (matches: Int($0.integer(at: 0)), mismatches: Int($0.integer(at: 1))) }
        )
        return counts ?? (0, 0)
    }

    func failureGroups(run: RunID, of ends: GroupedEnds, limit: Int) throws -> [FailureGroup] {
        let keys = try RecordKey.range(run: run)
        return try groups(of: ends, keys, limit: limit).map { group, first in
            var group = group
            group.examples = try examples(of: group, KeyRange(first: first, last: keys.last))
            return group
        }
    }

    /// The groups without their examples, and the first key of each.
    private func groups(of ends: GroupedEnds, _ keys: KeyRange, limit: Int) throws -> [(FailureGroup, RecordKey)] {
        let parked = "UNION ALL SELECT failure, NULL, message, key FROM parking WHERE key BETWEEN ?1 AND ?2"
        return try rows(
            """
            SELECT failure, kind, message, count(*), min(key) FROM (
                SELECT coalesce(failure, '') AS failure, kind, coalesce(message, '') AS message, key FROM outcome
                WHERE key BETWEEN ?1 AND ?2 AND kind IN (\(OutcomeKind.list(ends.kinds.contains)))
                    AND \(Self.isLastOutcome)
                \(ends.hasParked ? parked : "")
            ) GROUP BY failure, kind, message ORDER BY count(*) DESC, min(key), kind IS NULL LIMIT ?3
            """,
            { statement in
                statement.bind(keys, at: 1)
                statement.bind(Int64(max(limit, 0)), at: 3)
            },
            { row in
                let first = row.key(at: 4)
                let group = FailureGroup(
                    failure: FailureClass(rawValue: row.string(at: 0)),
                    kind: row.isNull(at: 1) ? nil : try OutcomeKind(stored: row.integer(at: 1), key: first),
                    message: row.string(at: 2),
                    count: Int(row.integer(at: 3)),
                    examples: []
                )
                return (group, first)
            }
        )
    }

    private static let maxExampleCount = 5

    /// Looks no further than for as many as there are: many groups of one record each do not cost a pass each.
    ///
    /// - Parameter keys: from the group's first one.
    private func examples(of group: FailureGroup, _ keys: KeyRange) throws -> [DistributionID] {
        let source =
            group.kind == nil
            ? "parking WHERE ?3 IS NULL AND failure = ?4 AND message = ?5"
            : """
            outcome WHERE kind = ?3 AND \(Self.isLastOutcome)
                AND coalesce(failure, '') = ?4 AND coalesce(message, '') = ?5
            """
        return try rows(
            """
            SELECT record_id, spelling FROM (
                SELECT key & ~\(RecordKey.maxGeneration) AS record FROM \(source) AND key BETWEEN ?1 AND ?2
                ORDER BY key LIMIT ?6
            ) JOIN item ON item.key = record ORDER BY record
            """,
            { statement in
                statement.bind(keys, at: 1)
                statement.bind(group.kind?.rawValue, at: 3)
                statement.bind(group.failure.rawValue, at: 4)
                statement.bind(group.message, at: 5)
                statement.bind(Int64(min(group.count, Self.maxExampleCount)), at: 6)
            },
            { try $0.recordID(at: 0) }
        )
    }
}
