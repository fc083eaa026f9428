import Synchronization

/// A number that one thread leaves for another.
final class NotedCount: Sendable {
    private let value = Atomic<Int>(0)

    func note(_ count: Int) {
        value.store(count, ordering: .releasing)
    }

    /// The number, which is 0 afterwards.
    func take() -> Int {
        value.exchange(0, ordering: .acquiringAndReleasing)
    }
}
