/// How the work on a run ended.
public struct EngineEnd: Sendable, Equatable {
    public enum Reason: Sendable, Equatable {
        /// Every record is terminal, or parked after the last sweep.
        case finished
        /// It was asked to end; what was under way ended first.
        case drained
        /// It was asked to end at once; what was under way is settled by the next resume.
        case stoppedNow
        /// More failures than `maxErrors` allows.
        case tooManyErrors(String)
        /// The service does not hold what was sent.
        case mismatch(String)
        /// A gate of the canary ramp did not open, or the service was away for too long.
        case gaveUp(String)
        /// The service refuses every request: an application id that is missing or refused, say.
        case refused(String)
        /// The journal could not be written.
        case journal(JournalError)
    }

    public var reason: Reason
    public var tally: RunTally

    public init(reason: Reason, tally: RunTally) {
        self.reason = reason
        self.tally = tally
    }
}
