internal import DistributionAPI
internal import SQLiteStorage

extension JournalDatabase {
    func createRun(_ run: NewRun, control: RunControl, at time: DateTime) throws -> RunID {
        let rollsBack = try target(of: run.kind)
        try self.run("INSERT OR IGNORE INTO migration(name, target) VALUES(?1, ?2)") { statement in
            statement.bind(run.migration, at: 1)
            statement.bind(run.target, at: 2)
        }
        try self.run(
            """
            INSERT INTO run(
                migration, rolls_back, script, script_sha, engine_version, plan_sha, has_approved_shapes,
                approved_by, options, state, created_at, is_paused, records_per_second, max_concurrency
            ) VALUES(
                (SELECT number FROM migration WHERE name = ?1 AND target = ?6), ?2, ?3, ?4, ?5, ?7, ?8, ?9, ?10,
                'freezing', ?11, ?12, ?13, ?14
            )
            """
        ) { statement in
            statement.bind(run.migration, at: 1)
            statement.bind(rollsBack.map { Int($0.number) }, at: 2)
            try statement.bind(copy: run.script, at: 3)
            statement.bind(run.scriptSHA, at: 4)
            statement.bind(run.engineVersion, at: 5)
            statement.bind(run.target, at: 6)
            statement.bind(run.planSHA, at: 7)
            statement.bind(run.approvedShapes == nil ? 0 : Int64(1), at: 8)
            statement.bind(run.approvedBy, at: 9)
            try statement.bind(copy: run.options, at: 10)
            statement.bind(time, at: 11)
            bind(control, to: statement, from: 12)
        }
        let id = RunID(number: lastInsertedRowID)
        _ = try RecordKey(run: id, sequence: 0)
        try insertApprovedShapes(run.approvedShapes ?? [], run: id)
        try insert(AuditEntry(time: time, who: run.approvedBy, action: "create"), run: id)
        return id
    }

    private func target(of kind: RunKind) throws -> RunID? {
        guard case .rollback(let target) = kind else { return nil }
        _ = try state(of: target)
        return target
    }

    private func insertApprovedShapes(_ signatures: [String], run: RunID) throws {
        for (ordinal, signature) in signatures.enumerated() {
            try self.run("INSERT INTO approved_shape(run_id, ordinal, signature) VALUES(?1, ?2, ?3)") { statement in
                statement.bind(run.number, at: 1)
                statement.bind(Int64(ordinal), at: 2)
                statement.bind(signature, at: 3)
            }
        }
    }

    private func bind(_ control: RunControl, to statement: RawStatement, from index: CInt) {
        statement.bind(control.isPaused ? Int64(1) : 0, at: index)
        if let rate = control.recordsPerSecond {
            statement.bind(rate, at: index + 1)
        } else {
            statement.bindNull(at: index + 1)
        }
        statement.bind(Int64(control.maxConcurrency), at: index + 2)
    }

    func setState(_ next: RunState, run: RunID, stop: RunStop?, audit: AuditEntry, at time: DateTime) throws {
        let state = try state(of: run)
        // Only `endFreezing` has counted the input.
        guard state.mayBecome(next), next != .ready else {
            throw JournalError.state(state, of: run, refuses: "become \(next.rawValue)")
        }
        if next == .finished { try requireSettledChunks(run) }
        try writeState(next, run: run, stop: stop, at: time)
        try insert(audit, run: run)
    }

    func writeState(_ next: RunState, run: RunID, stop: RunStop?, at time: DateTime) throws {
        try self.run(
            """
            UPDATE run
            SET state = ?2, stop_kind = ?3, stop_words = ?4, ended_at = CASE WHEN ?5 THEN ?6 ELSE ended_at END
            WHERE run_id = ?1
            """
        ) { statement in
            statement.bind(run.number, at: 1)
            statement.bind(next.rawValue, at: 2)
            statement.bind(next == .stopped ? stop?.kind.rawValue : nil, at: 3)
            statement.bind(next == .stopped ? stop?.words : nil, at: 4)
            statement.bind(next == .stopped || next == .finished ? Int64(1) : 0, at: 5)
            statement.bind(time, at: 6)
        }
    }

    private func requireSettledChunks(_ run: RunID) throws {
        let count = try number(
            """
            SELECT count(*) FROM chunk
            WHERE run_id = ?1 AND state IN (\(ChunkState.ready), \(ChunkState.leased))
            """
        ) { $0.bind(run.number, at: 1) }
        guard count == 0 else {
            throw JournalError(
                .state,
                """
                run \(run) has \(count) chunks with records that are neither concluded nor parked, so it cannot become \
                finished; resume it
                """
            )
        }
    }

    func changeControl(
        run: RunID,
        by who: String,
        at time: DateTime,
        _ change: (inout RunControl) -> Void
    ) throws -> RunControl {
        let old = try control(of: run)
        var new = old
        change(&new)
        guard new != old else { return old }
        try self.run(
            "UPDATE run SET is_paused = ?2, records_per_second = ?3, max_concurrency = ?4 WHERE run_id = ?1"
        ) { statement in
            statement.bind(run.number, at: 1)
            bind(new, to: statement, from: 2)
        }
        for entry in RunControl.auditEntries(from: old, to: new, by: who, at: time) { try insert(entry, run: run) }
        return try control(of: run)
    }

    func insert(_ entry: AuditEntry, run: RunID) throws {
        try self.run("INSERT INTO audit(run_id, at, who, action, old, new) VALUES(?1, ?2, ?3, ?4, ?5, ?6)") {
            statement in
            statement.bind(run.number, at: 1)
            statement.bind(entry.time, at: 2)
            statement.bind(entry.who, at: 3)
            statement.bind(entry.action, at: 4)
            statement.bind(entry.old, at: 5)
            statement.bind(entry.new, at: 6)
        }
    }
}

extension RunControl {
    /// One line of the audit for each value that differs.
    static func auditEntries(
        from old: RunControl,
        to new: RunControl,
        by who: String,
        at time: DateTime
    ) -> [AuditEntry] {
        func words(isPaused: Bool) -> String { isPaused ? "paused" : "running" }
        func words(rate: Double?) -> String { rate.map { "\($0)" } ?? "none" }
        func entry(_ action: String, _ old: String, _ new: String) -> AuditEntry? {
            old == new ? nil : AuditEntry(time: time, who: who, action: action, old: old, new: new)
        }
        return [
            entry(
                new.isPaused ? "pause" : "resume",
                words(isPaused: old.isPaused),
                words(isPaused: new.isPaused)
            ),
            entry("set rate", words(rate: old.recordsPerSecond), words(rate: new.recordsPerSecond)),
            entry("set concurrency", "\(old.maxConcurrency)", "\(new.maxConcurrency)"),
        ].compactMap { $0 }
    }
}
