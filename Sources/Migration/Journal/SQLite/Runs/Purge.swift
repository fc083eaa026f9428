internal import DistributionAPI
internal import SQLiteStorage

extension JournalDatabase {
    /// How many places of the input one step of deleting takes.
    private static let placesPerStep: Int64 = 50_000

    /// Makes a run unknown. Its migration remembers which records carry the run's change.
    func beginPurge(run: RunID, force: Bool) throws {
        let record = try runRecord(run)
        // A rollback needs the images of what it takes back: without them it could never end.
        try requireEndedRollbacks(of: record)
        if !force {
            try require([.finished], of: run, to: "be purged")
            try requireNoDoubt(about: run)
            try requireNothingToRetry(inRollbacksOf: record)
        }
        switch record.description.kind {
        case .migration: try rememberChanges(of: run)
        case .rollback(let target): try rememberRollback(run, of: target)
        }
        for table in ["chunk", "shape", "sample", "audit", "approved_shape", "run"] {
            try self.run("DELETE FROM \(table) WHERE run_id = ?1") { $0.bind(run.number, at: 1) }
        }
        try self.run("DELETE FROM ledger WHERE run_id = ?1 AND mark IN (\(Self.rollbackMarks))") {
            $0.bind(run.number, at: 1)
        }
        try self.run("INSERT INTO purging(run_id) VALUES(?1)") { $0.bind(run.number, at: 1) }
    }

    /// Deletes some of what purged runs have left.
    ///
    /// - Returns: whether there is more.
    func deleteRestOfPurged() throws -> Bool {
        let purged = try first("SELECT run_id FROM purging LIMIT 1") { RunID(number: $0.integer(at: 0)) }
        guard let purged else { return false }
        let all = try RecordKey.range(run: purged, from: 0)
        let first = try first(
            "SELECT key FROM item WHERE key BETWEEN ?1 AND ?2 LIMIT 1",
            { $0.bind(all, at: 1) },
            { $0.key(at: 0) }
        )
        guard let first else {
            try run("DELETE FROM purging WHERE run_id = ?1") { $0.bind(purged.number, at: 1) }
            return true
        }
        let keys = try RecordKey.range(run: purged, from: 0, through: first.sequence + Self.placesPerStep - 1)
        try run(
            """
            DELETE FROM place
            WHERE run_id = ?1 AND record_id IN (SELECT record_id FROM item WHERE key BETWEEN ?2 AND ?3)
            """
        ) {
            $0.bind(purged.number, at: 1)
            $0.bind(keys, at: 2)
        }
        // `item` goes last, for it says how far the deleting is.
        for table in ["image", "intent", "outcome", "reopening", "parking", "verification", "item"] {
            try run("DELETE FROM \(table) WHERE key BETWEEN ?1 AND ?2") { $0.bind(keys, at: 1) }
        }
        return true
    }

    private func requireEndedRollbacks(of run: RunRecord) throws {
        let rollback = try first(
            "SELECT run_id FROM run WHERE rolls_back = ?1 AND state <> 'finished' LIMIT 1",
            { $0.bind(run.id.number, at: 1) },
            { RunID(number: $0.integer(at: 0)) }
        )
        guard let rollback else { return }
        // What was in memory cannot be resumed.
        let resume = run.isInMemory ? "" : "resume it, or "
        throw JournalError(
            .state,
            """
            run \(rollback) takes run \(run.id) back and is not finished: \(resume)purge it first, with --force
            """
        )
    }

    /// A rollback that has left records can take them back yet, as long as the images are there.
    private func requireNothingToRetry(inRollbacksOf run: RunRecord) throws {
        guard !run.isInMemory else { return }
        for rollback in try rollbacks(of: run.id) {
            let count = try retryableCount(of: rollback, of: run.id)
            guard count > 0 else { continue }
            throw JournalError(
                .state,
                """
                \(CountText.of(count, "record")) of run \(run.id) \(count == 1 ? "was" : "were") not taken back by \
                run \(rollback): retry that first; with --force run \(run.id) is deleted \
                all the same, and \(count == 1 ? "that record" : "those records") cannot be taken back any more
                """
            )
        }
    }

    /// How many records of a rollback can be tried again that no other rollback has taken back.
    private func retryableCount(of rollback: RunID, of run: RunID) throws -> Int {
        let generations = "BETWEEN place.key AND place.key + \(RecordKey.maxGeneration)"
        var count = 0
        try forEach(
            """
            SELECT record_id, NULL FROM place
            WHERE run_id = ?1 AND (
                EXISTS(SELECT 1 FROM parking WHERE parking.key \(generations))
                OR EXISTS(
                    SELECT 1 FROM outcome WHERE outcome.key \(generations) AND \(Self.isLastOutcome)
                        AND kind IN (\(OutcomeKind.list(\.isRetryable)))
                )
            )
            """
        ) {
            $0.bind(rollback.number, at: 1)
        } _: { row in
            if try change(of: try row.recordID(at: 0), in: run) != nil { count += 1 }
        }
        return count
    }

    private func requireNoDoubt(about run: RunID) throws {
        let openCount = try openIntentCount(run: run)
        let count = try openCount + doubtCount(run: run)
        guard count > 0 else { return }
        let remedy =
            openCount > 0
            ? "retry the run, which finds out"
            : "look at \(count == 1 ? "it" : "them"), as its report names \(count == 1 ? "it" : "them")"
        throw JournalError(
            .state,
            """
            \(CountText.of(count, "record")) of run \(run) \(count == 1 ? "was" : "were") perhaps changed: \
            \(remedy); with --force the run is deleted all the same, and later runs of the migration leave \
            \(count == 1 ? "it" : "them") alone unless they are begun with --again
            """
        )
    }

    /// The ledger gets the records that no rollback has taken back, whether that one is still there or not.
    private func rememberChanges(of run: RunID) throws {
        let migration = try migration(of: run)
        let hasRollback = try hasRollback(run)
        try forEachRecord(of: run, with: \.isWritten) { id, isWritten in
            let isCertain = hasRollback ? try change(of: id, in: run)?.isCertain : isWritten
            guard let isCertain else { return }
            let doubt: LedgerMark = try isInDoubt(id, in: run) ? .doubtful : .perhaps
            try writeLedger(id, migration, run: run, isCertain ? .applied : doubt)
        }
    }

    private func hasRollback(_ run: RunID) throws -> Bool {
        try number(
            """
            SELECT EXISTS(SELECT 1 FROM run WHERE rolls_back = ?1)
                OR EXISTS(SELECT 1 FROM ledger WHERE run_id = ?1 AND mark IN (\(Self.rollbackMarks)))
            """
        ) { $0.bind(run.number, at: 1) } != 0
    }

    /// What purged rollbacks have left about runs that are there, for a list in SQL; they have an index.
    static let rollbackMarks = [LedgerMark.takenBack, .perhapsTakenBack]
        .map { "\($0.rawValue)" }.joined(separator: ", ")

    private func rememberRollback(_ rollback: RunID, of target: RunID) throws {
        // A rollback has the migration of what it takes back, which may be purged.
        let migration = try migration(of: rollback)
        let isThere = try isThere(target)
        try forEachRecord(of: rollback, with: \.isTakenBack) { id, isTakenBack in
            switch (isThere, isTakenBack) {
            case (true, true): try writeLedger(id, migration, run: target, .takenBack)
            // That another rollback has taken it back is more.
            case (true, false): try writeLedger(id, migration, run: target, .perhapsTakenBack, replaces: false)
            case (false, true): try deleteLedger(id, migration, run: target)
            case (false, false): try putLedgerInDoubt(id, migration, run: target)
            }
        }
    }

    /// Calls `body` with each record of a run that has an outcome of some kinds, or an intent of which it is not known what
    /// became of it; and with whether it is the former. In the order of the ids, which is the ledger's.
    private func forEachRecord(
        of run: RunID,
        with isWanted: (OutcomeKind) -> Bool,
        _ body: (DistributionID, Bool) throws -> Void
    ) throws {
        let generations = "BETWEEN place.key AND place.key + \(RecordKey.maxGeneration)"
        try forEach(
            """
            SELECT record_id, NULL, has_outcome FROM (
                SELECT record_id,
                    EXISTS(
                        SELECT 1 FROM outcome
                        WHERE outcome.key \(generations) AND kind IN (\(OutcomeKind.list(isWanted)))
                    ) AS has_outcome,
                    EXISTS(
                        SELECT 1 FROM intent WHERE intent.key \(generations) AND \(Self.isDoubtfulIntent)
                    ) AS is_in_doubt
                FROM place WHERE run_id = ?1
            ) WHERE has_outcome OR is_in_doubt ORDER BY record_id
            """
        ) {
            $0.bind(run.number, at: 1)
        } _: { row in
            try body(row.recordID(at: 0), row.integer(at: 2) != 0)
        }
    }

    // MARK: - The ledger

    /// The number of the migration of a run that is there.
    private func migration(of run: RunID) throws -> Int64 {
        try number("SELECT migration FROM run WHERE run_id = ?1") { $0.bind(run.number, at: 1) }
    }

    private func isThere(_ run: RunID) throws -> Bool {
        try number("SELECT EXISTS(SELECT 1 FROM run WHERE run_id = ?1)") { $0.bind(run.number, at: 1) } != 0
    }

    private func writeLedger(
        _ id: DistributionID,
        _ migration: Int64,
        run: RunID,
        _ mark: LedgerMark,
        replaces: Bool = true
    ) throws {
        let clause = replaces ? "OR REPLACE" : "OR IGNORE"
        try self.run(
            "INSERT \(clause) INTO ledger(migration, record_id, run_id, mark) VALUES(?1, ?2, ?3, ?4)"
        ) { statement in
            statement.bind(migration, at: 1)
            statement.bind(id, at: 2)
            statement.bind(run.number, at: 3)
            statement.bind(mark.rawValue, at: 4)
        }
    }

    /// What a purged run has changed for certain is perhaps taken back.
    private func putLedgerInDoubt(_ id: DistributionID, _ migration: Int64, run: RunID) throws {
        try self.run(
            """
            UPDATE ledger SET mark = \(LedgerMark.perhaps.rawValue)
            WHERE migration = ?1 AND record_id = ?2 AND run_id = ?3 AND mark = \(LedgerMark.applied.rawValue)
            """
        ) { statement in
            statement.bind(migration, at: 1)
            statement.bind(id, at: 2)
            statement.bind(run.number, at: 3)
        }
    }

    /// What is in doubt stays so.
    private func deleteLedger(_ id: DistributionID, _ migration: Int64, run: RunID) throws {
        try self.run(
            """
            DELETE FROM ledger
            WHERE migration = ?1 AND record_id = ?2 AND run_id = ?3 AND mark <> \(LedgerMark.doubtful.rawValue)
            """
        ) { statement in
            statement.bind(migration, at: 1)
            statement.bind(id, at: 2)
            statement.bind(run.number, at: 3)
        }
    }
}
