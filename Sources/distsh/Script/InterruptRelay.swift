import Synchronization

/// Decides what becomes of interrupts: the first is passed on, unless it is cleared or the relay closed before.
///
/// A signal handler notes an interrupt, and a thread passes it on later. In between the program may have gone on, to
/// where the interrupt would hit the next line of a session, or a VM that is being closed.
final class InterruptRelay: Sendable {
    /// Interrupts since the last `clear`.
    private let count = Atomic<Int>(0)
    /// Held while an interrupt is passed on, so that `clear` and `close` wait for that.
    private let isOpen = Mutex(true)

    /// Notes an interrupt. Touches atomics only, as a signal handler must.
    ///
    /// - Returns: whether it is the first; a second one should end the program.
    func note() -> Bool {
        count.wrappingAdd(1, ordering: .relaxed).oldValue == 0
    }

    /// Passes on the interrupt that was noted, unless it was cleared or the relay closed.
    func pass(to deliver: () -> Void) {
        isOpen.withLock { isOpen in
            if isOpen, count.load(ordering: .relaxed) > 0 { deliver() }
        }
    }

    /// Whether an interrupt was noted and nothing has cleared it yet.
    var hasNoted: Bool { count.load(ordering: .relaxed) > 0 }

    /// Makes the next interrupt a first one again. When this returns, the one before is passed on no more.
    func clear() {
        isOpen.withLock { _ in count.store(0, ordering: .relaxed) }
    }

    /// Makes every further interrupt a second one. When this returns, none is being passed on, and none will be.
    func close() {
        isOpen.withLock { $0 = false }
        count.store(1, ordering: .relaxed)
    }

    /// Takes interrupts again, as if none had been noted.
    func open() {
        isOpen.withLock { isOpen in
            isOpen = true
            count.store(0, ordering: .relaxed)
        }
    }
}
