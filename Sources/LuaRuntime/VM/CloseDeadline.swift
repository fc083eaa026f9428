import Dispatch
import Synchronization

/// Stops the finalizers that run while a VM closes when they take too long.
final class CloseDeadline: Sendable {
    /// A queue of its own has a thread even while scripts keep every thread of the shared ones busy.
    private static let queue = DispatchQueue(label: "distsh.close-deadline")

    private let hasEnded = Mutex(false)

    /// Starts to count.
    init(_ interrupter: Interrupter, after timeout: Duration) {
        Self.queue.asyncAfter(deadline: .now() + timeout.timeInterval) { [weak self] in
            // Under the lock, so that the VM is not freed meanwhile.
            self?.hasEnded.withLock { hasEnded in
                if !hasEnded { interrupter.interrupt(.deadline) }
            }
        }
    }

    /// Says that the VM is closed: it is not interrupted after this returns.
    func end() {
        hasEnded.withLock { $0 = true }
    }
}

extension Duration {
    /// For Dispatch's deadlines.
    fileprivate var timeInterval: Double { self / .seconds(1) }
}
