internal import DistributionAPI
internal import SQLiteStorage

extension JournalDatabase {
    private static let summaryColumns = """
        run_id, rolls_back, name, script_sha, engine_version, target, plan_sha, approved_by, state, item_count,
        duplicate_count, input_sha, created_at, ended_at, is_paused, records_per_second, max_concurrency, stop_kind,
        stop_words
        """

    /// - Throws: also `.noSuchRun`.
    func runRecord(_ id: RunID) throws -> RunRecord {
        let record = try first(
            """
            SELECT \(Self.summaryColumns), script, options, has_approved_shapes, has_mixed_scripts
            FROM run JOIN migration ON number = migration WHERE run_id = ?1
            """,
            { $0.bind(id.number, at: 1) },
            { try runRecord($0) }
        )
        guard let record else { throw JournalError.noSuchRun(id) }
        return record
    }

    func runSummaries(_ filter: RunFilter, limit: Int) throws -> [RunSummary] {
        try rows(
            """
            SELECT \(Self.summaryColumns) FROM run JOIN migration ON number = migration
            WHERE (?1 IS NULL OR name = ?1) AND (?2 IS NULL OR target = ?2) AND (?3 = 0 OR rolls_back IS NULL)
                AND (?4 = 0 OR state <> 'finished') AND (?5 IS NULL OR rolls_back = ?5)
                AND (?6 IS NULL OR EXISTS(
                    SELECT 1 FROM place WHERE place.run_id = run.run_id AND place.record_id = ?6
                ))
            ORDER BY run_id DESC LIMIT ?7
            """,
            { statement in
                statement.bind(filter.migration, at: 1)
                statement.bind(filter.target, at: 2)
                statement.bind(filter.isMigration ? Int64(1) : 0, at: 3)
                statement.bind(filter.isUnfinished ? Int64(1) : 0, at: 4)
                statement.bind(filter.rollsBack.map { Int($0.number) }, at: 5)
                if let record = filter.record { statement.bind(record, at: 6) } else { statement.bindNull(at: 6) }
                // A negative limit would mean none in SQLite.
                statement.bind(Int64(max(limit, 0)), at: 7)
            },
            { try runSummary($0) }
        )
    }

    private func runSummary(_ row: RawStatement) throws -> RunSummary {
        let id = RunID(number: row.integer(at: 0))
        guard let state = RunState(rawValue: row.string(at: 8)) else {
            throw JournalError.damagedRow("the state", run: id)
        }
        return RunSummary(
            id: id,
            kind: row.isNull(at: 1) ? .migration : .rollback(of: RunID(number: row.integer(at: 1))),
            migration: row.string(at: 2),
            scriptSHA: row.string(at: 3),
            engineVersion: row.string(at: 4),
            target: row.string(at: 5),
            planSHA: row.optionalString(at: 6),
            approvedBy: row.string(at: 7),
            state: state,
            control: control(row, from: 14),
            stop: try stop(row, from: 17, id: id),
            itemCount: Int(row.integer(at: 9)),
            duplicateCount: Int(row.integer(at: 10)),
            inputSHA: row.string(at: 11),
            createdAt: row.time(at: 12),
            endedAt: row.isNull(at: 13) ? nil : row.time(at: 13)
        )
    }

    private func runRecord(_ row: RawStatement) throws -> RunRecord {
        let summary = try runSummary(row)
        return RunRecord(
            id: summary.id,
            description: try newRun(summary, row, from: 19),
            hasMixedScripts: row.integer(at: 22) != 0,
            state: summary.state,
            control: summary.control,
            stop: summary.stop,
            itemCount: summary.itemCount,
            duplicateCount: summary.duplicateCount,
            inputSHA: summary.inputSHA,
            createdAt: summary.createdAt,
            endedAt: summary.endedAt
        )
    }

    private func stop(_ row: RawStatement, from column: CInt, id: RunID) throws -> RunStop? {
        guard let text = row.optionalString(at: column) else { return nil }
        guard let kind = RunStop.Kind(rawValue: text) else {
            throw JournalError.damagedRow("the reason of its stop", run: id)
        }
        return RunStop(kind, row.string(at: column + 1))
    }

    private func newRun(_ summary: RunSummary, _ row: RawStatement, from column: CInt) throws -> NewRun {
        NewRun(
            kind: summary.kind,
            migration: summary.migration,
            script: row.bytes(at: column),
            scriptSHA: summary.scriptSHA,
            engineVersion: summary.engineVersion,
            target: summary.target,
            planSHA: summary.planSHA,
            approvedShapes: row.integer(at: column + 2) == 0 ? nil : try approvedShapes(summary.id),
            approvedBy: summary.approvedBy,
            options: row.bytes(at: column + 1)
        )
    }

    private func approvedShapes(_ run: RunID) throws -> [String] {
        try rows(
            "SELECT signature FROM approved_shape WHERE run_id = ?1 ORDER BY ordinal",
            { $0.bind(run.number, at: 1) },
            { $0.string(at: 0) }
        )
    }

    /// - Throws: also `.noSuchRun`.
    func control(of run: RunID) throws -> RunControl {
        let found = try first(
            "SELECT is_paused, records_per_second, max_concurrency FROM run WHERE run_id = ?1",
            { $0.bind(run.number, at: 1) },
            { control($0, from: 0) }
        )
        guard let found else { throw JournalError.noSuchRun(run) }
        return found
    }

    private func control(_ row: RawStatement, from column: CInt) -> RunControl {
        RunControl(
            isPaused: row.integer(at: column) != 0,
            recordsPerSecond: row.isNull(at: column + 1) ? nil : row.double(at: column + 1),
            maxConcurrency: Int(row.integer(at: column + 2))
        )
    }

    /// - Throws: also `.noSuchRun`.
    func state(of run: RunID) throws -> RunState {
        let text = try first("SELECT state FROM run WHERE run_id = ?1", { $0.bind(run.number, at: 1) }) {
            $0.string(at: 0)
        }
        guard let text else { throw JournalError.noSuchRun(run) }
        guard let state = RunState(rawValue: text) else { throw JournalError.damagedRow("the state", run: run) }
        return state
    }

    /// - Throws: `.state` when the run is not in one of the states, and `.noSuchRun`.
    func require(_ states: Set<RunState>, of run: RunID, to action: String) throws {
        let state = try state(of: run)
        guard states.contains(state) else { throw JournalError.state(state, of: run, refuses: action) }
    }
}

extension JournalError {
    static func state(_ state: RunState, of run: RunID, refuses action: String) -> JournalError {
        let remedy =
            switch state {
            case .freezing: "its input is not complete: begin it again, or purge it"
            case .ready, .stopped: "resume it"
            case .running: "wait for its end, or pause it"
            case .finished: "retry it to open failed records again"
            }
        return JournalError(.state, "run \(run) is \(state.rawValue), so it cannot \(action); \(remedy)")
    }
}
