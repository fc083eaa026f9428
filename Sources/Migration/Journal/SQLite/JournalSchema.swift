internal import SQLiteStorage

extension SQLiteFile {
    /// The file that holds a journal: the tables of the migration protocol, laid out for appending.
    ///
    /// - A record of a run is known by its place in the input, for its id stands beside it in `item` and back in
    ///   `place`, once a run. Run, place and generation make one number (`RecordKey`), the row's own key, so that rows
    ///   are added at the end of their table instead of in the middle of an index of random ids.
    /// - `migration` has a number for a migration at a target: what it has changed at one says nothing about another.
    /// - `image` has the bodies of an intent. They are apart from `intent`, so that counting reads no bodies.
    /// - `reopening` has the generations that `retry` has opened; a record's last outcome no longer counts after it.
    /// - `run` ends with what may be long, so that a list of runs reads none of it.
    /// - Besides `run` and `chunk` rows change in `parking` and `verification`, where the newest of a record counts; in
    ///   `item`, when the gaps of what came twice are closed; in `sample`, which is thinned; and in `ledger`.
    /// - `ledger` has the records of purged runs that carry, or perhaps carry, the run's change, and those where a rollback
    ///   that was purged has, or perhaps has, taken the change of a run back that is still there (`LedgerMark`).
    /// - `purging` has the runs that were purged and of which not all rows are deleted yet.
    /// - Times are nanoseconds since 1970.
    static let migrationJournal = SQLiteFile(
        noun: "migration journal",
        // "dmig" in ASCII.
        applicationID: 0x646D_6967,
        version: 1,
        creationSQL: runTables + itemTables + recordTables + reportTables
    )

    private static let runTables = """
        CREATE TABLE migration(
            number INTEGER PRIMARY KEY, name TEXT NOT NULL, target TEXT NOT NULL, UNIQUE(name, target)
        ) STRICT;
        CREATE TABLE run(
            run_id INTEGER PRIMARY KEY AUTOINCREMENT,
            migration INTEGER NOT NULL,
            rolls_back INTEGER,
            script_sha TEXT NOT NULL,
            engine_version TEXT NOT NULL,
            plan_sha TEXT,
            has_approved_shapes INTEGER NOT NULL,
            has_mixed_scripts INTEGER NOT NULL DEFAULT 0,
            approved_by TEXT NOT NULL,
            state TEXT NOT NULL,
            stop_kind TEXT,
            stop_words TEXT,
            item_count INTEGER NOT NULL DEFAULT 0,
            duplicate_count INTEGER NOT NULL DEFAULT 0,
            input_sha TEXT NOT NULL DEFAULT '',
            created_at INTEGER NOT NULL,
            ended_at INTEGER,
            is_paused INTEGER NOT NULL,
            records_per_second REAL,
            max_concurrency INTEGER NOT NULL,
            options BLOB NOT NULL,
            script BLOB NOT NULL
        ) STRICT;
        CREATE TABLE purging(run_id INTEGER PRIMARY KEY) STRICT;
        CREATE INDEX run_migration ON run(migration);
        CREATE INDEX run_rolls_back ON run(rolls_back) WHERE rolls_back IS NOT NULL;
        CREATE TABLE approved_shape(
            run_id INTEGER NOT NULL, ordinal INTEGER NOT NULL, signature TEXT NOT NULL,
            PRIMARY KEY(run_id, ordinal)
        ) STRICT, WITHOUT ROWID;

        """

    private static let itemTables = """
        CREATE TABLE item(
            key INTEGER PRIMARY KEY,
            record_id BLOB NOT NULL CHECK(length(record_id) = 16),
            spelling TEXT,
            input BLOB
        ) STRICT;
        CREATE TABLE place(
            run_id INTEGER NOT NULL, record_id BLOB NOT NULL, key INTEGER NOT NULL,
            PRIMARY KEY(run_id, record_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE chunk(
            run_id INTEGER NOT NULL,
            number INTEGER NOT NULL,
            state INTEGER NOT NULL DEFAULT 0,
            fence INTEGER NOT NULL DEFAULT 0,
            worker TEXT,
            lease_until INTEGER,
            claimed_at INTEGER,
            attempts INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY(run_id, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX chunk_ready ON chunk(run_id, number) WHERE state = 0;
        CREATE INDEX chunk_leased ON chunk(run_id, number) WHERE state = 1;
        CREATE INDEX chunk_parked ON chunk(run_id, number) WHERE state = 3;

        """

    private static let recordTables = """
        CREATE TABLE intent(
            key INTEGER PRIMARY KEY, fence INTEGER NOT NULL, shape INTEGER NOT NULL, at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE image(key INTEGER PRIMARY KEY, pre BLOB NOT NULL, post BLOB NOT NULL) STRICT;
        CREATE TABLE outcome(
            key INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL,
            http INTEGER,
            failure TEXT,
            message TEXT,
            read_microseconds INTEGER,
            write_microseconds INTEGER,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE reopening(key INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
        CREATE TABLE parking(
            key INTEGER PRIMARY KEY,
            failure TEXT NOT NULL,
            message TEXT NOT NULL,
            http INTEGER,
            count INTEGER NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE verification(
            key INTEGER PRIMARY KEY, is_match INTEGER NOT NULL, message TEXT NOT NULL, at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE ledger(
            migration INTEGER NOT NULL,
            record_id BLOB NOT NULL,
            run_id INTEGER NOT NULL,
            mark INTEGER NOT NULL,
            PRIMARY KEY(migration, record_id, run_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX ledger_rollback ON ledger(run_id) WHERE mark IN (\(JournalDatabase.rollbackMarks));

        """

    private static let reportTables = """
        CREATE TABLE shape(
            run_id INTEGER NOT NULL, number INTEGER NOT NULL, signature TEXT NOT NULL,
            PRIMARY KEY(run_id, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE sample(
            run_id INTEGER NOT NULL,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            concluded INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            read_median INTEGER NOT NULL,
            read_p95 INTEGER NOT NULL,
            write_median INTEGER NOT NULL,
            write_p95 INTEGER NOT NULL,
            read_limit INTEGER NOT NULL,
            write_limit INTEGER NOT NULL,
            in_flight INTEGER NOT NULL,
            limiter TEXT NOT NULL,
            PRIMARY KEY(run_id, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE audit(
            number INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL,
            at INTEGER NOT NULL,
            who TEXT NOT NULL,
            action TEXT NOT NULL,
            old TEXT NOT NULL,
            new TEXT NOT NULL
        ) STRICT;
        CREATE INDEX audit_run ON audit(run_id, number);
        """
}

/// The values of `chunk.state`.
enum ChunkState {
    static let ready: Int64 = 0
    static let leased: Int64 = 1
    static let done: Int64 = 2
    static let parked: Int64 = 3
}
