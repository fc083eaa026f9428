import Dispatch
import LuaRuntime
import Synchronization

/// Interrupts a run that takes too long.
final class RunDeadline: Sendable {
    /// A queue of its own has a thread even while scripts keep every thread of the shared ones busy.
    private static let queue = DispatchQueue(label: "distsh.run-deadline")

    private let hasEnded = Mutex(false)

    /// Starts to count.
    init(_ handle: InterruptHandle, after timeout: Duration) {
        Self.queue.asyncAfter(deadline: .now() + timeout / .seconds(1)) { [weak self] in
            // Under the lock, so that a run that has just ended does not interrupt the next one.
            self?.hasEnded.withLock { hasEnded in
                if !hasEnded { handle.interrupt(.deadline) }
            }
        }
    }

    /// Says that the run has ended: nothing is interrupted after this returns.
    func end() {
        hasEnded.withLock { $0 = true }
    }
}
