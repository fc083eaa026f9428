import DistributionAPI
import Glibc
import JSONDocument
import Migration

/// Kills migrations at random moments, resumes them, and checks every record.
///
/// Each round is a migration of its own that adds one to a counter of every record. Whatever is killed when, after round
/// n every counter is n. The first round is not disturbed: it shows how long one takes.
final class KillTest {
    private let context: CommandContext
    private let killCount: Int
    private let recordCount: Int
    private let seed: UInt64
    private let interrupt: RunInterrupt
    private var generator: SampleRandom
    private let folder: String
    private var kills = KillCounts()
    private var round = 0
    private var maxLife = Duration.zero
    /// How many records this round's run had concluded at the last kill.
    private var lastConcludedCount = 0
    private var problems: [String] = []

    /// How long a migration may live before it is killed, at first, as a part of the time that an undisturbed one takes.
    private static let firstLifePart = 0.25
    /// The limit grows so much after a kill that came before anything was done, and shrinks after another, and more when
    /// the migration has ended before it, so that the kills come where the work is on machines of any speed.
    private static let growth = 1.15
    private static let shrinkage = 0.9
    private static let shrinkageAfterEnd = 0.6
    private static let lifeLimits = Duration.milliseconds(50)...Duration.seconds(5)
    /// One kill of so many comes while the migration ends because of an interrupt, within the first milliseconds.
    private static let drainDivisor = 4
    private static let maxDrain = Duration.milliseconds(20)
    /// Some kills come while the input is read, within the first milliseconds of that.
    private static let maxFreeze = Duration.milliseconds(5)
    private static let pollMicroseconds: UInt32 = 500
    /// The longest that a migration may take to its end, in seconds.
    private static let maxRunSeconds = 600

    init(
        context: CommandContext,
        killCount: Int,
        recordCount: Int,
        seed: UInt64,
        interrupt: RunInterrupt
    ) throws {
        self.context = context
        self.killCount = killCount
        self.recordCount = recordCount
        self.seed = seed
        self.interrupt = interrupt
        generator = SampleRandom(seed: seed)
        folder = try TemporaryFolder.make("distsh-selftest")
    }

    func perform() async throws -> ExitStatus {
        context.tell(
            "seed \(seed), \(CountText.of(recordCount, "record")), \(CountText.of(killCount, "kill")), in \(folder)"
        )
        let service = try SelftestService(folder: folder, recordCount: recordCount, seed: seed)
        try await play(on: service)
        while kills.total < killCount, problems.isEmpty, !interrupt.isRequested { try await play(on: service) }
        guard !interrupt.isRequested else {
            TemporaryFolder.remove(folder)
            throw interrupt.cancellation
        }
        return try conclude()
    }

    private func conclude() throws -> ExitStatus {
        guard problems.isEmpty else {
            try write(recoveredCount: nil) { "" }
            for problem in problems { StandardStreams.complain(problem) }
            StandardStreams.complain(
                "the selftest FAILED after \(CountText.of(kills.total, "kill")); see \(folder), seed \(seed)"
            )
            return .failed
        }
        let recovered = try recoveredCount()
        try write(recoveredCount: recovered) {
            """
            \(CountText.of(kills.total, "kill")) in \(CountText.of(round, "round")): each of \
            \(CountText.of(recordCount, "record")) was changed once a round, none lost, none twice
            killed while: \(kills)
            \(CountText.of(recovered, "write")) whose answer died with the process \
            \(recovered == 1 ? "was" : "were") settled by reading back

            """
        }
        TemporaryFolder.remove(folder)
        return .done
    }

    /// Prints the result: as JSON when that is asked for, else as `text`.
    private func write(recoveredCount: Int?, text: () -> String) throws {
        let value: JSONValue = .object([
            .init("verdict", .string(problems.isEmpty ? "passed" : "failed")),
            .init("kills", .integer(Int64(kills.total))), .init("killed_while", kills.json),
            .init("rounds", .integer(Int64(round))), .init("records", .integer(Int64(recordCount))),
            .init("recovered", recoveredCount.map { .integer(Int64($0)) } ?? .null),
            .init("seed", .raw(Array("\(seed)".utf8))), .init("problems", .array(problems.map { .string($0) })),
        ])
        try ReportOutput(settings: context.settings).write(
            json: { () throws(JSONError) in try JSONWriter.compact(value) },
            text: { _ in text() }
        )
    }

    /// Records that were settled by what was read back, in all rounds.
    private func recoveredCount() throws -> Int {
        let journal = try SQLiteJournal.openReadOnly(path: journalPath)
        return try journal.runs(RunFilter(), limit: .max).reduce(0) { count, run in
            count + (try journal.tally(run: run.id)[.recovered])
        }
    }

    private var journalPath: String { "\(folder)/journal.sqlite" }

    // MARK: Rounds

    /// Runs one migration to its end and checks every record.
    private func play(on service: SelftestService) async throws {
        round += 1
        lastConcludedCount = 0
        let file = "\(folder)/round-\(round).lua"
        try WholeFile.write(Array(migration.utf8), to: file)
        let start = ContinuousClock.now
        while !interrupt.isRequested, problems.isEmpty, try !goesToItsEnd(file, service) {}
        if round == 1 { maxLife = Self.limited(start.duration(to: .now) * Self.firstLifePart) }
        guard !interrupt.isRequested, problems.isEmpty else { return }
        problems = try await service.problems(expectedCount: round)
        guard problems.isEmpty else { return }
        context.tell("round \(round): \(CountText.of(kills.total, "kill")) so far, every record as it should be")
    }

    /// Begins or resumes this round's migration, and disturbs it if it is its turn.
    ///
    /// - Returns: whether it is done.
    private func goesToItsEnd(_ file: String, _ service: SelftestService) throws -> Bool {
        let words = try lastRun() == nil ? ["run", file, "--yes"] : ["resume", file]
        let process = try SelftestProcess(
            ["--url", service.url, "migrate"] + words + ["--journal", journalPath, "--quiet"],
            log: "\(folder)/migrate.log"
        )
        let wasInterrupted = try round > 1 && kills.total < killCount && disturb(process)
        guard let status = process.wait(seconds: Self.maxRunSeconds) else {
            process.kill()
            problems.append("round \(round) did not end within \(Self.maxRunSeconds) seconds")
            return false
        }
        switch status {
        case ExitStatus.done.rawValue:
            if round > 1 { maxLife = Self.limited(maxLife * Self.shrinkageAfterEnd) }
            return true
        case SelftestProcess.killedStatus:
            try noteKill(wasInterrupted: wasInterrupted)
            // It was killed after its last commit.
            return try lastRun()?.run.state == .finished
        case ExitStatus.interrupted.rawValue where wasInterrupted: break
        default: problems.append("round \(round): migrate \(words[0]) ended with status \(status); see migrate.log")
        }
        return false
    }

    /// Kills a process at a random moment.
    ///
    /// - Returns: whether it was interrupted before.
    private func disturb(_ process: SelftestProcess) throws -> Bool {
        if try aimsAtFreezing() {
            process.kill()
            return false
        }
        pause(maxLife)
        let interrupts = Int.random(in: 0..<Self.drainDivisor, using: &generator) == 0
        if interrupts {
            process.interrupt()
            pause(Self.maxDrain)
        }
        process.kill()
        return interrupts
    }

    /// Waits for the moment in which the input is being read, which is short, when it has not begun; one time in two.
    private func aimsAtFreezing() throws -> Bool {
        guard try lastRun() == nil, Bool.random(using: &generator) else { return false }
        let end = ContinuousClock.now + maxLife
        while ContinuousClock.now < end, try lastRun()?.run.state != .freezing { usleep(Self.pollMicroseconds) }
        pause(Self.maxFreeze)
        return true
    }

    private func pause(_ limit: Duration) {
        usleep(UInt32.random(in: 0..<UInt32(limit / .microseconds(1)), using: &generator))
    }

    private func noteKill(wasInterrupted: Bool) throws {
        let found = try lastRun()
        let concludedCount = found?.tally.concluded ?? 0
        if found?.run.state != .freezing {
            maxLife = Self.limited(maxLife * (concludedCount == lastConcludedCount ? Self.growth : Self.shrinkage))
        }
        lastConcludedCount = concludedCount
        kills.add(KillCounts.phase(of: found?.run, found?.tally, wasInterrupted: wasInterrupted))
    }

    /// This round's run as the journal has it; `nil` while there is none.
    private func lastRun() throws -> (run: RunSummary, tally: RunTally)? {
        guard access(journalPath, F_OK) == 0 else { return nil }
        // A process that was killed while it made the journal has left one that is none yet.
        guard let journal = try? SQLiteJournal.openReadOnly(path: journalPath),
            let run = try journal.latestRun(RunFilter(migration: name))
        else { return nil }
        return (run, try journal.tally(run: run.id))
    }

    private static func limited(_ duration: Duration) -> Duration {
        min(max(duration, lifeLimits.lowerBound), lifeLimits.upperBound)
    }

    private var name: String { "selftest-\(round)" }

    private var migration: String {
        """
        return migration {
          name = "\(name)",
          select = distribution.list,
          up = function(d) d.\(SelftestService.counter) = d.\(SelftestService.counter) + 1; return d end,
        }

        """
    }
}
