import DistributionAPI
import DistributionStore
import Glibc
import JSONDocument
import Migration

/// Kills migrations at random moments, resumes them, and checks every record.
///
/// Each round is a migration of its own that adds one to a counter of every record. Whatever is killed when, after round
/// n every counter is n.
final class KillTest {
    private let context: CommandContext
    private let killCount: Int
    private let recordCount: Int
    private let seed: UInt64
    private let isCancelled: () -> Bool
    private var generator: SampleRandom
    private let folder: String
    private var server: SelftestProcess?
    private var port = 0
    private var kills = 0
    private var round = 0
    private var problems: [String] = []

    /// The member that is counted up.
    private static let counter = "x_selftest"
    /// The longest that a migration lives before it is killed, in microseconds.
    private static let maxLifeMicroseconds: UInt32 = 400_000
    /// The longest that the server may take to start, and a migration without kills to end, in seconds.
    private static let maxStartSeconds = 30
    private static let maxRunSeconds = 600
    /// More wrong records than this are not listed.
    private static let maxProblems = 20

    init(
        context: CommandContext,
        killCount: Int,
        recordCount: Int,
        seed: UInt64,
        isCancelled: @escaping () -> Bool
    ) throws {
        self.context = context
        self.killCount = killCount
        self.recordCount = recordCount
        self.seed = seed
        self.isCancelled = isCancelled
        generator = SampleRandom(seed: seed)
        folder = try TemporaryFolder.make("distsh-selftest")
    }

    func perform() async throws -> ExitStatus {
        defer { server?.kill() }
        context.tell(
            "seed \(seed), \(Count.text(recordCount, "record")), \(Count.text(killCount, "kill")), in \(folder)"
        )
        try fill()
        try serve()
        while kills < killCount, problems.isEmpty, !isCancelled() {
            round += 1
            try await playRound()
        }
        guard !isCancelled() else {
            TemporaryFolder.remove(folder)
            return .interrupted
        }
        return conclude()
    }

    private func conclude() -> ExitStatus {
        guard problems.isEmpty else {
            for problem in problems { StandardStreams.complain(problem) }
            StandardStreams.complain(
                "the selftest FAILED after \(Count.text(kills, "kill")); see \(folder), seed \(seed)"
            )
            return .failed
        }
        let recovered = recoveredCount
        let line =
            "\(Count.text(kills, "kill")) in \(Count.text(round, "round")): each of "
            + "\(Count.text(recordCount, "record")) was changed once a round, none lost, none twice; "
            + "\(Count.text(recovered, "write")) whose answer died with the process "
            + "\(recovered == 1 ? "was" : "were") settled by reading back\n"
        try? StandardStreams.writeOutput(line)
        TemporaryFolder.remove(folder)
        return .done
    }

    /// Records that were settled by what was read back, in all rounds.
    private var recoveredCount: Int {
        guard let journal = try? SQLiteJournal.openReadOnly(path: journalPath) else { return 0 }
        let runs = (try? journal.runs(migration: nil, limit: RunReference.maxRunsLookedAt)) ?? []
        return runs.reduce(0) { $0 + ((try? journal.tally(run: $1.id)[.recovered]) ?? 0) }
    }

    // MARK: The store and its server

    private var storePath: String { "\(folder)/store.db" }
    private var journalPath: String { "\(folder)/journal.sqlite" }

    private func fill() throws {
        let store = try DistributionStore(path: storePath)
        defer { store.close() }
        let counter = JSONPointer([Self.counter])
        let texts = SampleGenerator(seed: seed).lazy.prefix(recordCount).map { sample -> [UInt8] in
            guard var document = try? JSONDocument(parsing: sample.body), (try? document.set(counter, to: 0)) != nil
            else {
                return sample.body
            }
            return document.bytes
        }
        _ = try store.importRecords(texts)
    }

    private func serve() throws {
        let portFile = "\(folder)/port"
        server = try SelftestProcess(
            ["serve", "--store", storePath, "--port", "0", "--port-file", portFile, "--quiet"],
            log: "\(folder)/serve.log"
        )
        for _ in 0..<Self.maxStartSeconds * 100 {
            if let text = try? FileBytes.read(path: portFile).text, let port = Int(text.dropLast()) {
                self.port = port
                return
            }
            usleep(10_000)
        }
        throw UsageError("the server of the selftest did not start; see \(folder)/serve.log")
    }

    // MARK: Rounds

    /// Begins a migration, kills and resumes it until it is done, and checks every record.
    private func playRound() async throws {
        let file = "\(folder)/round-\(round).lua"
        try WholeFile.write(Array(Self.migration(round: round).utf8), to: file)
        var isBegun = false
        while !isCancelled() {
            let arguments = isBegun ? ["resume", file] : ["run", file, "--yes"]
            let process = try start(arguments)
            if kills < killCount {
                usleep(UInt32.random(in: 0..<Self.maxLifeMicroseconds, using: &generator))
                if process.kill() { kills += 1 }
            }
            guard let status = process.wait(seconds: Self.maxRunSeconds) else {
                process.kill()
                problems.append("round \(round) did not end within \(Self.maxRunSeconds) seconds")
                return
            }
            isBegun = isBegun || hasRun
            if status == 0 { break }
            guard status == SelftestProcess.killedStatus else {
                problems.append("round \(round): migrate \(arguments[0]) ended with status \(status); see migrate.log")
                return
            }
        }
        try await check()
        context.tell("round \(round): \(Count.text(kills, "kill")) so far, every record as it should be")
    }

    /// Whether this round's run is in the journal.
    private var hasRun: Bool {
        guard let journal = try? SQLiteJournal.openReadOnly(path: journalPath) else { return false }
        return (try? journal.runs(migration: "selftest-\(round)", limit: 1).isEmpty) == false
    }

    private func start(_ arguments: [String]) throws -> SelftestProcess {
        try SelftestProcess(
            ["--url", "http://127.0.0.1:\(port)", "migrate"] + arguments + ["--journal", journalPath, "--quiet"],
            log: "\(folder)/migrate.log"
        )
    }

    private func check() async throws {
        guard problems.isEmpty, !isCancelled() else { return }
        let store = try DistributionStore(path: storePath)
        defer { store.close() }
        var seen = 0
        for try await record in store.list() {
            seen += 1
            let document = try JSONDocument(parsing: record.text)
            guard let count = document.root[Self.counter]?.int64 else {
                problems.append("a record has lost its counter")
                continue
            }
            guard count != round, problems.count < Self.maxProblems else { continue }
            let id = document.root["id"]?.string ?? "?"
            problems.append("\(id) was changed \(count) times in \(Count.text(round, "round"))")
        }
        if seen != recordCount { problems.append("\(seen) of \(recordCount) records are there") }
    }

    private static func migration(round: Int) -> String {
        """
        return migration {
          name = "selftest-\(round)",
          select = distribution.list,
          up = function(d) d.\(counter) = d.\(counter) + 1; return d end,
        }

        """
    }
}
