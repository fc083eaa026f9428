internal import DistributionAPI
internal import SQLiteStorage

extension JournalDatabase {
    /// Makes another script the run's, unless it is already.
    ///
    /// - Returns: how many records were opened again.
    func acceptScript(
        _ script: [UInt8],
        sha: String,
        run: RunID,
        reopening failures: [FailureClass],
        by who: String,
        at time: DateTime
    ) throws -> Int {
        let old = try scriptSHA(of: run)
        guard old != sha else { return 0 }
        let keys = try RecordKey.range(run: run)
        try self.run(
            """
            UPDATE run SET script = ?2, script_sha = ?3, has_mixed_scripts = has_mixed_scripts OR EXISTS(
                SELECT 1 FROM intent WHERE key BETWEEN ?4 AND ?5 AND \(Self.isPerhapsWrittenIntent)
            )
            WHERE run_id = ?1
            """
        ) { statement in
            statement.bind(run.number, at: 1)
            try statement.bind(copy: script, at: 2)
            statement.bind(sha, at: 3)
            statement.bind(keys, at: 4)
        }
        try insert(.acceptedScript(old: old, new: sha, by: who, at: time), run: run)
        var openedCount = 0
        for failure in failures { openedCount += try reopen(run: run, failure: failure, by: who, at: time).opened }
        return openedCount
    }

    /// The SQL that tells whether a row of `intent` was carried out, or perhaps was.
    private static let isPerhapsWrittenIntent = """
        NOT EXISTS(
            SELECT 1 FROM outcome WHERE outcome.key = intent.key
                AND failure IS NOT '\(FailureClass.doubt.rawValue)' AND kind NOT IN (\(OutcomeKind.list(\.isWritten)))
        )
        """

    /// - Throws: also `.noSuchRun`.
    private func scriptSHA(of run: RunID) throws -> String {
        let sha = try first("SELECT script_sha FROM run WHERE run_id = ?1", { $0.bind(run.number, at: 1) }) {
            $0.string(at: 0)
        }
        guard let sha else { throw JournalError.noSuchRun(run) }
        return sha
    }
}

extension AuditEntry {
    static func acceptedScript(old: String, new: String, by who: String, at time: DateTime) -> AuditEntry {
        AuditEntry(time: time, who: who, action: "accept script", old: ShortSHA.of(old), new: ShortSHA.of(new))
    }
}
