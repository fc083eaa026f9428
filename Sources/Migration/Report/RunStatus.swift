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

    /// Reads how a run stands.
    ///
    /// - Parameters:
    ///   - reader: the journal.
    ///   - run: the run's number.
    ///   - holder: which process works on it; see `Journal.holder(of:)`.
    ///   - now: the time of day.
    /// - Throws: also `.noSuchRun`.
    public init(
        reading reader: any JournalReader,
        run: RunID,
        holder: String?,
        now: DateTime
    ) throws(JournalError) {
        self.run = try reader.run(run)
        tally = try reader.tally(run: run)
        let verifications = try reader.verifications(run: run)
        (matchCount, mismatchCount) = (verifications.matches, verifications.mismatches)
        self.holder = holder
        guard holder != nil else { return }
        recordsPerSecond = Self.rate(try reader.samples(run: run, limit: ReportModel.maxSamples), now: now)
    }

    public var verdict: RunVerdict {
        RunVerdict(run: run.summary, tally: tally, mismatchCount: mismatchCount, isHeld: holder != nil)
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
        let id = run.id
        switch verdict {
        case .underWay: return run.control.isPaused ? [SuggestedCommand.resume(id)] : []
        // The records are gone with their process: what is left is in the journal.
        case _ where run.description.isInMemory: return verdict == .done ? [] : [SuggestedCommand.report(id)]
        case .stopped: return [SuggestedCommand.resume(id)]
        case .tooManyErrors: return [SuggestedCommand.report(id), SuggestedCommand.resume(id)]
        case .mismatch where run.state != .finished: return [SuggestedCommand.report(id), SuggestedCommand.resume(id)]
        case .mismatch, .conflicts: return [SuggestedCommand.report(id)] + retryCommands
        case .failures: return retryCommands + [SuggestedCommand.report(id)]
        case .done: return matchCount == 0 && tally.applied > 0 ? [SuggestedCommand.verify(id)] : []
        }
    }

    private var retryCommands: [String] {
        let isRetryable = tally.parked > 0 || tally.counts.contains { $0.key.isRetryable && $0.value > 0 }
        return isRetryable && run.state == .finished ? [SuggestedCommand.retry(run.id)] : []
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
