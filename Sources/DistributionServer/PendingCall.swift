import DistributionAPI
import Synchronization

/// What a connection does when its client goes away.
protocol CancellableCall: Sendable {
    /// Whether the operation changes anything.
    var isWrite: Bool { get }
    /// Stops the operation and fails its waiter with `error`; harmless after its end.
    func cancel(_ error: DistributionError)
}

/// One callback of the service, awaited: its waiter resumes once, with the service's reply or with a cancellation.
final class PendingCall<Reply: Sendable>: CancellableCall {
    typealias Outcome = Result<Reply, DistributionError>

    private enum State {
        /// No outcome, and nobody waits for it yet.
        case started
        case waiting(CheckedContinuation<Outcome, Never>)
        /// The outcome came before the waiter did.
        case finished(Outcome)
        /// The waiter has the outcome.
        case taken
    }

    private struct Guarded {
        var state = State.started
        var handle: DistributionCall?
        var isCancelled = false
    }

    let isWrite: Bool
    private let guarded = Mutex(Guarded())

    init(isWrite: Bool) {
        self.isWrite = isWrite
    }

    /// Gives the operation's outcome to the waiter; all but the first are ignored.
    func finish(_ outcome: Outcome) {
        let continuation = guarded.withLock { guarded -> CheckedContinuation<Outcome, Never>? in
            switch guarded.state {
            case .started:
                guarded.state = .finished(outcome)
                return nil
            case .waiting(let continuation):
                guarded.state = .taken
                return continuation
            case .finished, .taken:
                return nil
            }
        }
        continuation?.resume(returning: outcome)
    }

    /// Remembers how to stop the operation.
    func started(_ handle: DistributionCall) {
        let isCancelled = guarded.withLock { guarded in
            guarded.handle = handle
            return guarded.isCancelled
        }
        if isCancelled { handle.cancel() }
    }

    /// The waiter resumes now, whether or not the service answers its cancellation.
    func cancel(_ error: DistributionError) {
        let handle = guarded.withLock { guarded in
            guarded.isCancelled = true
            return guarded.handle
        }
        handle?.cancel()
        finish(.failure(error))
    }

    /// Takes the outcome if it is known already, as it is when the service answered before it returned.
    func takeFinished() -> Outcome? {
        guarded.withLock { guarded in
            guard case .finished(let outcome) = guarded.state else { return nil }
            guarded.state = .taken
            return outcome
        }
    }

    /// Waits for the outcome; to be called once, and not after `takeFinished` returned one.
    func outcome() async -> Outcome {
        await withCheckedContinuation { continuation in
            let outcome = guarded.withLock { guarded -> Outcome? in
                guard case .finished(let outcome) = guarded.state else {
                    guarded.state = .waiting(continuation)
                    return nil
                }
                guarded.state = .taken
                return outcome
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }
}
