/// How a run ended, or stands, as one word and an exit status.
///
/// Of several that apply the first counts: what the service holds is wrong, then too many errors, then an end before
/// the last record, then conflicts, then failures.
public enum RunVerdict: String, Hashable, Sendable, CaseIterable {
    /// Every record is as it should be.
    case done
    /// Finished; some records failed, were refused, or stayed parked.
    case failures
    /// Stopped, for more records failed than the run allows.
    case tooManyErrors = "too_many_errors"
    /// Finished; some records were changed by others meanwhile, or perhaps by the run, and left as they are.
    case conflicts
    /// The service holds something else than what was sent, or what the migration's `verify` does not accept.
    case mismatch
    /// Paused, stopped, killed or not yet begun: it can be resumed.
    case stopped
    /// A process works on it.
    case underWay = "under_way"

    /// - Parameters:
    ///   - run: the run as the journal has it.
    ///   - tally: how its records stand.
    ///   - mismatchCount: what the verification pass found, if there was one.
    ///   - isHeld: whether a process works on it.
    public init(run: RunSummary, tally: RunTally, mismatchCount: Int, isHeld: Bool) {
        let isMismatch = tally[.mismatch] + mismatchCount > 0
        switch run.state {
        case _ where isHeld: self = .underWay
        case _ where isMismatch: self = .mismatch
        case .stopped where run.stop?.kind == .mismatch: self = .mismatch
        case .stopped where run.stop?.kind == .tooManyErrors: self = .tooManyErrors
        case .freezing, .ready, .running, .stopped: self = .stopped
        case .finished: self = Self.finished(tally)
        }
    }

    /// The verdict on work that has just ended; `nil` when it ended by an error: the journal could not be written, or
    /// the service refuses every request.
    public init?(end: EngineEnd) {
        switch end.reason {
        case .refused, .journal: return nil
        case _ where end.tally[.mismatch] > 0: self = .mismatch
        case .mismatch: self = .mismatch
        case .tooManyErrors: self = .tooManyErrors
        case .drained, .gaveUp, .unreachable: self = .stopped
        case .finished: self = Self.finished(end.tally)
        }
    }

    private static func finished(_ tally: RunTally) -> RunVerdict {
        if tally[.conflict] > 0 { return .conflicts }
        return tally.failed + tally.parked > 0 ? .failures : .done
    }

    /// The exit status of a command about the run.
    public var exitStatus: Int32 {
        switch self {
        case .done, .underWay: 0
        case .failures: 3
        case .tooManyErrors: 4
        case .conflicts: 5
        case .mismatch: 6
        case .stopped: 7
        }
    }

    /// The verdict in words, for people.
    public var words: String {
        switch self {
        case .done: "done"
        case .failures: "finished with failures"
        case .tooManyErrors: "stopped: too many errors"
        case .conflicts: "finished with conflicts"
        case .mismatch: "what the service holds is not as it should be"
        case .stopped: "not finished"
        case .underWay: "under way"
        }
    }
}
