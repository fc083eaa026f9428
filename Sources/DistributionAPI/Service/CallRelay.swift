internal import Synchronization

/// Passes a cancellation on to a call that may not exist yet: for operations that take several calls, one after the
/// other, and for waiting tasks.
public final class CallRelay: Sendable {
    private enum State {
        case waiting
        case started(DistributionCall)
        case cancelled
    }

    private let state = Mutex(State.waiting)

    public init() {}

    /// The handle to give out; it cancels whichever call is under way.
    public var call: DistributionCall { DistributionCall { self.cancel() } }

    public var isCancelled: Bool {
        state.withLock { state in
            if case .cancelled = state { true } else { false }
        }
    }

    /// Makes `call` the one under way, in place of the one before; it is cancelled at once when this relay was.
    public func adopt(_ call: DistributionCall) {
        let isCancelled = state.withLock { state in
            if case .cancelled = state { return true }
            state = .started(call)
            return false
        }
        if isCancelled { call.cancel() }
    }

    /// Cancels the call under way, and every later one.
    public func cancel() {
        let call = state.withLock { state -> DistributionCall? in
            let started: DistributionCall? = if case .started(let call) = state { call } else { nil }
            state = .cancelled
            return started
        }
        call?.cancel()
    }
}
