internal import DistributionAPI
internal import SQLiteStorage

extension JournalDatabase {
    /// Opens a new generation of every record that failed, was refused or is in conflict, but for conflicts in doubt that
    /// are not asked for by their class, and lets parked ones be tried again with the ready chunks.
    ///
    /// A chunk that a worker holds becomes ready when the worker leaves it.
    func reopen(
        run: RunID,
        failure: FailureClass?,
        by who: String,
        at time: DateTime
    ) throws -> (opened: Int, parked: Int, exhausted: Int) {
        try require([.ready, .running, .stopped, .finished], of: run, to: "open records again")
        let keys = try RecordKey.range(run: run)
        let isRetryable = Self.isRetryable(failure)
        try makeReady(
            run: run,
            where: """
                EXISTS(SELECT 1 FROM outcome WHERE key \(Self.keysOfChunk) AND \(isRetryable)
                    AND \(Self.hasNextGeneration) AND (?2 IS NULL OR failure = ?2))
                OR EXISTS(SELECT 1 FROM parking WHERE key \(Self.keysOfChunk) AND (?2 IS NULL OR failure = ?2))
                """,
            failure
        )
        // Before they are opened, for then these outcomes are no longer the last.
        let exhausted = try count("outcome", keys, failure, "\(isRetryable) AND NOT \(Self.hasNextGeneration)")
        let opened = try self.run(
            """
            INSERT INTO reopening(key, at) SELECT key + 1, ?4 FROM outcome
            WHERE key BETWEEN ?1 AND ?2 AND \(isRetryable) AND \(Self.hasNextGeneration)
                AND (?3 IS NULL OR failure = ?3)
            """
        ) { statement in
            statement.bind(keys, at: 1)
            statement.bind(failure?.rawValue, at: 3)
            statement.bind(time, at: 4)
        }
        let parked = try count("parking", keys, failure)
        let count = "\(opened) opened, \(parked) parked"
        let what = failure?.rawValue ?? "all"
        try insert(AuditEntry(time: time, who: who, action: "retry", old: what, new: count), run: run)
        if opened + parked > 0, try state(of: run) == .finished {
            try writeState(.stopped, run: run, stop: .openedAgain, at: time)
        }
        return (opened, parked, exhausted)
    }

    /// How many rows of a table have a failure, all of them for `nil`.
    private func count(
        _ table: String,
        _ keys: KeyRange,
        _ failure: FailureClass?,
        _ condition: String = "TRUE"
    ) throws -> Int {
        let count = try number(
            """
            SELECT count(*) FROM \(table)
            WHERE key BETWEEN ?1 AND ?2 AND (?3 IS NULL OR failure = ?3) AND \(condition)
            """
        ) { statement in
            statement.bind(keys, at: 1)
            statement.bind(failure?.rawValue, at: 3)
        }
        return Int(count)
    }

    /// The SQL that tells whether a row of `outcome` is the last of its record, and may be opened again. Those in doubt
    /// may be when they are asked for by their class: their records perhaps carry the change.
    private static func isRetryable(_ failure: FailureClass?) -> String {
        let doubt = FailureClass.doubt
        let isCertain = failure == doubt ? "" : " AND failure IS NOT '\(doubt.rawValue)'"
        return "\(isLastOutcome) AND kind IN (\(OutcomeKind.list(\.isRetryable)))\(isCertain)"
    }

    /// The SQL that tells whether a key has room for one more generation: behind the last one the next record begins.
    private static let hasNextGeneration = "(outcome.key & \(RecordKey.maxGeneration)) < \(RecordKey.maxGeneration)"

    /// The SQL that tells whether a row of `outcome` is the last of its record: nothing was opened after it.
    static let isLastOutcome = """
        outcome.kind <> \(OutcomeKind.replanned.rawValue)
            AND NOT EXISTS(SELECT 1 FROM reopening WHERE reopening.key = outcome.key + 1)
        """

    /// The keys of the records of `chunk.number` in `chunk.run_id`, as `RecordKey` makes them.
    static var keysOfChunk: String {
        let run = "(chunk.run_id * \(RecordKey.runStep))"
        let size = SQLiteJournal.itemsPerChunk
        let step = RecordKey.sequenceStep
        return """
            BETWEEN \(run) + (chunk.number * \(size) + 1) * \(step)
                AND \(run) + (chunk.number * \(size) + \(size)) * \(step) + \(RecordKey.maxGeneration)
            """
    }

    private func makeReady(run: RunID, where condition: String, _ failure: FailureClass?) throws {
        try self.run(
            """
            UPDATE chunk SET state = \(ChunkState.ready)
            WHERE run_id = ?1 AND state IN (\(ChunkState.done), \(ChunkState.parked)) AND (\(condition))
            """
        ) { statement in
            statement.bind(run.number, at: 1)
            statement.bind(failure?.rawValue, at: 2)
        }
    }
}
