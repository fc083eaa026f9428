internal import DistributionAPI
internal import SQLiteStorage

extension JournalDatabase {
    /// Claims the first chunk that can be claimed: one update decides who has it.
    ///
    /// - Parameter parked: of the parked chunks instead of those that are ready, or whose lease has expired.
    func claimChunk(by author: EntryAuthor, worker: String, parked: Bool, now: DateTime) throws -> ChunkClaim? {
        let run = author.run
        guard let (number, fence) = try claim(run: run, worker: worker, parked: parked, now: now) else { return nil }
        let records = try ChunkRecords(self, RecordKey.range(run: run, chunk: number))
        var items = try records.workItems(in: self)
        if let others = try RunsBeside(self, author) {
            for index in items.indices { items[index].earlierChange = try others.atClaim(of: items[index].id) }
        }
        return ChunkClaim(number: number, fence: fence, items: items)
    }

    /// Each state has its index named, here and below: SQLite takes the primary key for as good, and would walk all chunks
    /// of the run.
    private func claim(
        run: RunID,
        worker: String,
        parked: Bool,
        now: DateTime
    ) throws -> (number: Int64, fence: Int64)? {
        let expired = """
            UNION ALL SELECT number FROM chunk INDEXED BY chunk_leased
            WHERE run_id = ?1 AND state = \(ChunkState.leased) AND lease_until < ?4
            """
        return try first(
            """
            UPDATE chunk
            SET state = \(ChunkState.leased), fence = fence + 1, worker = ?2, lease_until = ?3, claimed_at = ?4,
                attempts = attempts + 1
            WHERE run_id = ?1 AND number = (
                SELECT min(number) FROM (
                    SELECT min(number) AS number FROM chunk INDEXED BY \(parked ? "chunk_parked" : "chunk_ready")
                    WHERE run_id = ?1 AND state = \(parked ? ChunkState.parked : ChunkState.ready)
                    \(parked ? "" : expired)
                ) WHERE ?4 IS NOT NULL
            )
            RETURNING number, fence
            """,
            { statement in
                statement.bind(run.number, at: 1)
                statement.bind(worker, at: 2)
                statement.bind(now.leaseEnd, at: 3)
                statement.bind(now, at: 4)
            },
            { ($0.integer(at: 0), $0.integer(at: 1)) }
        )
    }

    /// Puts the end of the worker's leases off.
    func renewLeases(run: RunID, worker: String, now: DateTime) throws {
        try self.run(
            """
            UPDATE chunk INDEXED BY chunk_leased SET lease_until = ?3
            WHERE run_id = ?1 AND state = \(ChunkState.leased) AND worker = ?2
            """
        ) { statement in
            statement.bind(run.number, at: 1)
            statement.bind(worker, at: 2)
            statement.bind(now.leaseEnd, at: 3)
        }
    }

    /// Gives back every chunk of a run of which it is certain that nobody works on it.
    func giveLeasesBack(run: RunID) throws {
        try self.run(
            """
            UPDATE chunk INDEXED BY chunk_leased SET state = \(ChunkState.ready), worker = NULL, lease_until = NULL
            WHERE run_id = ?1 AND state = \(ChunkState.leased)
            """
        ) { $0.bind(run.number, at: 1) }
    }
}

extension DateTime {
    /// How long a claim lasts unless it is renewed.
    static let leaseSeconds: Int64 = 30

    fileprivate var leaseEnd: DateTime {
        DateTime(secondsSince1970: secondsSince1970 + Self.leaseSeconds, nanoseconds: nanoseconds)
    }
}
