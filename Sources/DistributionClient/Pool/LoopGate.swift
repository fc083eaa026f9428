import NIOCore
import Synchronization

/// The way from other threads to an event loop that may end after a shutdown: what is let in does run.
final class LoopGate: Sendable {
    private enum State {
        case open
        /// The shutdown is in the loop's queue; who waits for its end.
        case closing([@Sendable () -> Void])
        /// The shutdown has run, and the loop may be gone.
        case closed
    }

    private let eventLoop: any EventLoop
    private let state = Mutex(State.open)
    private let closedFlag = Atomic<Bool>(false)

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Whether a shutdown has begun.
    var isClosed: Bool { closedFlag.load(ordering: .relaxed) }

    /// Runs on the event loop: at once when there already.
    ///
    /// - Parameter orElse: run in its place, on the caller's thread, after a shutdown has begun.
    func run(_ body: @escaping @Sendable () -> Void, orElse: () -> Void) {
        if eventLoop.inEventLoop { return body() }
        // The lock is held until the body is in the loop's queue, so that it is there before the shutdown, behind
        // which the loop may end without running anything more.
        let isLetIn = state.withLock { state in
            guard case .open = state else { return false }
            eventLoop.execute(body)
            return true
        }
        if !isLetIn { orElse() }
    }

    /// Lets nothing in any more and runs a shutdown on the event loop, after all that was let in before.
    ///
    /// - Parameters:
    ///   - shutDown: run once, for the first call.
    ///   - completion: called once for every call when the shutdown has run: on the loop, or on the caller's thread
    ///     when it had run before.
    func close(_ shutDown: @escaping @Sendable () -> Void, completion: @escaping @Sendable () -> Void) {
        let hasRun = state.withLock { state in
            switch state {
            case .open:
                state = .closing([completion])
                closedFlag.store(true, ordering: .relaxed)
                eventLoop.execute {
                    shutDown()
                    self.finish()
                }
            case .closing(let waiting):
                state = .closing(waiting + [completion])
            case .closed:
                return true
            }
            return false
        }
        if hasRun { completion() }
    }

    private func finish() {
        let waiting = state.withLock { state in
            defer { state = .closed }
            return if case .closing(let waiting) = state { waiting } else { [] as [@Sendable () -> Void] }
        }
        for completion in waiting { completion() }
    }
}
