public import DistributionAPI

/// How a run stands, from its journal.
public struct RunStatus: Sendable, Equatable {
    /// The rate is that of the samples of so many seconds before the last one.
    static let rateSeconds = 60.0
    /// Where there is no other sample in that time, the one before counts, unless it is older.
    static let maxRateSeconds = 600.0
    /// A last sample that is older says nothing about the rate of now.
    static let maxSampleAgeSeconds = 30.0

    public var run: RunRecord
    public var tally: RunTally
    /// What the verification pass has looked at.
    public var matchCount: Int
    public var mismatchCount: Int
    /// How many records a verification pass that has just ended could not read; `nil` when there was none.
    public var unverifiedCount: Int?
    /// Which process works on it, in words; `nil` for none.
    public var holder: String?
    /// Records concluded in a second, lately; `nil` when nobody works on it, or it is not known yet.
    public var recordsPerSecond: Double?
    /// What was taken back of it; `nil` for nothing.
    public var takenBack: TakenBack?
    /// What to type next about a rollback that is not finished.
    private var rollbackCommands: [String] = []
    private var remedies = FailureRemedies()
    private let commands: SuggestedCommand

    /// Reads how a run stands.
    ///
    /// - Parameters:
    ///   - reader: the journal.
    ///   - run: the run's number.
    ///   - holder: which process works on it; see `Journal.holder(of:)`.
    ///   - now: the time of day.
    ///   - commands: how commands are told.
    /// - Throws: also `.noSuchRun`.
    public init(
        reading reader: any JournalReader,
        run: RunID,
        holder: String?,
        now: DateTime,
        commands: SuggestedCommand
    ) throws(JournalError) {
        self.commands = commands
        self.run = try reader.run(run)
        tally = try reader.tally(run: run)
        let verifications = try reader.verifications(run: run)
        (matchCount, mismatchCount) = (verifications.matches, verifications.mismatches)
        self.holder = holder
        takenBack = try TakenBack(of: self.run, tally, reading: reader)
        if let takenBack, !takenBack.isFinished {
            let rollback = takenBack.rollback.id
            let status = try RunStatus(reading: reader, run: rollback, holder: nil, now: now, commands: commands)
            rollbackCommands = status.nextCommands
        }
        if tally.failed + tally[.conflict] > 0 {
            let groups = try reader.failureGroups(run: run, of: .problems, limit: ReportModel.maxFailureGroups)
            remedies = FailureRemedies(groups)
        }
        guard holder != nil else { return }
        recordsPerSecond = Self.rate(try reader.samples(run: run, limit: ReportModel.maxSamples), now: now)
    }

    public var verdict: RunVerdict {
        // What was found of changes that were all taken back says nothing about what the service holds now.
        let mismatchCount = takenBack?.isWhole(tally) == true ? 0 : mismatchCount
        return RunVerdict(run: run.summary, tally: tally, mismatchCount: mismatchCount, isHeld: holder != nil)
    }

    /// How long the records that are left will take at the rate of now; `nil` when that is not known.
    public var timeLeft: Duration? {
        guard let recordsPerSecond, recordsPerSecond > 0, run.state == .running, !run.control.isPaused else {
            return nil
        }
        let seconds = Double(tally.pending) / recordsPerSecond
        return seconds < Self.maxSecondsLeft ? .seconds(seconds) : nil
    }

    /// An estimate of more (10 years) says nothing.
    private static let maxSecondsLeft = 3.15e8

    /// What to type next, most useful first; empty when there is nothing to be done.
    public var nextCommands: [String] {
        // The records are gone with their process: what is left is in the journal.
        if run.isInMemory, verdict != .underWay { return verdict == .done ? [] : [reportCommand] }
        guard verdict != .underWay, let takenBack else { return ownCommands }
        guard takenBack.isOfAll(tally) else {
            return rollbackCommands + ownCommands
        }
        let verification = takenBack.isFinished ? takenBack.unverified.map { [commands.verify($0)] } ?? [] : []
        return rollbackCommands + verification + (run.state == .finished ? [] : [commands.resume(run)])
    }

    /// Those of the run, whatever was taken back of it.
    private var ownCommands: [String] {
        switch verdict {
        case .underWay: run.control.isPaused ? [commands.resume(run)] : []
        case .stopped: [commands.resume(run)]
        case .tooManyErrors: [reportCommand, commandAfterErrors]
        case .mismatch where run.state != .finished: [reportCommand, commands.resume(run)] + undoCommands
        case .mismatch: [reportCommand] + retryCommands + undoCommands
        case .conflicts: [reportCommand] + retryCommands
        case .failures: retryCommands + [reportCommand]
        case .done: isVerified ? [] : [commands.verify(run)]
        }
    }

    /// Whether a verification pass has looked at all that it would look at; one may have ended before.
    private var isVerified: Bool {
        matchCount + mismatchCount >= tally.applied - (takenBack?.count ?? 0)
    }

    var reportCommand: String { commands.report(run) }
    var rollbackCommand: String { commands.rollback(run) }

    private var retryCommands: [String] {
        guard run.state == .finished else { return [] }
        let isTriable = tally.parked + tally.failed + tally[.conflict] > remedies.beyondTrialCount
        return (isTriable ? [commands.retry(run)] : [])
            + (remedies.needsChangedFile ? [commands.retryWithChangedFile(run)] : [])
    }

    private var undoCommands: [String] {
        run.description.kind == .migration && tally.written > 0 ? [rollbackCommand] : []
    }

    /// Resumed as it is, the run would stop again: its file is mended first, or a plan is made that has what it met, or
    /// as many records more may fail.
    private var commandAfterErrors: String {
        switch remedies.ofMostFailures {
        case .changedFile?: return commands.resumeWithChangedFile(run)
        case .newPlan? where run.description.kind == .migration: return commands.planAnew(run)
        default:
            let count = tally.failed + tally[.conflict] + tally[.mismatch]
            return commands.resume(run, maxErrorCount: max(2 * count, 1))
        }
    }

    private static func rate(_ samples: [ThroughputSample], now: DateTime) -> Double? {
        guard let last = samples.last, seconds(from: last.time, to: now) <= maxSampleAgeSeconds else { return nil }
        // Samples of long runs are thinned: there may be no other in the window, but one a little before it.
        guard let first = samples.first(where: { seconds(from: $0.time, to: last.time) <= rateSeconds }),
            let start = first == last ? samples.dropLast().last : first
        else { return nil }
        let span = seconds(from: start.time, to: last.time)
        guard span > 0, span <= maxRateSeconds else { return nil }
        return Double(max(last.concludedCount - start.concludedCount, 0)) / span
    }

    static func seconds(from start: DateTime, to end: DateTime) -> Double {
        (end.durationSince1970 - start.durationSince1970) / .seconds(1)
    }
}

extension RunRecord {
    /// That of its summary.
    var title: String { summary.title }
}

extension RunSummary {
    /// `gists-private on http://localhost:1000`, or of which run it is the rollback.
    var title: String {
        let target = VisibleText.of(target)
        let name = VisibleText.of(migration)
        switch kind {
        case .migration: return "\(name) on \(target)"
        case .rollback(let other): return "rollback of run \(other), \(name) on \(target)"
        }
    }
}
