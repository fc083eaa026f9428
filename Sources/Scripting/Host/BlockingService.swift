import DistributionAPI
import Glibc
import LuaRuntime
import NIOCore
import NIOPosix
import Synchronization

/// Runs requests while the calling thread waits; a service that needs an event loop gets one on a thread beside.
final class BlockingService {
    /// How often a wait looks whether the script was interrupted.
    private static let interruptCheckMilliseconds: Int = 20

    private let service: any DistributionService
    private let group: MultiThreadedEventLoopGroup?
    private let loopService: LoopService?

    init(_ source: ServiceSource) throws(DistributionError) {
        switch source {
        case .local(let service):
            self.service = service
            group = nil
            loopService = nil
        case .onLoop(let make):
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let made: LoopService
            do throws(DistributionError) {
                made = try make(group.next())
            } catch {
                group.shutdownGracefully { _ in }
                throw error
            }
            self.group = group
            loopService = made
            service = made.service
        }
    }

    deinit {
        guard let group else { return }
        let end: @Sendable () -> Void = { group.shutdownGracefully { _ in } }
        if let loopService { loopService.shutdown(end) } else { end() }
    }

    func perform(
        _ request: DistributionRequest,
        interrupter: Interrupter
    ) -> Result<DistributionReply, DistributionError> {
        Self.wait(interrupter: interrupter) { completion in
            service.perform(request, completion: completion)
        }
    }

    /// Waits for the next batch of a list that was answered while the thread waited.
    static func next(
        of records: any DistributionRecords,
        interrupter: Interrupter
    ) -> Result<[[UInt8]], DistributionError> {
        wait(interrupter: interrupter) { completion in
            records.next(completion: completion)
            return DistributionCall { records.cancel() }
        }
    }

    /// Waits for what `start` begins, and cancels it when the script is interrupted.
    static func wait<Value: Sendable>(
        interrupter: Interrupter,
        start: (@escaping @Sendable (Result<Value, DistributionError>) -> Void) -> DistributionCall
    ) -> Result<Value, DistributionError> {
        let slot = WaitSlot<Result<Value, DistributionError>>()
        let call = start { slot.fill($0) }
        var isCancelled = false
        while true {
            if let result = slot.take(waitingMilliseconds: interruptCheckMilliseconds) { return result }
            if interrupter.reason != nil, !isCancelled {
                isCancelled = true
                call.cancel()
            }
        }
    }
}

/// A place for one value that a thread waits for.
private final class WaitSlot<Value: Sendable>: @unchecked Sendable {
    // `@unchecked Sendable`: `value` is guarded by the condition's mutex.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value?

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func fill(_ value: Value) {
        pthread_mutex_lock(mutex)
        self.value = value
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func take(waitingMilliseconds: Int) -> Value? {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        deadline.tv_nsec += waitingMilliseconds * 1_000_000
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while value == nil {
            if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { break }
        }
        return value
    }
}
