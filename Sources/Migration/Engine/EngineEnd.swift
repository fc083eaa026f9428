/// How the work on a run ended.
public struct EngineEnd: Sendable, Equatable {
    public enum Reason: Sendable, Equatable {
        /// Every record is terminal, or parked after the last sweep.
        case finished
        /// It was asked to end; what was under way ended first.
        case drained
        /// More failures than `maxErrors` allows.
        case tooManyErrors(String)
        /// The service does not hold what was sent.
        case mismatch(String)
        /// A gate of the canary ramp did not open, or the service was away for too long.
        case gaveUp(String)
        /// No connection could be made, from the first request on.
        case unreachable(String)
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

extension RunStop {
    /// What the journal keeps of an end; `nil` for a run that is finished, and for one whose journal could not be
    /// written.
    init?(_ reason: EngineEnd.Reason) {
        switch reason {
        case .finished, .journal: return nil
        case .drained: self.init(.asked, "it was asked to stop")
        case .tooManyErrors(let words): self.init(.tooManyErrors, "too many errors: \(words)")
        case .mismatch(let words): self.init(.mismatch, words)
        case .gaveUp(let words), .unreachable(let words): self.init(.gaveUp, words)
        case .refused(let words): self.init(.refused, words)
        }
    }
}
