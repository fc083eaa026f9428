internal import DistributionAPI
internal import SQLiteStorage

extension JournalDatabase {
    private static let runColumns = """
        run_id, rolls_back, name, script, script_sha, engine_version, target, plan_sha, has_approved_shapes,
        approved_by, options, state, item_count, duplicate_count, input_sha, created_at, ended_at, is_paused,
        records_per_second, max_concurrency, stop_kind, stop_words
        """

    /// - Throws: also `.noSuchRun`.
    func runRecord(_ id: RunID) throws -> RunRecord {
        let record = try first(
            "SELECT \(Self.runColumns) FROM run JOIN migration ON number = migration WHERE run_id = ?1",
            { $0.bind(id.number, at: 1) },
            { try runRecord($0) }
        )
        guard let record else { throw JournalError.noSuchRun(id) }
        return record
    }

    func runRecords(migration: String?, limit: Int) throws -> [RunRecord] {
        try rows(
            """
            SELECT \(Self.runColumns) FROM run JOIN migration ON number = migration
            WHERE ?1 IS NULL OR name = ?1 ORDER BY run_id DESC LIMIT ?2
            """,
            { statement in
                statement.bind(migration, at: 1)
                // A negative limit would mean none in SQLite.
                statement.bind(Int64(max(limit, 0)), at: 2)
            },
            { try runRecord($0) }
        )
    }

    private func runRecord(_ row: RawStatement) throws -> RunRecord {
        let id = RunID(number: row.integer(at: 0))
        guard let state = RunState(rawValue: row.string(at: 11)) else {
            throw JournalError.damagedRow("the state", run: id)
        }
        return RunRecord(
            id: id,
            description: try newRun(row, id: id),
            state: state,
            control: control(row, from: 17),
            stop: try stop(row, from: 20, id: id),
            itemCount: Int(row.integer(at: 12)),
            duplicateCount: Int(row.integer(at: 13)),
            inputSHA: row.string(at: 14),
            createdAt: row.time(at: 15),
            endedAt: row.isNull(at: 16) ? nil : row.time(at: 16)
        )
    }

    private func stop(_ row: RawStatement, from column: CInt, id: RunID) throws -> RunStop? {
        guard let text = row.optionalString(at: column) else { return nil }
        guard let kind = RunStop.Kind(rawValue: text) else {
            throw JournalError.damagedRow("the reason of its stop", run: id)
        }
        return RunStop(kind, row.string(at: column + 1))
    }

    private func newRun(_ row: RawStatement, id: RunID) throws -> NewRun {
        NewRun(
            kind: row.isNull(at: 1) ? .migration : .rollback(of: RunID(number: row.integer(at: 1))),
            migration: row.string(at: 2),
            script: row.bytes(at: 3),
            scriptSHA: row.string(at: 4),
            engineVersion: row.string(at: 5),
            target: row.string(at: 6),
            planSHA: row.optionalString(at: 7),
            approvedShapes: row.integer(at: 8) == 0 ? nil : try approvedShapes(id),
            approvedBy: row.string(at: 9),
            options: row.bytes(at: 10)
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
            case .ready, .stopped: "resume it with: distsh migrate resume \(run)"
            case .running: "wait for its end, or pause it with: distsh migrate pause \(run)"
            case .finished: "open failed records again with: distsh migrate retry \(run)"
            }
        return JournalError(.state, "run \(run) is \(state.rawValue), so it cannot \(action); \(remedy)")
    }
}
