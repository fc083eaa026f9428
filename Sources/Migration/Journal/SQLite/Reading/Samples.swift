internal import DistributionAPI
internal import SQLiteStorage

extension JournalDatabase {
    /// - Returns: the sample's number in the run, which only grows.
    func insert(_ sample: ThroughputSample, run: RunID) throws -> Int64 {
        let number =
            1
            + (try self.number("SELECT max(number) FROM sample WHERE run_id = ?1") {
                $0.bind(run.number, at: 1)
            })
        try self.run(
            """
            INSERT INTO sample(
                run_id, number, at, concluded, failed, read_median, read_p95, write_median, write_p95, read_limit,
                write_limit, in_flight, limiter
            ) VALUES(?1, ?13, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            """
        ) { statement in
            statement.bind(run.number, at: 1)
            statement.bind(sample.time, at: 2)
            for (offset, value) in Self.numbers(of: sample).enumerated() {
                statement.bind(Int64(value), at: CInt(3 + offset))
            }
            statement.bind(sample.limiter, at: 12)
            statement.bind(number, at: 13)
        }
        return number
    }

    private static func numbers(of sample: ThroughputSample) -> [Int] {
        [
            sample.concludedCount, sample.failedCount,
            sample.readMedianMicroseconds, sample.readP95Microseconds,
            sample.writeMedianMicroseconds, sample.writeP95Microseconds,
            sample.readLimit, sample.writeLimit, sample.inFlightCount,
        ]
    }

    func samples(run: RunID, limit: Int) throws -> [ThroughputSample] {
        let samples = try rows(
            """
            SELECT at, concluded, failed, read_median, read_p95, write_median, write_p95, read_limit, write_limit,
                in_flight, limiter
            FROM sample WHERE run_id = ?1 ORDER BY number
            """,
            { $0.bind(run.number, at: 1) },
            sample
        )
        return samples.thinned(to: limit)
    }

    private func sample(_ row: RawStatement) -> ThroughputSample {
        func number(_ column: CInt) -> Int { Int(row.integer(at: column)) }
        return ThroughputSample(
            time: row.time(at: 0),
            concludedCount: number(1),
            failedCount: number(2),
            readMedianMicroseconds: number(3),
            readP95Microseconds: number(4),
            writeMedianMicroseconds: number(5),
            writeP95Microseconds: number(6),
            readLimit: number(7),
            writeLimit: number(8),
            inFlightCount: number(9),
            limiter: row.string(at: 10)
        )
    }

    func audit(run: RunID) throws -> [AuditEntry] {
        try rows(
            "SELECT at, who, action, old, new FROM audit WHERE run_id = ?1 ORDER BY number",
            { $0.bind(run.number, at: 1) },
            { row in
                AuditEntry(
                    time: row.time(at: 0),
                    who: row.string(at: 1),
                    action: row.string(at: 2),
                    old: row.string(at: 3),
                    new: row.string(at: 4)
                )
            }
        )
    }
}

extension Array {
    /// At most `limit` elements at equal distances, the first and the last among them; of one, the last.
    func thinned(to limit: Int) -> [Element] {
        guard count > Swift.max(limit, 0) else { return self }
        if limit <= 1 { return Array(suffix(Swift.max(limit, 0))) }
        return (0..<limit).map { self[$0 * (count - 1) / (limit - 1)] }
    }
}
