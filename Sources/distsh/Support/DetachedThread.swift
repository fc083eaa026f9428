import Glibc

/// Threads that nobody waits for.
enum DetachedThread {
    private final class Box: Sendable {
        let work: @Sendable () -> Void

        init(work: @escaping @Sendable () -> Void) {
            self.work = work
        }
    }

    /// Has `work` done on a new thread.
    ///
    /// - Returns: 0, or the number of the error for which there is no thread; nothing is done then.
    static func start(_ work: @escaping @Sendable () -> Void) -> Int32 {
        let box = Unmanaged.passRetained(Box(work: work))
        var thread = pthread_t()
        let problem = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work()
                return nil
            },
            box.toOpaque()
        )
        guard problem == 0 else {
            box.release()
            return problem
        }
        pthread_detach(thread)
        return 0
    }
}
