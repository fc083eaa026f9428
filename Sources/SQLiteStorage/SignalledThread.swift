internal import Dispatch
internal import Synchronization

/// A thread that does its work whenever it is signalled; signals that come before it has begun are one.
///
/// A block on a queue for each signal would do the same, but libdispatch keeps the memory of every block for the thread
/// that has run it, and gives none of it to the thread that makes the next one: a writer that catches up often would grow
/// with each time.
package final class SignalledThread: Sendable {
    private let queue: DispatchQueue
    // `nonisolated(unsafe)`: sources may be used from any thread; the class is not marked so.
    private nonisolated(unsafe) let source: any DispatchSourceUserDataOr
    private let mark = DispatchSpecificKey<Bool>()
    private let work = Mutex<Work?>(nil)

    /// A closure that is a generic value itself gets a wrapper more, of 32 bytes, each time that it is looked at.
    private struct Work {
        let perform: @Sendable () -> Void
    }

    package init(label: String) {
        queue = DispatchQueue(label: label)
        source = DispatchSource.makeUserDataOrSource(queue: queue)
        queue.setSpecific(key: mark, value: true)
        source.setEventHandler { [weak self] in self?.doWork() }
        source.activate()
    }

    deinit {
        source.cancel()
    }

    /// Says what the work is: once, before the first signal.
    package func start(_ work: @escaping @Sendable () -> Void) {
        self.work.withLock { $0 = Work(perform: work) }
    }

    /// Has the work done, once more when it is under way.
    package func signal() {
        source.or(data: 1)
    }

    /// Runs `body` on the thread, after the work that was signalled before; at once when it is called there.
    package func sync<Success>(_ body: () -> Success) -> Success {
        if DispatchQueue.getSpecific(key: mark) == true { return body() }
        return queue.sync {
            // A signal of before may come only after this block.
            doWork()
            return body()
        }
    }

    private func doWork() {
        work.withLock { $0 }?.perform()
    }
}
