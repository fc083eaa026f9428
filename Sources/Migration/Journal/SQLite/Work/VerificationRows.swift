internal import SQLiteStorage

extension JournalDatabase {
    /// Writes what a verification found; an older finding about the record is overwritten.
    func insert(_ verification: Verification, run: RunID) throws {
        let key = try RecordKey(run: run, sequence: verification.sequence)
        try self.run("INSERT OR REPLACE INTO verification(key, is_match, message, at) VALUES(?1, ?2, ?3, ?4)") {
            $0.bind(key, at: 1)
            $0.bind(verification.isMatch ? Int64(1) : 0, at: 2)
            $0.bind(Outcome.cutMessage(verification.message), at: 3)
            $0.bind(verification.time, at: 4)
        }
    }
}
